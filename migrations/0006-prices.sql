-- breaking: no
-- Prices and quotes as data, and an index for the summary of usage. Operators notice nothing: the tables are new and the index is of
-- generations that were paid for, which a new installation has few of.

-- What one unit costs from a moment on. Of the versions whose time has come, the one with the latest start counts, and of several
-- with the same start the highest. A generation keeps the price and version it was accepted at, so history never changes: a new price is a new row.
create table model_prices (
  model text not null,
  version integer not null check (version >= 1),
  unit text not null check (unit in ('image')),
  -- A generation has at most 100 units, so that its price stays below 2^53.
  credits bigint not null check (credits between 1 and 90071992547409),
  starts_at timestamptz not null,
  primary key (model, version)
);
create trigger model_prices_append_only before update or delete on model_prices
  for each row execute function refuse_change();
create trigger model_prices_kept before truncate on model_prices
  for each statement execute function refuse_change();

insert into model_prices (model, version, unit, credits, starts_at) values ('seedream4', 1, 'image', 1, '2026-01-01T00:00:00Z');

-- A price that was promised to an account for one input. It binds until it expires, whatever becomes of the price list, and never changes.
-- No foreign key to accounts, as in the other tables that a request writes.
create table quotes (
  id uuid primary key,
  account_id uuid not null,
  model text not null,
  input_hash text not null,
  units integer not null check (units between 1 and 100),
  price_credits bigint not null,
  price_version integer not null,
  credits bigint not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint quotes_sum check (credits = units * price_credits),
  constraint quotes_price foreign key (model, price_version) references model_prices (model, version)
);
-- They come in the order they expire.
create index idx_quotes_expiry on quotes using brin (expires_at);
create trigger quotes_unchanged before update on quotes
  for each row execute function refuse_change();

-- What an account was charged for, by time. A row enters it once, when its generation ends, in an update that no index leaves alone anyway;
-- accepting a request does not touch it. The included columns answer the summary from the index.
create index idx_generation_sessions_usage on generation_sessions (account_id, finished_at)
  include (model, outputs_wanted, price_credits, credits_captured) where credits_captured > 0;
