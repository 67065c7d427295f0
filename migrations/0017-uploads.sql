-- breaking: no
-- Pictures that people hand in to work from. Operators notice a new folder `uploads` in the storage; rows and objects that nobody used for long are removed by the scheduler.

create table uploads (
  id uuid primary key,
  account_id uuid not null,
  object_key text not null unique,
  content_type text not null check (content_type in ('image/png', 'image/jpeg', 'image/webp')),
  bytes bigint not null check (bytes > 0),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  -- Of what is stored.
  sha256 text not null,
  -- Of what was sent, which is encoded anew before it is stored: the same bytes of an account are one upload.
  source_sha256 text not null,
  created_at timestamptz not null default now(),
  -- Handed in, or named by a request, for the last time.
  last_used_at timestamptz not null default now(),
  unique (account_id, source_sha256)
);
create index idx_uploads_account on uploads (account_id, id desc);
create index idx_uploads_unused on uploads (last_used_at);
