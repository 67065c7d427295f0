-- breaking: no
-- The catalogue as data that an admin edits, prices that can be taken back before they start, and what is found out about the life of models. Operators
-- notice that a model may be switched off or moved on.

-- What an admin decided about a model, laid over what this version knows of it. A model without a row is as this version knows it.
create table catalog_models (
  model text primary key,
  -- Goes up with every change; whoever changes names the one they saw.
  version integer not null check (version >= 1),
  enabled boolean not null default true,
  -- Whether what waits for it is to be moved or ended while it is switched off.
  move_queued boolean not null default false,
  -- What is told in place of what this version knows: name, providerModel, limits, shutdownAt, replacement. What is left out stays.
  changes jsonb not null default '{}' check (jsonb_typeof(changes) = 'object'),
  -- Models that may serve in its place, in this order.
  fallbacks text[] not null default '{}',
  note text not null default '',
  updated_by text not null check (btrim(updated_by) <> ''),
  updated_at timestamptz not null default now()
);

alter table model_prices
  -- A price that has not started may be taken back. It stays in the list.
  add column withdrawn_at timestamptz,
  add column withdrawn_by text,
  add constraint model_prices_withdrawn check ((withdrawn_at is null) = (withdrawn_by is null) and withdrawn_at < starts_at);
create function refuse_price_change() returns trigger language plpgsql as $$
begin
  if old.withdrawn_at is null and new.withdrawn_at is not null and old.starts_at > clock_timestamp()
    and (new.model, new.version, new.unit, new.credits, new.rates, new.starts_at) = (old.model, old.version, old.unit, old.credits, old.rates, old.starts_at) then
    return new;
  end if;
  raise exception 'model_prices is append-only' using errcode = 'CY001';
end
$$;
drop trigger model_prices_append_only on model_prices;
create trigger model_prices_append_only before delete on model_prices for each row execute function refuse_change();
create trigger model_prices_unchanged before update on model_prices for each row execute function refuse_price_change();

-- Questions to the providers about their models: one a day, and those that an admin asks. A process that has the keys takes a question and answers it.
create table catalog_checks (
  id uuid primary key,
  -- `2026-11-24` for the question of that day, so that many schedulers put it once; an id of its own for any other.
  slot text not null unique,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  -- Whoever took it has until then to answer; after that somebody else may.
  taken_until timestamptz,
  takes integer not null default 0,
  finished_at timestamptz,
  -- What each provider answered.
  outcome jsonb
);
create index idx_catalog_checks_open on catalog_checks (asked_at) where finished_at is null;

-- What a provider said about the life of a model that was not known here. Open until somebody has dealt with it.
create table catalog_findings (
  id uuid primary key,
  model text not null,
  provider_model text not null,
  kind text not null check (kind in ('unknown_model', 'shutdown', 'deprecation')),
  -- The date that was told, where it is about one.
  told text not null default '',
  source text not null check (source in ('list', 'header')),
  link text,
  -- Whether a simulator said it.
  simulated boolean not null,
  -- Whether the date was taken over into the catalogue.
  applied boolean not null default false,
  found_at timestamptz not null default now(),
  resolved_at timestamptz,
  -- `system` when it is no longer so.
  resolved_by text,
  resolution text,
  constraint catalog_findings_resolved check ((resolved_at is null) = (resolved_by is null))
);
-- The same thing is found once, however many processes hear it.
create unique index idx_catalog_findings_open on catalog_findings (model, provider_model, kind, told) where resolved_at is null;
