import type { Db, Queryable } from '#platform/db'
import { newId } from '#lib/ids'
import { listOverdueHolds } from './sql-holds.ts'
import { expirePastLots } from './sql-lots.ts'
import { settleHold } from './sql-settle.ts'

/**
 * Expires what remains of lots past their time, `limit` lots at most, and answers how many lots and credits. Held credits stay held.
 *
 * Any number of processes may do it at once: each passes over lots that another has locked.
 */
export function expireLots(db: Queryable, { limit }: { limit: number }): Promise<{ lots: number; credits: bigint }> {
  return expirePastLots(db, limit)
}

export interface ReleaseOverdueInput {
  /** How many holds at most. */
  readonly limit: number
  /** Only holds made since then; null for all. */
  readonly since: Date | null
  /** Which of these generations are still open. The ledger does not know; a hold of an open generation is left alone. */
  readonly listOpen: (generationIds: readonly string[]) => Promise<readonly string[]>
}

export interface Released {
  readonly released: number
  readonly credits: bigint
  /** Overdue, but of a generation that is still open. */
  readonly spared: number
  /** When the oldest hold was made that was open; null when none was. */
  readonly oldestAt: Date | null
}

/**
 * Gives back what holds past their deadline hold, when nobody ended them and their generation is not open any more.
 *
 * A net under the net: whoever ends a generation ends its hold in the same transaction. Safe to run anywhere and at any time: a hold ends
 * once, so a capture at the same moment wins or finds it released.
 */
export async function releaseOverdue(db: Db, { limit, since, listOpen }: ReleaseOverdueInput): Promise<Released> {
  const { overdue, oldestAt } = await listOverdueHolds(db, since, limit)
  const open = new Set(overdue.length === 0 ? [] : await listOpen(overdue.map(({ generationId }) => generationId)))
  let released = 0
  let credits = 0n
  for (const { id, generationId, amount } of overdue) {
    if (open.has(generationId)) continue
    const ended = await settleHold(db, { reservationId: id, captured: 0n, transactionId: newId(), reason: 'held past its deadline', actor: 'system' })
    if (ended === undefined) continue
    released += 1
    credits += amount
  }
  return { released, credits, spared: open.size, oldestAt }
}
