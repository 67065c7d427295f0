-- breaking: no
-- Messages that must leave with the transaction that wrote them. Operators notice nothing: the table is new.

create table outbox (
  id bigint generated always as identity primary key,
  queue text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  -- A relay works on the row until then; afterwards another may take it.
  claimed_until timestamptz,
  attempts integer not null default 0,
  last_error text
) with (fillfactor = 70);
create index idx_outbox_pending on outbox (id) where published_at is null;
create index idx_outbox_published on outbox (published_at) where published_at is not null;
