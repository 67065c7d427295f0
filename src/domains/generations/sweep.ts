import { deleteExpiredQuotes } from '#domains/catalog'
import { failpoint } from '#lib/failpoint'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import { endGeneration } from './end-generation.ts'
import { capacityTopic } from './lane-worker.ts'
import { announce } from './live.ts'
import { countCrash, listCrashed, requeueLost } from './sql-dispatch.ts'
import { deleteExpiredKeys, listOverdue, lockOpen, readClock } from './sql-sessions.ts'
import { endTask, listForsaken } from './sql-tasks.ts'
import { GIVEN_UP_SECONDS } from './task-pace.ts'

const BATCH = 100
const EXPIRED_BATCH = 1_000
/** Whoever can ask does so every few seconds, or minutes where the provider wants that. */
const UNASKED_SECONDS = 10 * 60

/** Gives generations whose worker died back to the queue. Answers how many. Any number of processes may do it at once. */
export async function sweepLeases(db: Db): Promise<number> {
  const lost = await requeueLost(db, BATCH)
  if (lost.length > 0) failpoint('sweeper.after_requeue')
  return lost.length
}

/**
 * Ends generations over which too many workers died: they are what kills them. What is stored by then stays and is paid for. Answers how many
 * it ended.
 */
export async function sweepCrashed(db: Db, realtime: Realtime): Promise<number> {
  const crashed = await listCrashed(db, BATCH)
  for (const id of crashed) {
    await db.transaction(async (tx) => {
      const session = await lockOpen(tx, id, null)
      if (session === undefined || !(await countCrash(tx, id))) return
      const { status, seq } = await endGeneration(tx, { session, cause: 'crashed', databaseSpans: [], now: await readClock(tx) })
      tx.afterCommit(() => announce(realtime, { id, accountId: session.accountId, status, seq }))
    })
  }
  return crashed.length
}

/**
 * Ends generations past their deadline, one transaction each: batches of accounts in one transaction would deadlock with
 * each other. Answers how many it ended.
 */
export async function sweepDeadlines(db: Db, realtime: Realtime): Promise<number> {
  const overdue = await listOverdue(db, BATCH)
  for (const id of overdue) {
    await db.transaction(async (tx) => {
      const session = await lockOpen(tx, id, null)
      const now = await readClock(tx)
      // Ended since it was listed; or opened again after that, with a new deadline.
      if (session === undefined || session.deadlineAt > now) return
      const { status, seq } = await endGeneration(tx, { session, cause: 'deadline', databaseSpans: [], now })
      tx.afterCommit(() => announce(realtime, { id, accountId: session.accountId, status, seq }))
    })
  }
  return overdue.length
}

/**
 * Gives up calls of more than a day ago that no process asks after any more: the key that they were made with is in none. Otherwise each would keep its slot for ever.
 * Answers how many it ended. Safe to repeat.
 */
export async function sweepForsaken(db: Db, realtime: Realtime): Promise<number> {
  const forsaken = await listForsaken(db, { ageSeconds: GIVEN_UP_SECONDS, unaskedSeconds: UNASKED_SECONDS }, BATCH)
  for (const task of forsaken) {
    const { ended } = await endTask(db, task, { state: 'unknown', reason: 'outcome_unknown', message: 'nobody could ask after the task', providerStatus: null })
    if (ended) realtime.publish({ topic: capacityTopic('video'), data: {} })
  }
  return forsaken.length
}

/** Removes idempotency keys that are past their 24 hours, and quotes that bind nobody any more. */
export async function sweepExpired(db: Db): Promise<number> {
  return (await inBatches((limit) => deleteExpiredKeys(db, limit))) + (await inBatches((limit) => deleteExpiredQuotes(db, limit)))
}

/** Until there is nothing left, without one statement that runs for long. */
async function inBatches(remove: (limit: number) => Promise<number>): Promise<number> {
  for (let all = 0; ; ) {
    const removed = await remove(EXPIRED_BATCH)
    all += removed
    if (removed < EXPIRED_BATCH) return all
  }
}
