import { settle } from '#domains/credits'
import type { Tx } from '#platform/db'
import type { GenerationStatus, OutputRow, Session, Span } from './model.ts'
import { endSession } from './sql-sessions.ts'
import { closeAttempts, listAttempts, listOutputs } from './sql-work.ts'
import { buildTiming } from './timing.ts'

export interface EndInput {
  readonly session: Session
  /** Why it ends. Only `finished` lets the outputs decide between success and failure. */
  readonly cause: 'finished' | 'cancelled' | 'deadline' | 'crashed'
  readonly databaseSpans: readonly Span[]
  /** When the caller looked, by the database's clock. */
  readonly now: Date
}

/**
 * Ends a generation whose row the caller has locked: state, money, timing and event in the caller's transaction.
 *
 * Whatever the cause, exactly the outputs that are stored are paid for and the rest of the hold goes back: an output is
 * visible from the moment it is stored, so what a person has is what a person pays.
 */
export async function endGeneration(tx: Tx, { session, cause, databaseSpans, now }: EndInput): Promise<{ status: GenerationStatus; seq: number }> {
  const outputs = await listOutputs(tx, [session.id])
  const stored = outputs.filter((output) => output.state === 'stored')
  const status = finalStatus(cause, stored.length)
  const settlement = await settle(tx, {
    reservationId: session.reservationId,
    captured: BigInt(stored.length) * session.priceCredits,
    reason: `${stored.length} of ${session.outputsWanted} ${session.outputsWanted === 1 ? 'image' : 'images'} by ${session.model}`,
    actor: 'system',
  })
  await closeAttempts(tx, session.id)
  const attempts = await listAttempts(tx, session.id)
  const { createdAt, startedAt } = session
  const timing = buildTiming({ createdAt, startedAt, until: now, attempts, outputs: stored, databaseSpans })
  const error = status === 'failed' ? failure(cause, outputs) : { code: null, message: null }
  const { captured, released } = settlement
  const seq = await endSession(tx, { id: session.id, status, captured, released, errorCode: error.code, errorMessage: error.message, timing })
  return { status, seq }
}

function finalStatus(cause: EndInput['cause'], stored: number): GenerationStatus {
  if (cause === 'cancelled') return 'cancelled'
  return stored > 0 ? 'succeeded' : 'failed'
}

function failure(cause: EndInput['cause'], outputs: readonly OutputRow[]): { code: string; message: string } {
  if (cause === 'deadline') return { code: 'generation.deadline', message: 'It was not finished before its deadline.' }
  if (cause === 'crashed') return { code: 'generation.crashed', message: 'It could not be made: every worker that tried broke down.' }
  const first = outputs.find((output) => output.state === 'failed')
  return { code: first?.errorCode ?? 'generation.failed', message: first?.errorMessage ?? 'Nothing could be made.' }
}
