import { type Queryable, sql } from '#platform/db'
import type { Role } from '#platform/http'

export interface Person {
  readonly userId: string
  readonly accountId: string
  readonly name: string
  readonly email: string
  readonly role: Role
}

/**
 * Who each session token belongs to, in the order of the tokens; null where it is not good any more. The limit keeps the planner at one look-up per
 * token: a join of whole tables looks cheap to it as long as they are small or not analysed yet.
 */
export async function listPeopleBySessions(db: Queryable, tokens: readonly string[]): Promise<(Person | null)[]> {
  const rows = await db.query<Person & { token: string }>(sql`
    /* accounts.listPeopleBySessions */
    select person.* from unnest(${tokens}::text[]) as asked (token) cross join lateral (
      select s.token, u.id as "userId", a.id as "accountId", u.name, u.email, u.role
      from auth_sessions s join auth_users u on u.id = s.user_id join accounts a on a.owner_id = u.id and a.kind = 'person'
      where s.token = asked.token and s.expires_at > now() limit 1) as person`)
  const people = new Map(rows.map(({ token, ...person }) => [token, person]))
  return tokens.map((token) => people.get(token) ?? null)
}

export async function getPersonByEmail(db: Queryable, email: string): Promise<Person | undefined> {
  const [row] = await db.query<Person>(sql`
    /* accounts.getPersonByEmail */
    select u.id as "userId", a.id as "accountId", u.name, u.email, u.role
    from auth_users u join accounts a on a.owner_id = u.id and a.kind = 'person' where u.email = ${email}`)
  return row
}

export async function hasAdmin(db: Queryable): Promise<boolean> {
  const rows = await db.query(sql`/* accounts.hasAdmin */ select 1 from auth_users where role = 'admin' limit 1`)
  return rows.length === 1
}

/** Everybody with the role, locked. */
export async function listAdmins(tx: Queryable): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`/* accounts.listAdmins */ select id from auth_users where role = 'admin' order by id for no key update`)
  return rows.map(({ id }) => id)
}

/** The role before; undefined when there is no such person. */
export async function setRole(tx: Queryable, userId: string, role: Role): Promise<Role | undefined> {
  const [row] = await tx.query<{ before: Role }>(sql`
    /* accounts.setRole */
    with person as (select id, role from auth_users where id = ${userId} for no key update)
    update auth_users u set role = ${role}, updated_at = now() from person where u.id = person.id returning person.role as before`)
  return row?.before
}

/** The plan before; undefined when there is no such person. */
export async function setPlan(tx: Queryable, userId: string, plan: string): Promise<{ accountId: string; before: string } | undefined> {
  const [row] = await tx.query<{ accountId: string; before: string }>(sql`
    /* accounts.setPlan */
    with account as (select id, plan from accounts where owner_id = ${userId} and kind = 'person' for no key update)
    update accounts a set plan = ${plan} from account where a.id = account.id returning a.id as "accountId", account.plan as before`)
  return row
}

export interface NewPerson {
  readonly userId: string
  readonly identityId: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly passwordHash: string
}

/** A person who can sign in with a password; the account comes with it. False when the address is taken. */
export async function insertPerson(tx: Queryable, person: NewPerson): Promise<boolean> {
  const rows = await tx.query(sql`
    /* accounts.insertPerson */
    with person as (
      insert into auth_users (id, name, email, role, email_verified)
      values (${person.userId}, ${person.name}, ${person.email}, ${person.role}, true)
      on conflict (email) do nothing returning id)
    insert into auth_identities (id, user_id, account_id, provider_id, password)
    select ${person.identityId}::uuid, id, id::text, 'credential', ${person.passwordHash} from person returning id`)
  return rows.length === 1
}
