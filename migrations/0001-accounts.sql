-- breaking: no
-- People, their sign-in, and the accounts that hold credits. Operators notice nothing: the tables are new.

create table auth_users (
  id uuid primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  role text not null default 'user' check (role in ('user', 'admin')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table auth_sessions (
  id uuid primary key,
  user_id uuid not null references auth_users (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index idx_auth_sessions_user on auth_sessions (user_id);

-- One row per way to sign in; the password hash is on the row of provider 'credential'.
create table auth_identities (
  id uuid primary key,
  user_id uuid not null references auth_users (id) on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index idx_auth_identities_user on auth_identities (user_id);

create table auth_verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index idx_auth_verifications_identifier on auth_verifications (identifier);

-- What holds credits. A person has one, with the person's own id.
create table accounts (
  id uuid primary key,
  kind text not null default 'person' check (kind in ('person')),
  owner_id uuid not null references auth_users (id),
  created_at timestamptz not null default now()
);
create unique index idx_accounts_person on accounts (owner_id) where kind = 'person';

-- A trigger and not application code: no path that creates a person, the sign-in library's own included,
-- can then leave one without an account.
create function open_personal_account() returns trigger language plpgsql as $$
begin
  insert into accounts (id, owner_id) values (new.id, new.id);
  return new;
end
$$;
create trigger auth_users_open_account after insert on auth_users
  for each row execute function open_personal_account();
