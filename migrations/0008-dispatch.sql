-- breaking: no
-- Who gets the next free place: priorities, crashes counted, workers that tell of themselves, and what lanes and providers may take at the moment.
-- Operators notice that worker processes show up in `workers`. Building the new index reads generation_sessions once and holds up writes to it meanwhile.

alter table generation_sessions
  -- 0 is interactive, 1 is bulk.
  add column priority smallint not null default 0 check (priority in (0, 1)),
  -- How often a worker died over it. Handing it back in good order does not count.
  add column crashes integer not null default 0 check (crashes >= 0);

-- In the order in which it is served: whoever takes the next one goes around the accounts, and finds the one after the last served account at once.
create index idx_generation_sessions_waiting on generation_sessions (kind, provider, priority, account_id, id) where status = 'queued';
drop index idx_generation_sessions_queued;

alter table outbox add column priority smallint not null default 0 check (priority in (0, 1));

-- What a provider may be asked at the moment, the same for all processes. A provider without a row is free.
create table provider_controls (
  provider text not null,
  -- Vendors limit images and videos apart.
  kind text not null,
  -- Calls at a time over all processes; null is without limit. Its slots are rows of provider_slots.
  concurrency_max integer check (concurrency_max between 1 and 10000),
  -- `settings` until an operator changes it.
  limited_by text not null default 'settings',
  -- No call begins before; infinity until somebody resumes it.
  paused_until timestamptz,
  pause_reason text,
  -- `provider` for a pause that the vendor asked for, else who did it.
  paused_by text,
  -- Refusals for coming too often since the last answer, one per pause.
  refusals integer not null default 0,
  -- Faults since the last answer. Those of one generation in a row count once: one bad request is no outage.
  faults integer not null default 0,
  last_fault_of uuid,
  -- The breaker: null is closed. Until then nothing is tried, after it one call at a time.
  open_until timestamptz,
  -- Grows the time until the next try.
  openings integer not null default 0,
  probe_id uuid,
  -- A probe of a worker that died keeps others from trying no longer than that.
  probe_until timestamptz,
  updated_at timestamptz not null default now(),
  primary key (provider, kind)
) with (fillfactor = 50);

-- One row per call that a limited provider may have under way. Who takes a row decides by that row alone, so there are never more.
create table provider_slots (
  provider text not null,
  kind text not null,
  slot integer not null check (slot >= 1),
  -- False beyond the limit: a call that has it may end, and nobody takes it again.
  enabled boolean not null default true,
  attempt_id uuid,
  generation_id uuid,
  lease_token integer,
  -- Beaten with the lease of the generation; past it the call's worker is dead and the slot free.
  expires_at timestamptz,
  primary key (provider, kind, slot),
  constraint provider_slots_taken check ((attempt_id is null) = (expires_at is null))
) with (fillfactor = 50);

-- What operators decided about a lane. One without a row is as its workers' settings say.
create table lane_controls (
  lane text primary key,
  paused boolean not null default false,
  -- Of each worker process, in the place of its setting.
  concurrency_max integer check (concurrency_max between 1 and 1000),
  updated_by text not null,
  updated_at timestamptz not null default now()
);

-- Worker processes, each keeping its own row up to date every few seconds.
create table workers (
  id uuid primary key,
  version text not null,
  host text not null,
  pid integer not null,
  -- How many places it has per lane that it serves.
  lanes jsonb not null,
  -- Asked to take nothing more.
  draining boolean not null default false,
  memory_bytes bigint not null,
  event_loop_lag_ms real not null,
  -- Generations it started, a minute, by lane and provider; null where too few to say.
  start_rates jsonb not null default '{}',
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now()
) with (fillfactor = 50);

-- Operators change more than accounts.
alter table audit_log
  alter column account_id drop not null,
  -- What was changed, where it is no account: `queue:image`.
  add column subject text,
  add constraint audit_log_about check (account_id is not null or subject is not null);
