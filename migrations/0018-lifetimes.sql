-- breaking: no
-- How long what was made is kept: deletion by its owner, removal of outputs after a time that the account's plan has, and retries as new generations.
-- Operators notice nothing before they set COOLY_RETENTION_DAYS. The new index reads generation_sessions once and holds up writes to it meanwhile.

alter table accounts
  -- What the account has bought. Decides how long outputs are kept.
  add column plan text not null default 'free' check (plan ~ '^[a-z][a-z0-9-]{0,39}$');
-- Goes through the accounts of one plan, page by page.
create index idx_accounts_plan on accounts (plan, id);

alter table generation_sessions
  -- Deleted by its owner. The row stays: money and journal point to it.
  add column deleted_at timestamptz,
  -- Since when its outputs are gone, all together. Their rows stay: they are what was paid for. Objects that are still there are leftovers.
  add column outputs_removed_at timestamptz,
  -- After how many days they were removed, where that was the reason.
  add column outputs_kept_days integer check (outputs_kept_days >= 1),
  -- Which one it repeats.
  add column retried_from uuid,
  -- Of what is there all these columns are null, so that nothing has to be read to know that the rules hold.
  add constraint generation_sessions_deleted check (deleted_at is null or outputs_removed_at is not null) not valid,
  add constraint generation_sessions_removed check (outputs_removed_at is null or finished_at is not null) not valid,
  add constraint generation_sessions_kept_days check (outputs_kept_days is null or outputs_removed_at is not null) not valid;
-- What still has outputs, the oldest of an account first. Of the cancelled those that were paid or were free have any.
create index idx_generation_sessions_kept on generation_sessions (account_id, finished_at)
  where outputs_removed_at is null and status in ('succeeded', 'cancelled') and (credits_captured > 0 or waived);

-- How far collectors have come through a folder of the storage, so that the next one goes on there, in whatever process.
create table storage_collections (
  folder text primary key,
  after_key text,
  updated_at timestamptz not null default now()
);
