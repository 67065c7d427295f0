-- breaking: no
-- Seals over the journal, the trail of what operators did, and answers kept for repeated requests. Operators notice nothing: the tables are new.

-- One row per stretch of the journal that no longer changes. The digest covers every line in it and the digest before, so a line that is
-- changed, deleted or slipped in later shows, and so does a missing seal.
create table credit_seals (
  number integer primary key check (number >= 1),
  -- Lines with from_at <= created_at < to_at.
  from_at timestamptz not null,
  to_at timestamptz not null,
  lines bigint not null check (lines >= 1),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  sealed_at timestamptz not null default now(),
  constraint credit_seals_range check (from_at < to_at)
);
create trigger credit_seals_append_only before update or delete on credit_seals
  for each row execute function refuse_change();
create trigger credit_seals_no_truncate before truncate on credit_seals
  for each statement execute function refuse_change();

-- The journal has had this for its rows from the beginning.
create trigger credit_transactions_no_truncate before truncate on credit_transactions
  for each statement execute function refuse_change();

-- Sealing reads what was written since the last seal. Lines come in this order, so this kind of index is enough and costs an insert next to nothing.
create index idx_credit_transactions_created on credit_transactions using brin (created_at);

-- What operators did, written in the transaction that did it. Append-only.
create table audit_log (
  id uuid primary key,
  action text not null check (action ~ '^[a-z]+\.[a-z_]+$'),
  -- A person's id, or `cli:` and the name of the operating system's user.
  actor text not null check (btrim(actor) <> ''),
  -- To whom: the account.
  account_id uuid not null,
  reason text not null check (btrim(reason) <> ''),
  request_id text,
  -- The journal line it answers for.
  transaction_id uuid,
  before jsonb not null,
  after jsonb not null,
  created_at timestamptz not null default now()
);
create index idx_audit_log_account on audit_log (account_id, id desc);
create unique index idx_audit_log_transaction on audit_log (transaction_id) where transaction_id is not null;
create trigger audit_log_append_only before update or delete on audit_log
  for each row execute function refuse_change();
create trigger audit_log_no_truncate before truncate on audit_log
  for each statement execute function refuse_change();

-- The first answer to each Idempotency-Key of the routes that are not generations. Keys belong to the account of who asks.
create table idempotent_answers (
  account_id uuid not null,
  key text not null,
  request_hash text not null,
  -- Null only inside the transaction that is finding the answer.
  status smallint check (status between 200 and 599),
  -- json and not jsonb: it comes back as it was sent, key for key.
  body json,
  expires_at timestamptz not null,
  primary key (account_id, key)
);
create index idx_idempotent_answers_expiry on idempotent_answers using brin (expires_at);
