-- breaking: no
-- The rest of the ledger: clawbacks, debts, expiry with grace, adjustments. Operators notice nothing but a short lock on the credit tables.

-- Ids for journal lines that a statement makes by itself. Like those the program makes (UUIDv7): they sort by time.
create function new_uuid_by_time() returns uuid language sql volatile parallel safe as $$
  select (substr(time, 1, 8) || '-' || substr(time, 9, 4) || '-7' || substr(random, 16))::uuid
  from (select lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as time, gen_random_uuid()::text as random) made
$$;

alter table credit_lots
  -- The part of `held` that a clawback waits for: taken when it comes back, owed when it is captured.
  add column claimed bigint not null default 0,
  -- The part of `captured` that became a debt.
  add column owed bigint not null default 0,
  -- Nothing left and nothing held: no statement of the hot paths looks at the lot again.
  add column closed boolean not null default false;
update credit_lots set closed = true where remaining = 0 and held = 0;

-- What is said of one column stands in its type, and one CHECK per table says the rest. A CHECK is read and compiled again by every statement that writes,
-- a type is not: the many CHECKs before were a fifth of what a hold cost.
create domain credits as bigint check (value >= 0);
create domain credit_amount as bigint check (value between 1 and 9007199254740991);
create domain credit_change as bigint check (value <> 0 and abs(value) <= 9007199254740991);
create domain lot_source as text check (value in ('seed', 'welcome', 'admin', 'coupon', 'subscription', 'purchase'));
create domain lot_spend_rank as smallint check (value in (0, 1));
create domain hold_status as text check (value in ('held', 'captured', 'released'));
create domain movement_kind as text check (value in ('grant', 'capture', 'expire', 'adjust', 'clawback'));
create domain movement_words as text check (btrim(value) <> '');

alter table credit_lots
  drop constraint credit_lots_source_check,
  drop constraint credit_lots_spend_rank_check,
  drop constraint credit_lots_granted_check,
  drop constraint credit_lots_remaining_check,
  drop constraint credit_lots_held_check,
  drop constraint credit_lots_captured_check,
  drop constraint credit_lots_expired_check,
  drop constraint credit_lots_revoked_check,
  drop constraint credit_lots_drained,
  drop constraint credit_lots_conserve,
  alter column source type lot_source,
  alter column spend_rank type lot_spend_rank,
  alter column granted type credit_amount,
  alter column remaining type credits,
  alter column held type credits,
  alter column captured type credits,
  alter column expired type credits,
  alter column revoked type credits,
  alter column claimed type credits,
  alter column owed type credits,
  add constraint credit_lots_conserve check (
    granted = remaining + held + captured + expired + revoked and claimed <= held and owed <= captured
    and drained = (remaining = 0) and closed = (drained and held = 0));
create index idx_credit_lots_open on credit_lots (account_id) where not closed;
-- Lots that never expire are not in it.
create index idx_credit_lots_expiry on credit_lots (expires_at) where not drained and expires_at < 'infinity';

alter table credit_reservations
  -- When something came back: only then, so that a full capture changes no indexed column and stays a heap-only update.
  add column released_at timestamptz;
update credit_reservations set released_at = settled_at where released > 0;
alter table credit_reservations
  drop constraint credit_reservations_amount_check,
  drop constraint credit_reservations_status_check,
  drop constraint credit_reservations_lots,
  drop constraint credit_reservations_settled,
  alter column amount type credit_amount,
  alter column status type hold_status,
  alter column captured type credits,
  alter column released type credits,
  add constraint credit_reservations_settled check (
    captured + released = case when settled_at is null then 0 else amount end
    and (status = 'held') = (settled_at is null) and (status = 'captured') = (captured > 0) and (released > 0) = (released_at is not null)
    and cardinality(lot_ids) > 0 and cardinality(lot_ids) = cardinality(lot_amounts));
drop index idx_credit_reservations_account;
create index idx_credit_reservations_account on credit_reservations (account_id, created_at, id);
create index idx_credit_reservations_released on credit_reservations (account_id, released_at, id) where released_at is not null;

alter table credit_transactions
  drop constraint credit_transactions_kind_check,
  drop constraint credit_transactions_amount_check,
  drop constraint credit_transactions_sign,
  drop constraint credit_transactions_capture,
  alter column kind type movement_kind,
  alter column amount type credit_change,
  alter column reason type movement_words,
  alter column actor type movement_words,
  add constraint credit_transactions_sound check (
    (kind = 'adjust' or (kind = 'grant') = (amount > 0)) and (kind = 'capture') = (reservation_id is not null));

-- The tables below have no foreign key to lots: each would cost every update of a lot a trigger. The invariants hold what keys would.

-- Every clawback: how much was asked for, and what became of it at that moment.
create table credit_revocations (
  -- Chosen by the caller: a second clawback with the same id is the same clawback.
  id uuid primary key,
  account_id uuid not null,
  lot_id uuid not null,
  amount credit_amount not null,
  -- Taken from what remained.
  revoked credits not null,
  -- Held at that moment: taken or owed when the hold ends.
  claimed credits not null,
  -- Spent before.
  owed credits not null,
  reason movement_words not null,
  actor movement_words not null,
  created_at timestamptz not null default now(),
  constraint credit_revocations_parts check (revoked + claimed + owed <= amount)
);
create index idx_credit_revocations_lot on credit_revocations (lot_id);
create trigger credit_revocations_append_only before update or delete on credit_revocations
  for each row execute function refuse_change();

-- What an account owes, because credits that were taken back had been spent. Later grants repay it, the oldest first.
create table credit_debts (
  id uuid primary key,
  account_id uuid not null,
  lot_id uuid not null,
  owed credit_amount not null,
  repaid credits not null default 0,
  created_at timestamptz not null default now(),
  constraint credit_debts_repaid check (repaid <= owed)
);
create index idx_credit_debts_open on credit_debts (account_id, id) where repaid < owed;
create index idx_credit_debts_lot on credit_debts (lot_id);

-- Which grant repaid which debt.
create table credit_repayments (
  debt_id uuid not null references credit_debts (id),
  lot_id uuid not null,
  transaction_id uuid not null,
  amount credit_amount not null,
  created_at timestamptz not null default now(),
  primary key (debt_id, lot_id)
);
create trigger credit_repayments_append_only before update or delete on credit_repayments
  for each row execute function refuse_change();
