import { ModelUnconfigured, type Reach } from '#domains/catalog'
import { reserve } from '#domains/credits'
import { newId } from '#lib/ids'
import type { Tx } from '#platform/db'
import { GenerationDeleted } from './errors.ts'
import type { Session, StoredInput } from './model.ts'
import { HOLD_GRACE_SECONDS } from './sql-accept.ts'
import { lockFailed, reopenSession } from './sql-reopen.ts'
import { endTask, listAskedAfter } from './sql-tasks.ts'

export interface NewInput {
  readonly input: StoredInput
  readonly outputsWanted: number
  readonly width: number | null
  readonly height: number | null
}

/** What whoever opens a generation again knows of who would make it now. Where that is nothing, it is for those it was accepted for. */
export interface KnownReach {
  readonly reach: Reach
  /** Whether this is what requests are accepted by. Others may have fewer keys: of them only what has one says something about the installation. */
  readonly isWhole: boolean
}

export interface ReopenInput {
  readonly generationId: string
  /** At no cost: nothing is held, and nothing will be charged. */
  readonly waived: boolean
  /** What to make instead of what was asked for; decided from the generation as it is, when its row is locked. */
  readonly change?: (session: Session) => NewInput
  readonly known: KnownReach
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
 * at first, and its failed outputs are forgotten. Its calls, attempts and events go on. Whether it is simulated is decided anew, as for a new request: where that
 * changes, nothing that was answered before is used.
 *
 * In the caller's transaction. Undefined when it has not failed (any more), so that of two callers at one moment one does it. Refuses
 * `InsufficientCredits`, `ModelUnconfigured` where nobody could make it, and `GenerationDeleted` when its owner has deleted it, with nothing changed.
 */
export async function reopen(tx: Tx, { generationId, waived, change, known }: ReopenInput): Promise<Reopened | undefined> {
  const failed = await lockFailed(tx, generationId)
  if (failed === undefined) return undefined
  const { session, deadlineSeconds, isDeleted } = failed
  if (isDeleted) throw new GenerationDeleted({})
  const simulated = isToBeSimulated(session, known)
  const changed = change?.(session)
  const outputsWanted = changed?.outputsWanted ?? session.outputsWanted
  const credits = waived ? 0n : BigInt(session.units ?? outputsWanted) * session.priceCredits
  const reservationId = waived ? null : newId()
  if (reservationId !== null) {
    const { id, accountId } = session
    await reserve(tx, { id: reservationId, accountId, generationId: id, amount: credits, deadlineSeconds: deadlineSeconds + HOLD_GRACE_SECONDS })
  }
  if (simulated !== session.simulated) await forgetTasks(tx, session.id)
  const seq = await reopenSession(tx, { id: session.id, reservationId, credits, deadlineSeconds, changed: changed ?? null, simulated })
  return { id: session.id, accountId: session.accountId, seq, credits }
}

/** It goes back to the model that was asked for, and so to that one's provider. */
function isToBeSimulated({ kind, model, provider, route, simulated }: Session, { reach, isWhole }: KnownReach): boolean {
  const opened = reach[kind].get(route?.[0]?.provider ?? provider)
  if (opened === undefined && isWhole) throw new ModelUnconfigured({ model })
  return opened === undefined || (opened.simulated && !isWhole) ? simulated : opened.simulated
}

/**
 * Ends what is still asked after, and keeps it as what it was until now: those who ask from now on know nothing of it. As a failure, because nothing that is heard
 * of it later may bring it back.
 */
async function forgetTasks(tx: Tx, generationId: string): Promise<void> {
  for (const attemptId of await listAskedAfter(tx, generationId)) {
    await endTask(tx, { attemptId, generationId }, { state: 'failed', reason: 'outcome_unknown', message: 'another provider was to make it from then on', providerStatus: null })
  }
}
