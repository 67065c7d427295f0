import { settle } from '#domains/credits'
import { settleCalls } from '#domains/spending'
import { newId } from '#lib/ids'
import type { Tx } from '#platform/db'
import { beganAt, chargedPrice, type GenerationStatus, type OutputRow, type Session, type Span, type StoredOutput } from './model.ts'
import { insertDeadLetter } from './sql-dead-letters.ts'
import { endSession } from './sql-sessions.ts'
import { closeAttempts, listAttempts, listOutputs } from './sql-work.ts'
import { buildTiming } from './timing.ts'

export interface EndInput {
  readonly session: Session
  /** Why it ends. Only `finished` lets the outputs decide between success and failure. */
  readonly cause: 'finished' | 'cancelled' | 'deadline' | 'crashed' | 'unoffered' | 'left_behind'
  readonly databaseSpans: readonly Span[]
  /** When the caller looked, by the database's clock. */
  readonly now: Date
}

/**
 * Ends a generation whose row the caller has locked: state, money, timing and event in the caller's transaction.
 *
 * Whatever the cause, exactly the outputs that are stored are paid for and the rest of the hold goes back: an output is
 * visible from the moment it is stored, so what a person has is what a person pays. What failed leaves a dead letter.
 */
export async function endGeneration(tx: Tx, { session, cause, databaseSpans, now }: EndInput): Promise<{ status: GenerationStatus; seq: number }> {
  const outputs = await listOutputs(tx, [session.id])
  const stored = outputs.filter((output) => output.state === 'stored')
  const status = finalStatus(cause, stored.length)
  const { captured, released } = await settleHold(tx, session, stored)
  await closeAttempts(tx, session.id, session.kind)
  await settleCalls(tx, session.id, deliveredCalls(session, stored))
  const attempts = await listAttempts(tx, session.id)
  const mine = attempts.filter(({ callNumber }) => callNumber > session.callsForgiven)
  const timing = buildTiming({ beganAt: beganAt(session), startedAt: session.startedAt, until: now, attempts: mine, outputs: stored, databaseSpans })
  const error = status === 'failed' ? failure(cause, outputs) : { code: null, message: null }
  const seq = await endSession(tx, { id: session.id, status, captured, released, errorCode: error.code, errorMessage: error.message, timing })
  if (error.code !== null) await insertDeadLetter(tx, { id: newId(), generationId: session.id, code: error.code, reason: error.message })
  return { status, seq }
}

/** What was opened again at no cost has no hold to end. */
async function settleHold(tx: Tx, session: Session, stored: readonly StoredOutput[]): Promise<{ captured: bigint; released: bigint }> {
  if (session.reservationId === null) return { captured: 0n, released: 0n }
  const units = stored.reduce((sum, { billedUnits }) => sum + (billedUnits ?? 1), 0)
  return settle(tx, {
    reservationId: session.reservationId,
    captured: BigInt(units) * chargedPrice(session),
    reason: describe(session, units),
    actor: 'system',
  })
}

/** Whose outputs were charged, and how much each. Those of earlier versions name no call. */
function deliveredCalls(session: Session, stored: readonly StoredOutput[]) {
  const price = session.waived ? 0n : chargedPrice(session)
  return stored.flatMap(({ attemptId, index, billedUnits }) => (attemptId === null ? [] : [{ attemptId, outputIndex: index, credits: BigInt(billedUnits ?? 1) * price }]))
}

function describe({ kind, model, units, outputsWanted }: Session, delivered: number): string {
  const wanted = units ?? outputsWanted
  const noun = kind === 'video' ? 'second' : 'image'
  return `${delivered} of ${wanted} ${wanted === 1 ? noun : `${noun}s`} by ${model}`
}

function finalStatus(cause: EndInput['cause'], stored: number): GenerationStatus {
  if (cause === 'cancelled') return 'cancelled'
  return stored > 0 ? 'succeeded' : 'failed'
}

function failure(cause: EndInput['cause'], outputs: readonly OutputRow[]): { code: string; message: string } {
  if (cause === 'deadline') return { code: 'generation.deadline', message: 'It was not finished before its deadline.' }
  if (cause === 'crashed') return { code: 'generation.crashed', message: 'It could not be made: every worker that tried broke down.' }
  if (cause === 'unoffered') return { code: 'generation.model_unoffered', message: 'Its model is no longer offered, and no other takes its place at its price.' }
  if (cause === 'left_behind') return { code: 'generation.not_simulated', message: 'It was accepted to be simulated, and its provider is asked itself now.' }
  const first = outputs.find((output) => output.state === 'failed')
  return { code: first?.errorCode ?? 'generation.failed', message: first?.errorMessage ?? 'Nothing could be made.' }
}
