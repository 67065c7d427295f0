-- breaking: no
-- The ledger: lots, reservations, journal. Operators notice nothing: the tables are new.

-- One grant of credits. Every credit of it is in exactly one bucket at every moment; the first check says so.
create table credit_lots (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  source text not null check (source in ('seed', 'welcome', 'admin', 'coupon', 'subscription', 'purchase')),
  -- What the grant answers for: a payment, a coupon redemption. One grant per reference.
  external_ref text,
  -- Second sort key of spending: granted (0) before purchased (1).
  spend_rank smallint not null check (spend_rank in (0, 1)),
  granted bigint not null check (granted between 1 and 9007199254740991),
  remaining bigint not null check (remaining >= 0),
  held bigint not null default 0 check (held >= 0),
  captured bigint not null default 0 check (captured >= 0),
  expired bigint not null default 0 check (expired >= 0),
  revoked bigint not null default 0 check (revoked >= 0),
  -- In the index below instead of `remaining`, so that most updates of a lot stay heap-only.
  drained boolean not null default false,
  expires_at timestamptz not null default 'infinity',
  created_at timestamptz not null default now(),
  constraint credit_lots_conserve check (granted = remaining + held + captured + expired + revoked),
  constraint credit_lots_drained check (drained = (remaining = 0))
) with (fillfactor = 70);
create unique index idx_credit_lots_external_ref on credit_lots (source, external_ref) where external_ref is not null;
-- Spend order: earliest expiry, then granted before purchased, then oldest (ids sort by time).
create index idx_credit_lots_user_active on credit_lots (account_id, expires_at, spend_rank, id) where not drained;
create index idx_credit_lots_account on credit_lots (account_id, id);

-- Credits set aside for one generation. Ends once: captured (in whole or part) or released.
-- The lots are arrays, in spend order: one row per hold however many lots it takes from.
-- No foreign key to accounts: it would lock the account's row for share on every hold of a busy account.
-- No index on status: it would make every settlement a non-heap-only update.
create table credit_reservations (
  id uuid primary key,
  account_id uuid not null,
  generation_id uuid not null,
  amount bigint not null check (amount between 1 and 9007199254740991),
  lot_ids uuid[] not null,
  lot_amounts bigint[] not null,
  status text not null default 'held' check (status in ('held', 'captured', 'released')),
  captured bigint not null default 0,
  released bigint not null default 0,
  deadline_at timestamptz not null,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  constraint credit_reservations_lots check (cardinality(lot_ids) >= 1 and cardinality(lot_ids) = cardinality(lot_amounts)),
  constraint credit_reservations_settled check (
    case status
      when 'held' then captured = 0 and released = 0 and settled_at is null
      when 'captured' then captured > 0 and released >= 0 and captured + released = amount and settled_at is not null
      else captured = 0 and released = amount and settled_at is not null
    end)
) with (fillfactor = 70);
create index idx_credit_reservations_account on credit_reservations (account_id, created_at);

-- The journal: every change of an account's total (available + held), with actor and reason. Append-only.
-- Holds and releases do not change the total; their record is the reservation.
create table credit_transactions (
  id uuid primary key,
  account_id uuid not null,
  kind text not null check (kind in ('grant', 'capture', 'expire', 'adjust', 'clawback')),
  amount bigint not null check (amount <> 0 and abs(amount) <= 9007199254740991),
  lot_ids uuid[] not null,
  lot_amounts bigint[] not null,
  reservation_id uuid,
  generation_id uuid,
  reason text not null,
  actor text not null,
  created_at timestamptz not null default now(),
  constraint credit_transactions_sign check (
    case kind when 'grant' then amount > 0 when 'adjust' then true else amount < 0 end),
  constraint credit_transactions_capture check ((kind = 'capture') = (reservation_id is not null))
);
create index idx_credit_transactions_account on credit_transactions (account_id, created_at, id);
create unique index idx_credit_transactions_one_capture on credit_transactions (reservation_id) where kind = 'capture';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'CY001';
end
$$;
create trigger credit_transactions_append_only before update or delete on credit_transactions
  for each row execute function refuse_change();
