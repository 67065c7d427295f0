import { setTimeout as delay } from 'node:timers/promises'
import { failpoint } from '#lib/failpoint'
import type { Logger } from '#platform/telemetry'
import type { Db } from '#platform/db'
import type { ImageProvider } from '#platform/providers'
import type { Realtime } from '#platform/realtime'
import type { Storage } from '#platform/storage'
import { endGeneration } from './end-generation.ts'
import { announce } from './live.ts'
import { makeOutput } from './make-output.ts'
import type { Meter } from './meter.ts'
import type { Session } from './model.ts'
import { beatLease, dropLease, lockOpen, readClock, takeLease } from './sql-sessions.ts'
import { type Attempt, type Fence, listAttempts, listOutputs, markInterrupted } from './sql-work.ts'
import { Stopwatch } from './stopwatch.ts'

export interface RunParts {
  readonly db: Db
  readonly storage: Storage
  readonly realtime: Realtime
  readonly providers: ReadonlyMap<string, ImageProvider>
  readonly log: Logger
  readonly meter: Meter
  /** Names this process in leases. */
  readonly owner: string
  /** Aborted when the process must end now. The lease then lapses and another worker goes on. */
  readonly signal: AbortSignal
}

/** One worker at work on one generation. */
export interface Run extends RunParts {
  readonly session: Session
  readonly fence: Fence
  readonly provider: ImageProvider
  readonly watch: Stopwatch
  readonly attempts: readonly Attempt[]
  nextCallNumber(): number
}

const BEAT_MS = 10_000

/**
 * Makes what a generation asks for: its outputs side by side, each stored while the others are still being made, then
 * one transaction that settles.
 *
 * Safe to repeat and to interrupt anywhere. Only the holder of the lease works; everything it writes carries its token. What an
 * earlier worker got from the provider is used, not paid for again. No transaction is open during a network call.
 */
export async function run(parts: RunParts, generationId: string): Promise<void> {
  failpoint('worker.after_receive')
  const session = await takeLease(parts.db, generationId, parts.owner)
  if (session === undefined) return
  failpoint('worker.after_lease')
  announce(parts.realtime, { id: session.id, accountId: session.accountId, status: 'running', seq: session.eventSeq })
  const lease = keepLease(parts, session)
  try {
    const work = await prepare({ ...parts, signal: AbortSignal.any([parts.signal, lease.signal]) }, session)
    await makeAll(work)
    if (!work.signal.aborted) await finish(work)
    failpoint('worker.after_settle')
  } finally {
    lease.end()
    // Whoever comes next need not wait until the lease lapses. Changes nothing when the generation has ended.
    await dropLease(parts.db, session.id, session.leaseToken)
  }
}

/** Beats until ended. The signal aborts when the lease was lost: then somebody else works on it. */
function keepLease(parts: RunParts, session: Session): { signal: AbortSignal; end(): void } {
  const lost = new AbortController()
  const ended = new AbortController()
  const beat = async () => {
    while (!ended.signal.aborted) {
      await delay(BEAT_MS, undefined, { signal: ended.signal })
      if (!(await beatLease(parts.db, session.id, session.leaseToken))) return lost.abort()
    }
  }
  beat().catch((error: unknown) => {
    if (!ended.signal.aborted) parts.log.warn({ err: error, generationId: session.id }, 'the lease could not be kept')
  })
  return { signal: lost.signal, end: () => ended.abort() }
}

async function prepare(parts: RunParts, session: Session): Promise<Run> {
  const provider = parts.providers.get(session.provider)
  if (provider === undefined) throw new Error(`no provider ${session.provider} is configured`)
  const fence = { generationId: session.id, token: session.leaseToken }
  const watch = new Stopwatch(session.createdAt, session.startedAt ?? session.createdAt)
  if (session.attempts === 1) return { ...parts, session, fence, provider, watch, attempts: [], nextCallNumber: counter(0) }
  await markInterrupted(parts.db, fence)
  const attempts = await listAttempts(parts.db, session.id)
  return { ...parts, session, fence, provider, watch, attempts, nextCallNumber: counter(attempts.at(-1)?.callNumber ?? 0) }
}

function counter(start: number): () => number {
  let last = start
  return () => (last += 1)
}

async function makeAll(work: Run): Promise<void> {
  const decided = work.session.attempts === 1 ? [] : await listOutputs(work.db, [work.session.id])
  const done = new Set(decided.map(({ index }) => index))
  const missing = Array.from({ length: work.session.outputsWanted }, (_, index) => index).filter((index) => !done.has(index))
  // All settle before an error goes on: a call that is still under way must not outlive the run.
  const outcomes = await Promise.allSettled(missing.map((index) => makeOutput(work, index)))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined && !work.signal.aborted) throw failed.reason
}

async function finish({ db, realtime, session, fence, watch, meter }: Run): Promise<void> {
  await db.transaction(async (tx) => {
    const locked = await lockOpen(tx, session.id, fence.token)
    if (locked === undefined) return
    const input = { session: locked, cause: 'finished', databaseSpans: watch.spans, now: await readClock(tx) } as const
    const { status, seq } = await endGeneration(tx, input)
    failpoint('worker.in_settle')
    tx.afterCommit(() => {
      meter.ended(session.model, status)
      announce(realtime, { id: session.id, accountId: session.accountId, status, seq })
    })
  })
}
