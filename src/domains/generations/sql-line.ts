/** The line of those that wait: who is where in it, and how long it is. */
import { type Queryable, sql } from '#platform/db'
import type { Session } from './model.ts'
import { sessionColumns } from './sql-columns.ts'

/** Places are counted up to here; one more stands for everything beyond. */
export const PLACES_COUNTED_MAX = 1_000

export interface Place {
  readonly id: string
  readonly accountId: string
  readonly kind: string
  readonly provider: string
  readonly priority: 'interactive' | 'bulk'
}

/**
 * How many are served before this one while every account gets its turn: the account's own earlier ones, as many of every other account as
 * take turns until then, and everything interactive before bulk. Counts to `PLACES_COUNTED_MAX` and no further, so it costs the same however many wait.
 */
export async function countAhead(db: Queryable, { id, accountId, kind, provider, priority }: Place): Promise<number> {
  const level = priority === 'interactive' ? 0 : 1
  const [row] = await db.query<{ ahead: number }>({
    name: 'generations.countAhead',
    values: [kind, provider, level, accountId, id, PLACES_COUNTED_MAX],
    text: `/* generations.countAhead */
      with recursive own as materialized (
        select count(*) as earlier from (
          select from generation_sessions where status = 'queued' and kind = $1 and provider = $2 and priority = $3::smallint and account_id = $4::uuid and id < $5::uuid
          order by account_id, id limit $6) mine),
      -- From account to account by the index, without reading what lies between.
      accounts (id) as (
        (select account_id from generation_sessions where status = 'queued' and kind = $1 and provider = $2 and priority = $3::smallint order by account_id limit 1)
        union all
        select (select account_id from generation_sessions
          where status = 'queued' and kind = $1 and provider = $2 and priority = $3::smallint and account_id > accounts.id order by account_id limit 1)
        from accounts where accounts.id is not null),
      others as (
        select from accounts cross join lateral (
          select from generation_sessions g where g.status = 'queued' and g.kind = $1 and g.provider = $2 and g.priority = $3::smallint and g.account_id = accounts.id
          order by g.account_id, g.id limit (select earlier + 1 from own)) turns
        where accounts.id <> $4::uuid limit $6),
      before as (
        select from generation_sessions where status = 'queued' and kind = $1 and provider = $2 and priority < $3::smallint limit $6)
      select least($6, (select earlier from own) + (select count(*) from others) + (select count(*) from before))::int as ahead`,
  })
  return row?.ahead ?? 0
}

export interface Waiting {
  readonly kind: string
  readonly interactive: number
  readonly bulk: number
  readonly oldestSeconds: number
}

/** How many wait per lane, and since when the oldest. Reads every one of them: for an operator's page, not for every request. */
export function readWaiting(db: Queryable): Promise<Waiting[]> {
  return db.query<Waiting>(sql`
    /* generations.readWaiting */
    select kind, (count(*) filter (where priority = 0))::int as interactive, (count(*) filter (where priority = 1))::int as bulk,
      extract(epoch from now() - min(created_at))::float as "oldestSeconds"
    from generation_sessions where status = 'queued' group by kind`)
}

const ARRIVALS_COUNTED_MAX = 100_000

/** How many were accepted for the lane since `firstId`, the smallest id of that time. */
export async function countArrivals(db: Queryable, lane: string, firstId: string): Promise<number> {
  const [row] = await db.query<{ arrivals: number }>(sql`
    /* generations.countArrivals */
    select count(*)::int as arrivals from (
      select from generation_sessions where id >= ${firstId}::uuid and kind = ${lane} limit ${ARRIVALS_COUNTED_MAX}) newest`)
  return row?.arrivals ?? 0
}

/** What a worker has in hand. */
export interface InHand {
  readonly owner: string
  readonly id: string
  readonly leaseToken: number
  readonly leaseExpiresAt: Date
  readonly startedAt: Date | null
}

export function listInHand(db: Queryable, limit: number): Promise<InHand[]> {
  return db.query<InHand>(sql`
    /* generations.listInHand */
    select lease_owner as owner, id, lease_token as "leaseToken", lease_expires_at as "leaseExpiresAt", started_at as "startedAt"
    from generation_sessions where status = 'running' and lease_owner is not null order by lease_expires_at limit ${limit}`)
}

export type LinePlace = Pick<Session, 'priority' | 'accountId' | 'id'>

/** A piece of the line of a provider: what may go elsewhere, after a place in the order of the line. What only has to be fetched or looked into is not in it. */
export function listWaitingAt(db: Queryable, { kind, provider, after, limit }: { kind: string; provider: string; after: LinePlace | null; limit: number }): Promise<Session[]> {
  const nobody = '00000000-0000-0000-0000-000000000000'
  return db.query<Session>({
    name: 'generations.listWaitingAt',
    values: [kind, provider, after?.priority === 'bulk' ? 1 : 0, after?.accountId ?? nobody, after?.id ?? nobody, limit],
    text: `/* generations.listWaitingAt */
      select ${sessionColumns} from generation_sessions s
      where s.status = 'queued' and s.kind = $1 and s.provider = $2 and (s.priority, s.account_id, s.id) > ($3::smallint, $4::uuid, $5::uuid)
        and s.phase is null and s.allow_fallback
      order by s.priority, s.account_id, s.id limit $6`,
  })
}
