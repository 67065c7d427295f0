-- breaking: no
-- Other models where one cannot be had, what calls to providers cost, and how providers fare. Operators notice that figures of cost and health begin with
-- this version: calls made before are in none of them. Adding the check and building two indexes reads generation_sessions and provider_attempts once.

alter table generation_sessions
  -- What a unit is charged, where that is less than what is held for it. The hold stays what it was.
  add column charged_price_credits bigint,
  -- Whether another model may make it.
  add column allow_fallback boolean not null default true,
  -- The fields of `input` that nobody asked for: the model's defaults.
  add column defaulted text[] not null default '{}',
  -- The models it was given to, in order, the one that was asked for first; null while that one makes it. The last one is at work: `provider` and
  -- `provider_model` are its.
  add column route jsonb,
  -- The input as the last of them takes it; null while `input` is that. json, as `input` is.
  add column served_input json,
  drop constraint generation_sessions_money,
  add constraint generation_sessions_money check (
    credits_held = case when waived then 0 else coalesce(units, outputs_wanted) * price_credits end and waived = (reservation_id is null)
    and coalesce(charged_price_credits between 1 and price_credits, true)
    and case when status in ('queued', 'running') then credits_captured = 0 and credits_released = 0
        else credits_captured + credits_released = credits_held end),
  add constraint generation_sessions_route check ((route is null) = (served_input is null));

-- The outputs that were charged follow from what a unit was charged.
drop index idx_generation_sessions_usage;
create index idx_generation_sessions_usage on generation_sessions (account_id, finished_at)
  include (model, outputs_wanted, price_credits, charged_price_credits, credits_captured) where credits_captured > 0;

alter table provider_attempts
  -- Who was called: a generation may go from one model to another. Null for calls of earlier versions.
  add column kind text,
  add column model text,
  add column provider text,
  add column provider_model text;
create index idx_provider_attempts_ended on provider_attempts (finished_at) where finished_at is not null;

alter table generation_outputs
  -- The call that made it, and for which model. Null for outputs of earlier versions.
  add column attempt_id uuid,
  add column model text;

-- What a provider bills us, from a moment on: data, and never changed. Of the prices of one unit the one with the latest start counts.
create table provider_costs (
  provider text not null,
  provider_model text not null,
  -- Where a model has prices for tokens, they count for calls whose tokens were reported; the others are then an estimate for calls that reported none.
  unit text not null check (unit in ('image', 'second', 'million_tokens_in', 'million_image_tokens_in', 'million_tokens_out')),
  -- The resolution; empty for every one that has no price of its own.
  rate text not null default '',
  micro_usd bigint not null check (micro_usd between 0 and 1000000000000),
  starts_at timestamptz not null,
  primary key (provider, provider_model, unit, rate, starts_at)
);
create trigger provider_costs_append_only before update or delete on provider_costs
  for each row execute function refuse_change();
create trigger provider_costs_kept before truncate on provider_costs
  for each statement execute function refuse_change();

-- List prices of the vendors, as published in November 2026. Pro images above 2.6 megapixels cost twice what smaller ones do; the dearer price stands for both.
insert into provider_costs (provider, provider_model, unit, rate, micro_usd, starts_at)
select provider, provider_model, unit, rate, micro_usd, '2026-01-01T00:00:00Z' from (values
  ('bytedance', 'seedream-4-0-250828', 'image', '', 30000),
  ('bytedance', 'seedream-4-5-251128', 'image', '', 40000),
  ('bytedance', 'seedream-5-0-260128', 'image', '', 35000),
  ('bytedance', 'dola-seedream-5-0-flash-260915', 'image', '', 18000),
  ('bytedance', 'dola-seedream-5-0-pro-260628', 'image', '', 90000),
  ('bytedance', 'dreamina-seedance-2-0-260128', 'million_tokens_out', '', 7000000),
  ('bytedance', 'dreamina-seedance-2-0-260128', 'million_tokens_out', '1080p', 7700000),
  ('bytedance', 'dreamina-seedance-2-0-260128', 'million_tokens_out', '4k', 4000000),
  ('bytedance', 'dreamina-seedance-2-0-260128', 'second', '480p', 70000),
  ('bytedance', 'dreamina-seedance-2-0-260128', 'second', '720p', 152000),
  ('bytedance', 'dreamina-seedance-2-0-260128', 'second', '1080p', 374000),
  ('bytedance', 'dreamina-seedance-2-0-260128', 'second', '4k', 778000),
  ('bytedance', 'dreamina-seedance-2-0-fast-260128', 'million_tokens_out', '', 5600000),
  ('bytedance', 'dreamina-seedance-2-0-mini-260615', 'million_tokens_out', '', 3500000),
  ('bytedance', 'dreamina-seedance-2-5-260628', 'million_tokens_out', '', 10700000),
  ('bytedance', 'seedance-1-0-pro-250528', 'million_tokens_out', '', 2500000),
  ('bytedance', 'seedance-1-0-pro-fast-251015', 'million_tokens_out', '', 1000000),
  ('openai', 'gpt-image-2-2026-04-21', 'million_tokens_in', '', 5000000),
  ('openai', 'gpt-image-2-2026-04-21', 'million_image_tokens_in', '', 8000000),
  ('openai', 'gpt-image-2-2026-04-21', 'million_tokens_out', '', 30000000),
  ('openai', 'sora-2', 'second', '', 100000),
  ('openai', 'sora-2-pro', 'second', '', 300000),
  ('google', 'gemini-omni-1.1-flash', 'second', '360p', 30000),
  ('google', 'gemini-omni-1.1-flash', 'second', '', 100000),
  ('google', 'gemini-omni-1.1-flash', 'second', '1080p', 150000),
  ('google', 'gemini-omni-1.1-flash', 'second', '4k', 300000),
  ('google', 'gemini-omni-1.2-flash', 'second', '360p', 23000),
  ('google', 'gemini-omni-1.2-flash', 'second', '', 70000),
  ('google', 'gemini-omni-1.2-flash', 'second', '1080p', 105000),
  ('google', 'gemini-omni-1.2-flash', 'second', '4k', 210000),
  ('google-vertex', 'veo-3.1-generate-001', 'second', '', 400000),
  ('google-vertex', 'veo-3.1-generate-001', 'second', '4k', 600000),
  ('google-vertex', 'veo-3.1-fast-generate-001', 'second', '', 100000),
  ('google-vertex', 'veo-3.1-lite-generate-001', 'second', '', 50000),
  ('google-veo', 'veo-3.1-generate-preview', 'second', '', 400000),
  ('google-veo', 'veo-3.1-generate-preview', 'second', '4k', 600000),
  ('google-veo', 'veo-3.1-fast-generate-preview', 'second', '', 100000),
  ('google-veo', 'veo-3.1-lite-generate-preview', 'second', '', 50000)) as list (provider, provider_model, unit, rate, micro_usd);

-- What one call costs at list price, in millionths of a dollar, rounded up; null where no price is known.
create function provider_call_cost(
  the_provider text, the_model text, the_rate text, images integer, seconds numeric, tokens_in bigint, image_tokens_in bigint, tokens_out bigint
) returns bigint language sql stable as $$
  with price as (
    select distinct on (c.unit) c.unit, c.micro_usd from provider_costs c
    where c.provider = the_provider and c.provider_model = the_model and c.rate in ('', coalesce(the_rate, '')) and c.starts_at <= now()
    order by c.unit, c.rate = '', c.starts_at desc),
  used as (
    select unit, micro_usd * case unit when 'image' then images when 'second' then seconds else
      case unit when 'million_tokens_in' then tokens_in when 'million_image_tokens_in' then image_tokens_in else tokens_out end / 1000000.0 end as cost from price)
  select ceil(coalesce(sum(cost) filter (where unit like 'million%'), sum(cost) filter (where unit not like 'million%')))::bigint from used
$$;

-- Every call to a provider that was billed, or may have been: one row, written by what ends the call, and completed by what settles its generation.
create table provider_usage_logs (
  attempt_id uuid primary key,
  generation_id uuid not null,
  output_index integer not null,
  account_id uuid not null,
  kind text not null,
  -- The model that a person asked for, and the one that was called.
  asked_model text not null,
  model text not null,
  provider text not null,
  provider_model text not null,
  -- Answered by a simulator: it cost nothing, and would have cost `nominal_micro_usd`.
  simulated boolean not null,
  outcome text not null check (outcome in ('succeeded', 'outcome_unknown', 'bad_response', 'content_output', 'bad_output', 'output_gone')),
  images integer,
  seconds numeric(10, 3),
  tokens_in bigint,
  image_tokens_in bigint,
  tokens_out bigint,
  cost_micro_usd bigint not null check (cost_micro_usd >= 0),
  -- At list price; null where none is known.
  nominal_micro_usd bigint check (nominal_micro_usd >= 0),
  -- True once its generation has ended.
  settled boolean not null default false,
  credits_captured bigint not null default 0 check (credits_captured >= 0),
  -- Nobody was charged for what it made, and nobody got it.
  wasted boolean not null,
  waste_reason text check (waste_reason in ('outcome_unknown', 'bad_response', 'content_output', 'bad_output', 'output_gone', 'late', 'duplicate')),
  created_at timestamptz not null default now(),
  constraint provider_usage_logs_waste check (wasted = (waste_reason is not null) and (not wasted or credits_captured = 0)),
  constraint provider_usage_logs_cost check (cost_micro_usd = case when simulated then 0 else coalesce(nominal_micro_usd, 0) end)
) with (fillfactor = 80);
create index idx_provider_usage_logs_time on provider_usage_logs (created_at);
create index idx_provider_usage_logs_generation on provider_usage_logs (generation_id);
