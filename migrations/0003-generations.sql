-- breaking: no
-- Generations, the calls made for them, their outputs and their history. Operators notice nothing: the tables are new.

create table generation_sessions (
  id uuid primary key,
  account_id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('image', 'video')),
  model text not null,
  provider text not null,
  provider_model text not null,
  simulated boolean not null,
  status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  phase text check (phase in ('waiting_provider', 'storing', 'retrying', 'outcome_unknown')),
  -- json and not jsonb: they come back as they were sent, key for key, in every answer to the same request.
  input json not null,
  metadata json not null default '{}',
  outputs_wanted integer not null check (outputs_wanted between 1 and 100),
  width integer,
  height integer,
  price_credits bigint not null check (price_credits >= 1),
  price_version integer not null,
  reservation_id uuid not null,
  credits_held bigint not null,
  credits_captured bigint not null default 0,
  credits_released bigint not null default 0,
  error_code text,
  error_message text,
  -- How often a worker took it up.
  attempts integer not null default 0,
  -- Fencing: goes up with every lease; every write of a worker names the token it works under.
  lease_token integer not null default 0,
  lease_expires_at timestamptz,
  lease_owner text,
  -- Number of the newest event. Raised under this row's lock, so events of a generation have no gaps.
  event_seq integer not null default 1,
  provider_status text,
  storage_status text,
  timing_breakdown jsonb,
  deadline_at timestamptz not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint generation_sessions_end check ((status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
  constraint generation_sessions_failed check (status <> 'failed' or error_code is not null),
  constraint generation_sessions_lease check ((status = 'running') = (lease_expires_at is not null)),
  constraint generation_sessions_money check (
    credits_held = outputs_wanted * price_credits
    and case when status in ('queued', 'running') then credits_captured = 0 and credits_released = 0
        else credits_captured + credits_released = credits_held end)
) with (fillfactor = 70);
create index idx_generation_sessions_account on generation_sessions (account_id, id desc);
create index idx_generation_sessions_queued on generation_sessions (created_at) where status = 'queued';
create index idx_generation_sessions_lease on generation_sessions (lease_expires_at) where status = 'running';
create index idx_generation_sessions_open_deadline on generation_sessions (deadline_at) where status in ('queued', 'running');

-- One call to a provider. Committed before the call is made, so that no call is ever unknown to us.
create table provider_attempts (
  id uuid primary key,
  generation_id uuid not null,
  output_index integer not null,
  -- Counts the calls made for the generation, from 1, over restarts.
  call_number integer not null,
  lease_token integer not null,
  state text not null default 'intent' check (state in ('intent', 'succeeded', 'failed', 'unknown')),
  -- What the provider answered, kept before the transfer starts: a restart transfers again instead of paying again.
  result jsonb,
  failure_reason text,
  failure_message text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint provider_attempts_result check ((state = 'succeeded') = (result is not null)),
  constraint provider_attempts_failed check ((state in ('failed', 'unknown')) = (failure_reason is not null)),
  unique (generation_id, call_number)
);

-- What became of each wanted output: stored, or failed with a reason. Never both, never twice.
create table generation_outputs (
  id uuid primary key,
  generation_id uuid not null,
  output_index integer not null,
  state text not null check (state in ('stored', 'failed')),
  lease_token integer not null,
  object_key text,
  content_type text,
  bytes bigint,
  width integer,
  height integer,
  sha256 text,
  transfer_ms integer,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  constraint generation_outputs_stored check (
    (state = 'stored') = (object_key is not null and content_type is not null and bytes is not null and sha256 is not null)),
  constraint generation_outputs_failed check ((state = 'failed') = (error_code is not null)),
  unique (generation_id, output_index)
);

-- The history of a generation, appended in the transaction it tells of. Live streams and later pages read these rows.
create table generation_events (
  generation_id uuid not null,
  seq integer not null,
  kind text not null check (kind in ('status', 'output', 'progress')),
  data jsonb not null,
  created_at timestamptz not null default now(),
  primary key (generation_id, seq)
);

-- The first answer to each Idempotency-Key. Keys belong to the account.
create table idempotency_keys (
  account_id uuid not null,
  key text not null,
  request_hash text not null,
  generation_id uuid not null,
  expires_at timestamptz not null,
  primary key (account_id, key)
);
-- Rows come in the order they expire, which is all that this kind of index needs, and it costs an insert next to nothing.
create index idx_idempotency_keys_expiry on idempotency_keys using brin (expires_at);
