-- breaking: no
-- The lots again, with their columns in another order: what is read and summed on every look at a balance has a fixed width and comes first, so
-- Postgres finds it without walking over the texts before it. The table is copied once; the statements of earlier versions name their columns and go on.

alter table credit_lots rename to credit_lots_before;
alter index credit_lots_pkey rename to credit_lots_before_pkey;

create table credit_lots (
  id uuid not null,
  account_id uuid not null,
  expires_at timestamptz not null default 'infinity',
  remaining credits not null,
  held credits not null default 0,
  granted credit_amount not null,
  captured credits not null default 0,
  expired credits not null default 0,
  revoked credits not null default 0,
  -- The part of `held` that a clawback waits for: taken when it comes back, owed when it is captured.
  claimed credits not null default 0,
  -- The part of `captured` that became a debt.
  owed credits not null default 0,
  created_at timestamptz not null default now(),
  -- Second sort key of spending: granted (0) before purchased (1).
  spend_rank lot_spend_rank not null,
  -- In the indexes instead of `remaining`, so that most updates of a lot stay heap-only.
  drained boolean not null default false,
  -- Nothing left and nothing held: no statement of the hot paths looks at the lot again.
  closed boolean not null default false,
  source lot_source not null,
  -- What the grant answers for: a payment, a coupon redemption. One grant per reference.
  external_ref text
) with (fillfactor = 70);

insert into credit_lots (id, account_id, expires_at, remaining, held, granted, captured, expired, revoked, claimed, owed, created_at, spend_rank, drained, closed, source, external_ref)
select id, account_id, expires_at, remaining, held, granted, captured, expired, revoked, claimed, owed, created_at, spend_rank, drained, closed, source, external_ref
from credit_lots_before;

drop table credit_lots_before;

alter table credit_lots
  add primary key (id),
  add foreign key (account_id) references accounts (id),
  add constraint credit_lots_conserve check (
    granted = remaining + held + captured + expired + revoked and claimed <= held and owed <= captured
    and drained = (remaining = 0) and closed = (drained and held = 0));
create unique index idx_credit_lots_external_ref on credit_lots (source, external_ref) where external_ref is not null;
create index idx_credit_lots_user_active on credit_lots (account_id, expires_at, spend_rank, id) where not drained;
create index idx_credit_lots_account on credit_lots (account_id, id);
create index idx_credit_lots_open on credit_lots (account_id) where not closed;
-- Lots that never expire are not in it.
create index idx_credit_lots_expiry on credit_lots (expires_at) where not drained and expires_at < 'infinity';
