-- breaking: no
-- Videos: tasks that go on at a provider while nobody here works on them, outputs with a length and a poster, prices by the second. Operators notice
-- that workers serve the lane `video`. Adding the new checks reads generation_sessions and provider_attempts once and holds up writes to them meanwhile.

alter table model_prices
  -- What a unit costs where that depends on a choice: {"480p": 2}. `credits` is then the price of the model's default.
  add column rates jsonb not null default '{}',
  drop constraint model_prices_unit_check,
  add constraint model_prices_unit_check check (unit in ('image', 'second'));

-- Around the vendor's own prices by tokens, which grow with the pixels.
insert into model_prices (model, version, unit, credits, rates, starts_at)
values ('seedance', 1, 'second', 5, '{"480p": 2, "720p": 5, "1080p": 11, "4k": 45}', '2026-01-01T00:00:00Z');

alter table generation_sessions
  -- How many units the price is for, where an output is not one unit: seconds of video. Null: as many as outputs.
  add column units integer check (units between 1 and 100),
  -- From 0 to 1, as the provider tells.
  add column provider_progress real,
  drop constraint generation_sessions_money,
  add constraint generation_sessions_money check (
    credits_held = case when waived then 0 else coalesce(units, outputs_wanted) * price_credits end and waived = (reservation_id is null)
    and case when status in ('queued', 'running') then credits_captured = 0 and credits_released = 0
        else credits_captured + credits_released = credits_held end);
-- What comes back from its task: it needs nobody's permission to be finished.
create index idx_generation_sessions_returned on generation_sessions (kind, id) where status = 'queued' and phase is not null;

alter table provider_attempts
  drop constraint provider_attempts_state_check,
  add constraint provider_attempts_state_check check (state in ('intent', 'submitted', 'succeeded', 'failed', 'unknown')),
  -- The vendor's id of what was submitted, and the vendor's own word for its state.
  add column provider_task_id text,
  add column task_status text,
  -- When the provider is to be asked next. Not null as long as something may be going on there.
  add column next_poll_at timestamptz,
  add column polls integer not null default 0,
  -- Since when the provider says that it does not know the task.
  add column gone_since timestamptz,
  -- Whether the provider was asked to stop it, and what it said.
  add column stop_outcome text check (stop_outcome in ('cancelled', 'too_late', 'unsupported')),
  add constraint provider_attempts_submitted check (state <> 'submitted' or (provider_task_id is not null and next_poll_at is not null)),
  add constraint provider_attempts_asked check (next_poll_at is null or state in ('submitted', 'unknown'));
create index idx_provider_attempts_due on provider_attempts (next_poll_at) where next_poll_at is not null;
-- One task is the answer to one call.
create unique index idx_provider_attempts_task on provider_attempts (provider_task_id) where provider_task_id is not null;

alter table generation_outputs
  -- Of a video.
  add column duration_seconds real,
  add column poster_key text,
  -- What of the price it is charged; null is one unit.
  add column billed_units integer check (billed_units >= 1);
