-- breaking: no
-- What failed for good and its second chance; roles for operators. Adding the new checks reads generation_sessions once and holds up writes to it meanwhile.

alter table auth_users
  drop constraint auth_users_role_check,
  -- Each may do what those before it may: viewers look, operators try again, admins also throw away and move credits.
  add constraint auth_users_role_check check (role in ('user', 'viewer', 'operator', 'admin'));

alter table generation_sessions
  -- When an operator last opened it again after it had failed. Its deadline and its times count from then.
  add column reopened_at timestamptz,
  -- Calls up to this number were made before that: they count against no limit.
  add column calls_forgiven integer not null default 0,
  -- Answers to calls up to this number were given to another input.
  add column calls_outdated integer not null default 0,
  -- Opened again at no cost: nothing is held and nothing will be charged.
  add column waived boolean not null default false,
  -- What the first answer told, where it is not what the other columns say any more. json, as `input` is.
  add column accepted json,
  alter column reservation_id drop not null,
  drop constraint generation_sessions_money,
  add constraint generation_sessions_money check (
    credits_held = case when waived then 0 else outputs_wanted * price_credits end and waived = (reservation_id is null)
    and case when status in ('queued', 'running') then credits_captured = 0 and credits_released = 0
        else credits_captured + credits_released = credits_held end);
-- How many of those that were opened again still wait is asked before each further one.
create index idx_generation_sessions_reopened on generation_sessions (id) where status = 'queued' and reopened_at is not null;

-- What failed for good: a generation, or a message that nobody could make sense of. Written by the transaction that ended it.
create table dead_letters (
  id uuid primary key,
  -- Null for a message that points to no generation. No foreign key, as in the other tables of generations.
  generation_id uuid,
  account_id uuid,
  queue text not null,
  model text,
  provider text,
  -- Of a message, as it was; of a generation the input is with the generation.
  payload jsonb,
  -- Tells one message from another, so that one delivered again is the same letter.
  payload_digest text,
  attempts integer not null,
  code text not null check (code <> ''),
  reason text not null,
  -- What another try holds.
  credits bigint not null default 0 check (credits >= 0),
  -- Whether anything was held when it failed, and has gone back.
  released boolean not null default false,
  state text not null default 'open' check (state in ('open', 'retried', 'discarded')),
  failed_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by text,
  resolution text,
  -- The batch that is to try it again, or did.
  batch_id uuid,
  -- Why the last try to try it again was refused.
  refusal text,
  constraint dead_letters_subject check ((generation_id is null) = (payload_digest is not null) and (generation_id is null) = (account_id is null)),
  constraint dead_letters_resolved check ((state = 'open') = (resolved_at is null) and (state = 'open') = (resolved_by is null))
);
create unique index idx_dead_letters_open_generation on dead_letters (generation_id) where state = 'open' and generation_id is not null;
create unique index idx_dead_letters_open_message on dead_letters (queue, payload_digest) where state = 'open' and payload_digest is not null;
create index idx_dead_letters_open on dead_letters (id desc) where state = 'open';
create index idx_dead_letters_batch on dead_letters (batch_id, id) where batch_id is not null;

-- Tries of many letters, worked off piece by piece so that the queue is not flooded.
create table dead_letter_batches (
  id uuid primary key,
  filter jsonb not null,
  waived boolean not null,
  state text not null default 'running' check (state in ('running', 'done', 'stopped')),
  total integer not null check (total >= 1),
  retried integer not null default 0,
  -- Refused because the account could not pay. These stay open.
  unpayable integer not null default 0,
  -- Resolved by somebody else meanwhile.
  skipped integer not null default 0,
  credits bigint not null default 0,
  started_by text not null,
  stopped_by text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint dead_letter_batches_counts check (least(retried, unpayable, skipped) >= 0 and retried + unpayable + skipped <= total),
  constraint dead_letter_batches_finished check ((state = 'running') = (finished_at is null))
);
create index idx_dead_letter_batches_running on dead_letter_batches (id) where state = 'running';
