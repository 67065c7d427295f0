import type { Queryable } from '#platform/db'
import { json, sql } from '#platform/db'

export interface ClaimedMessage {
  readonly id: bigint
  readonly queue: string
  readonly payload: object
  /** 0 is interactive, 1 is bulk. */
  readonly priority: number
}

export async function insertMessage(tx: Queryable, queue: string, payload: object): Promise<void> {
  await tx.query(sql`/* outbox.insertMessage */ insert into outbox (queue, payload) values (${queue}, ${json(payload)}::jsonb)`)
}

/** Takes a batch for this relay. Rows that another relay is taking at this moment are passed over, not waited for. */
export function claimBatch(db: Queryable, limit: number, claimSeconds: number): Promise<ClaimedMessage[]> {
  return db.query<ClaimedMessage>(sql`
    /* outbox.claimBatch */
    update outbox set claimed_until = now() + make_interval(secs => ${claimSeconds}), attempts = attempts + 1
    where id in (
      select id from outbox
      where published_at is null and (claimed_until is null or claimed_until < now())
      order by id limit ${limit} for update skip locked)
    returning id, queue, payload, priority`)
}

export async function markPublished(db: Queryable, ids: bigint[]): Promise<void> {
  await db.query(sql`
    /* outbox.markPublished */
    update outbox set published_at = now(), claimed_until = null, last_error = null where id = any(${ids}::bigint[])`)
}

/** Keeps the reason and lets the rows be taken again after a pause that grows with the attempts. */
export async function markFailed(db: Queryable, ids: bigint[], reason: string): Promise<void> {
  await db.query(sql`
    /* outbox.markFailed */
    update outbox set last_error = ${reason},
      claimed_until = now() + least(interval '30 s', interval '200 ms' * power(2, least(attempts, 10)))
    where id = any(${ids}::bigint[])`)
}

export async function countPending(db: Queryable): Promise<{ pending: number; oldestSeconds: number }> {
  const [row] = await db.query<{ pending: number; oldestSeconds: number }>(sql`
    /* outbox.countPending */
    select count(*)::int as pending, coalesce(extract(epoch from now() - min(created_at)), 0)::float as "oldestSeconds"
    from outbox where published_at is null`)
  return row ?? { pending: 0, oldestSeconds: 0 }
}

export async function deletePublished(db: Queryable, olderThanHours: number, limit: number): Promise<number> {
  const rows = await db.query(sql`
    /* outbox.deletePublished */
    delete from outbox where id in (
      select id from outbox where published_at < now() - make_interval(hours => ${olderThanHours}) limit ${limit})
    returning id`)
  return rows.length
}
