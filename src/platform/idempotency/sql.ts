import { json, type Queryable, sql } from '#platform/db'

export interface KeyedRequest {
  /** Whose key it is. */
  readonly accountId: string
  readonly key: string
  readonly requestHash: string
}

export interface StoredAnswer {
  readonly status: number
  readonly body: object
}

/** How long an answer is kept. */
const KEPT_HOURS = 24

/** From here on, waiting for a lock fails after this time instead of holding a connection. 0 waits again as long as it takes. */
export async function boundLockWaits(tx: Queryable, ms: number): Promise<void> {
  await tx.query(sql`/* idempotency.boundLockWaits */ select set_config('lock_timeout', ${String(ms)}, true)`)
}

/** Takes the key for this request. False when it is taken. Waits for a transaction that is just taking it. */
export async function insertKey(tx: Queryable, { accountId, key, requestHash }: KeyedRequest): Promise<boolean> {
  const rows = await tx.query(sql`
    /* idempotency.insertKey */
    insert into idempotent_answers (account_id, key, request_hash, expires_at)
    values (${accountId}, ${key}, ${requestHash}, now() + make_interval(hours => ${KEPT_HOURS}))
    on conflict (account_id, key) do update
      set request_hash = excluded.request_hash, status = null, body = null, expires_at = excluded.expires_at
      where idempotent_answers.expires_at <= now()
    returning 1`)
  return rows.length === 1
}

export async function storeAnswer(tx: Queryable, { accountId, key }: KeyedRequest, { status, body }: StoredAnswer): Promise<void> {
  await tx.query(sql`
    /* idempotency.storeAnswer */
    update idempotent_answers set status = ${status}, body = ${json(body)}::json where account_id = ${accountId} and key = ${key}`)
}

export async function getAnswer(tx: Queryable, { accountId, key }: KeyedRequest): Promise<(StoredAnswer & { requestHash: string }) | undefined> {
  const [row] = await tx.query<StoredAnswer & { requestHash: string }>(sql`
    /* idempotency.getAnswer */
    select request_hash as "requestHash", status, body from idempotent_answers where account_id = ${accountId} and key = ${key}`)
  return row
}

export async function deleteExpiredAnswers(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(sql`
    /* idempotency.deleteExpiredAnswers */
    delete from idempotent_answers where (account_id, key) in (
      select account_id, key from idempotent_answers where expires_at <= now() limit ${limit} for update skip locked)
    returning 1`)
  return rows.length
}
