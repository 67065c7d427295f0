import { reserve } from '#domains/credits'
import { newId } from '#lib/ids'
import type { Tx } from '#platform/db'
import { GenerationDeleted } from './errors.ts'
import type { Session, StoredInput } from './model.ts'
import { HOLD_GRACE_SECONDS } from './sql-accept.ts'
import { lockFailed, reopenSession } from './sql-reopen.ts'

export interface NewInput {
  readonly input: StoredInput
  readonly outputsWanted: number
  readonly width: number | null
  readonly height: number | null
}

export interface ReopenInput {
  readonly generationId: string
  /** At no cost: nothing is held, and nothing will be charged. */
  readonly waived: boolean
  /** What to make instead of what was asked for; decided from the generation as it is, when its row is locked. */
  readonly change?: (session: Session) => NewInput
}

export interface Reopened {
  readonly id: string
  readonly accountId: string
  readonly seq: number
  /** What is held now. */
  readonly credits: bigint
}

/**
 * Sends a generation that failed to the queue again, as itself: its credits are held again at the price it was accepted at, it gets as much time as it had
 * at first, and its failed outputs are forgotten. Its calls, attempts and events go on.
 *
 * In the caller's transaction. Undefined when it has not failed (any more), so that of two callers at one moment one does it. Refuses
 * `InsufficientCredits`, and `GenerationDeleted` when its owner has deleted it, with nothing changed.
 */
export async function reopen(tx: Tx, { generationId, waived, change }: ReopenInput): Promise<Reopened | undefined> {
  const failed = await lockFailed(tx, generationId)
  if (failed === undefined) return undefined
  const { session, deadlineSeconds, isDeleted } = failed
  if (isDeleted) throw new GenerationDeleted({})
  const changed = change?.(session)
  const outputsWanted = changed?.outputsWanted ?? session.outputsWanted
  const credits = waived ? 0n : BigInt(session.units ?? outputsWanted) * session.priceCredits
  const reservationId = waived ? null : newId()
  if (reservationId !== null) {
    const { id, accountId } = session
    await reserve(tx, { id: reservationId, accountId, generationId: id, amount: credits, deadlineSeconds: deadlineSeconds + HOLD_GRACE_SECONDS })
  }
  const seq = await reopenSession(tx, { id: session.id, reservationId, credits, deadlineSeconds, changed: changed ?? null })
  return { id: session.id, accountId: session.accountId, seq, credits }
}
