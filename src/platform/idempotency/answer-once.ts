import { type Db, sqlState, type Tx } from '#platform/db'
import { IdempotencyInFlight, IdempotencyMismatch } from './errors.ts'
import { boundLockWaits, getAnswer, insertKey, type KeyedRequest, storeAnswer, type StoredAnswer } from './sql.ts'

/** Longer than any of our transactions takes that nothing is wrong with. */
const WAIT_MS = 2_000
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Answers a request once per key: runs `work` in one transaction and keeps its answer there, or gives the answer that was kept, `replayed`. Without a
 * request (the client sent no key) it just runs `work` in a transaction.
 *
 * Refuses `IdempotencyMismatch` when the key belongs to another request, and `IdempotencyInFlight` when the first request with it
 * is not done within two seconds. What `work` throws rolls everything back, and the key is free again.
 */
export async function answerOnce(
  db: Db,
  request: KeyedRequest | null,
  work: (tx: Tx) => Promise<StoredAnswer>,
  { waitMs = WAIT_MS }: { readonly waitMs?: number } = {},
): Promise<StoredAnswer & { readonly replayed: boolean }> {
  return db.transaction(async (tx) => {
    if (request === null) return { ...(await work(tx)), replayed: false }
    if (!(await takeKey(tx, request, waitMs))) return { ...(await readFirst(tx, request)), replayed: true }
    const answer = await work(tx)
    await storeAnswer(tx, request, answer)
    return { ...answer, replayed: false }
  })
}

async function takeKey(tx: Tx, request: KeyedRequest, waitMs: number): Promise<boolean> {
  await boundLockWaits(tx, waitMs)
  try {
    const taken = await insertKey(tx, request)
    await boundLockWaits(tx, 0)
    return taken
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) throw new IdempotencyInFlight({}, { cause: error })
    throw error
  }
}

async function readFirst(tx: Tx, request: KeyedRequest): Promise<StoredAnswer> {
  const first = await getAnswer(tx, request)
  // A sweep may have taken an answer that ran out between the two statements.
  if (first === undefined) throw new IdempotencyInFlight({})
  if (first.requestHash !== request.requestHash) throw new IdempotencyMismatch({})
  return { status: first.status, body: first.body }
}
