import { json, type Queryable, sql } from '#platform/db'
import type { AuditAction, AuditEntry, AuditRecord, Because, Holder, UserWithBalance } from './model.ts'

/** Somebody with an account, by the person's id, the account's id or the address; undefined when there is nobody. */
export async function getHolder(db: Queryable, who: Partial<Record<'userId' | 'accountId' | 'email', string>>): Promise<Holder | undefined> {
  const [row] = await db.query<Holder>(sql`
    /* admin.getHolder */
    with person as (
      select id from auth_users where id = ${who.userId ?? null}::uuid
      union select id from auth_users where email = lower(${who.email ?? null}::text)
      union select owner_id from accounts where id = ${who.accountId ?? null}::uuid)
    select a.id as "accountId", u.email, u.name
    from person join auth_users u on u.id = person.id join accounts a on a.owner_id = u.id and a.kind = 'person'`)
  return row
}

/** Lets operators change an account one after the other. Nobody else waits: holds and grants do not take this lock. */
export async function lockAccount(tx: Queryable, accountId: string): Promise<void> {
  await tx.query(sql`/* admin.lockAccount */ select 1 from accounts where id = ${accountId} for no key update`)
}

export interface UsersQuery {
  /** Part of an address, or the beginning of an id; null for everybody. */
  readonly text: string | null
  /** Continues after the person with this id. */
  readonly after: string | null
  readonly limit: number
}

/** People, the newest first, each with what the account has. The balance is read for those of the page alone. */
export function listUsers(db: Queryable, { text, after, limit }: UsersQuery): Promise<UserWithBalance[]> {
  return db.query<UserWithBalance>(sql`
    /* admin.listUsers */
    with page as (
      select u.id, u.email, u.name, u.role, u.created_at, a.id as account_id, a.plan
      from auth_users u join accounts a on a.owner_id = u.id and a.kind = 'person'
      where (${after}::uuid is null or u.id < ${after}::uuid)
        and (${text}::text is null or strpos(u.email, lower(${text})) > 0 or starts_with(u.id::text, lower(${text})))
      order by u.id desc limit ${limit})
    select p.id, p.email, p.name, p.role, p.created_at as "createdAt", p.account_id as "accountId", p.plan, b.available, b.held
    from page p cross join lateral (
      select coalesce(sum(remaining) filter (where expires_at > now()), 0)::bigint as available, coalesce(sum(held), 0)::bigint as held
      from credit_lots l where l.account_id = p.account_id and not l.closed) b
    order by p.id desc`)
}

export interface NewAuditEntry extends Because {
  readonly id: string
  readonly action: AuditAction
  readonly accountId: string | null
  readonly subject?: string
  readonly transactionId: string | null
  readonly before: AuditRecord
  readonly after: AuditRecord
}

export async function insertAuditEntry(tx: Queryable, entry: NewAuditEntry): Promise<void> {
  await tx.query(sql`
    /* admin.insertAuditEntry */
    insert into audit_log (id, action, actor, account_id, subject, reason, request_id, transaction_id, before, after)
    values (${entry.id}, ${entry.action}, ${entry.actor}, ${entry.accountId}, ${entry.subject ?? null}, ${entry.reason}, ${entry.requestId}, ${entry.transactionId},
      ${json(entry.before)}::jsonb, ${json(entry.after)}::jsonb)`)
}

export interface AuditQuery {
  readonly accountId: string | null
  /** Continues after the entry with this id. */
  readonly after: string | null
  readonly limit: number
}

/** What operators did, the newest first. */
export function listAuditEntries(db: Queryable, { accountId, after, limit }: AuditQuery): Promise<AuditEntry[]> {
  return db.query<AuditEntry>(sql`
    /* admin.listAuditEntries */
    with page as (
      select *, case when actor ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then actor::uuid end as person_id from audit_log
      where (${accountId}::uuid is null or account_id = ${accountId}::uuid) and (${after}::uuid is null or id < ${after}::uuid)
      order by id desc limit ${limit})
    select e.id, e.action, e.actor, p.email as "actorEmail", e.account_id as "accountId", o.email as "accountEmail", e.subject, e.reason,
      e.request_id as "requestId", e.transaction_id as "transactionId", e.before, e.after, e.created_at as "createdAt"
    from page e
    left join auth_users p on p.id = e.person_id
    left join accounts a on a.id = e.account_id left join auth_users o on o.id = a.owner_id
    order by e.id desc`)
}
