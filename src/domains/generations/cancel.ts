import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import { endGeneration } from './end-generation.ts'
import { announce } from './live.ts'
import { lockOpen, readClock } from './sql-sessions.ts'

/**
 * Ends a generation that has not ended yet. What is stored by then stays and is paid for; the rest of the hold is released.
 *
 * The provider is not told: images cannot be called back, and an answer that still comes is thrown away. Safe to repeat:
 * false when it had ended before, with whatever outcome it had then.
 */
export async function cancel(db: Db, realtime: Realtime, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const session = await lockOpen(tx, id, null)
    if (session === undefined) return false
    const { status, seq } = await endGeneration(tx, { session, cause: 'cancelled', databaseSpans: [], now: await readClock(tx) })
    tx.afterCommit(() => announce(realtime, { id, accountId: session.accountId, status, seq }))
    return true
  })
}
