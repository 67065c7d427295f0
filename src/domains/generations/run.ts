import { setTimeout as delay } from 'node:timers/promises'
import { failpoint } from '#lib/failpoint'
import type { Logger } from '#platform/telemetry'
import type { Db } from '#platform/db'
import type { ImageProvider, VideoProvider } from '#platform/providers'
import type { Realtime } from '#platform/realtime'
import type { Storage } from '#platform/storage'
import type { Bell } from './bell.ts'
import type { CallbackAddresses } from './callback-address.ts'
import { endGeneration } from './end-generation.ts'
import type { EndUsers } from './end-users.ts'
import { goElsewhere, type Unserved } from './go-elsewhere.ts'
import { announce } from './live.ts'
import { makeOutput, type Outcome } from './make-output.ts'
import { makeVideo } from './make-video.ts'
import type { Meter } from './meter.ts'
import { handPictures, type HandedPictures } from './hand-pictures.ts'
import { beganAt, type Session } from './model.ts'
import type { OperatorAlarm } from './operator-alarm.ts'
import type { pauseBefore } from './retry-policy.ts'
import type { Router } from './router.ts'
import { beatLease, handBack, leaveFor, LEASE_SECONDS } from './sql-dispatch.ts'
import { lockOpen, readClock } from './sql-sessions.ts'
import { type Attempt, type Fence, listAttempts, listOutputs, markInterrupted } from './sql-work.ts'
import { Stopwatch } from './stopwatch.ts'

export interface RunParts {
  readonly db: Db
  readonly storage: Storage
  readonly realtime: Realtime
  readonly providers: ReadonlyMap<string, ImageProvider>
  readonly videoProviders: ReadonlyMap<string, VideoProvider>
  readonly log: Logger
  readonly meter: Meter
  readonly alarm: OperatorAlarm
  /** Says who else may make something. Without it nobody may. */
  readonly router?: Router | undefined
  /** The id of this process among the workers; names it in leases. */
  readonly owner: string
  /** How long the lease lasts without a beat; it beats three times as often. 30 s unless told. */
  readonly leaseSeconds?: number
  /** How long the permission to call may take to come and is still used. 15 s unless told. */
  readonly freshMs?: number
  /** How long to wait before a next try. As `pauseBefore` says unless told. */
  readonly pauseFor?: typeof pauseBefore
  /** Aborted when the process ends: what is under way may end, and nothing waits for a turn any more. */
  readonly stopping: AbortSignal
  /** Aborted when the process must end now: calls are cut off. */
  readonly signal: AbortSignal
  /** Where providers may tell of their tasks. */
  readonly callbacks: CallbackAddresses
  /** What vendors call the people they work for. */
  readonly endUsers: EndUsers
  /** Rings when a slot of a limited provider may have become free. */
  readonly capacity: Bell
}

/** One worker at work on one generation. */
export interface Run extends RunParts {
  readonly session: Session
  readonly fence: Fence
  readonly watch: Stopwatch
  readonly attempts: readonly Attempt[]
  /** Outputs that the model will not make, and another one may. */
  readonly unserved: Map<number, Unserved>
  nextCallNumber(): number
  /** The pictures to work from, as calls take them; read once for all of its calls. Rejects with `UploadMissing`. */
  pictures(): Promise<HandedPictures>
}

export interface ImageRun extends Run {
  readonly provider: ImageProvider
}

export interface VideoRun extends Run {
  readonly provider: VideoProvider
}

/** How long a generation is left alone after something of ours failed; longer with every try. */
const REST_SECONDS = { first: 5, longest: 60 }

/**
 * Makes what a generation that was just taken asks for: its outputs side by side, each stored while the others are still being made, then
 * one transaction that settles. Gives it back to the queue when the process ends before, or the provider cannot be called for long; leaves it to its task
 * while a video is being made.
 *
 * Safe to interrupt anywhere. Only the holder of the lease works; everything it writes carries its token. What an
 * earlier worker got from the provider is used, not paid for again. No transaction is open during a network call.
 */
export async function run(parts: RunParts, session: Session): Promise<void> {
  failpoint('worker.after_lease')
  const fence = { generationId: session.id, token: session.leaseToken }
  announce(parts.realtime, { id: session.id, accountId: session.accountId, status: 'running', seq: session.eventSeq })
  const lease = keepLease(parts, fence)
  try {
    const work = await prepare({ ...parts, signal: AbortSignal.any([parts.signal, lease.signal]) }, session)
    const outcome = await makeAll(work)
    if (lease.signal.aborted || outcome === 'parked' || outcome === 'moved') return
    if (outcome === 'decided') await finish(work)
    else await giveBack(parts, session, fence)
    failpoint('worker.after_settle')
  } catch (error) {
    await leaveAlone(parts, session, fence)
    throw error
  } finally {
    lease.end()
  }
}

/** Beats until ended. The signal aborts when the lease was lost: then somebody else works on it. */
function keepLease({ db, log, leaseSeconds = LEASE_SECONDS }: RunParts, fence: Fence): { signal: AbortSignal; end(): void } {
  const lost = new AbortController()
  const ended = new AbortController()
  const beat = async () => {
    for (;;) {
      await delay((leaseSeconds * 1_000) / 3, undefined, { signal: ended.signal })
      try {
        if (!(await beatLease(db, fence, leaseSeconds))) return lost.abort()
      } catch (error) {
        // The next beat may get through in time.
        log.warn({ err: error, generationId: fence.generationId }, 'the lease could not be kept')
      }
    }
  }
  beat().catch(() => undefined)
  return { signal: lost.signal, end: () => ended.abort() }
}

async function prepare(parts: RunParts, session: Session): Promise<Run> {
  const fence = { generationId: session.id, token: session.leaseToken }
  const watch = new Stopwatch(beganAt(session), session.startedAt ?? beganAt(session))
  const pictures = once(() => handPictures(parts, session))
  if (session.attempts === 1) return { ...parts, session, fence, watch, attempts: [], unserved: new Map(), nextCallNumber: counter(0), pictures }
  await markInterrupted(parts.db, fence, session.kind)
  const attempts = await listAttempts(parts.db, session.id)
  return { ...parts, session, fence, watch, attempts, unserved: new Map(), nextCallNumber: counter(attempts.at(-1)?.callNumber ?? 0), pictures }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}

function counter(start: number): () => number {
  let last = start
  return () => (last += 1)
}

/** `decided` when every output is; `moved` when another model makes the rest, and the caller has lost it. */
async function makeAll(work: Run): Promise<Exclude<Outcome, 'elsewhere'> | 'moved'> {
  const decided = work.session.attempts === 1 ? [] : await listOutputs(work.db, [work.session.id])
  const done = new Set(decided.map(({ index }) => index))
  const missing = Array.from({ length: work.session.outputsWanted }, (_, index) => index).filter((index) => !done.has(index))
  const make = makerFor(work)
  // All settle before an error goes on: a call that is still under way must not outlive the run.
  const outcomes = await Promise.allSettled(missing.map((index) => make(index)))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined && !work.signal.aborted) throw failed.reason
  const kinds = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'left'))
  if (kinds.includes('parked')) return 'parked'
  if (work.unserved.size > 0 && (await goElsewhere(work))) return 'moved'
  return !work.signal.aborted && kinds.every((kind) => kind !== 'left') ? 'decided' : 'left'
}

/** Throws where the provider is not here, and where it is not what was accepted: nobody is to pay for what is made up, nor a vendor to be paid for what was to be. No worker takes such work. */
function makerFor(work: Run): (index: number) => Promise<Outcome> {
  const { provider: name, kind, simulated } = work.session
  const found = (provider: ImageProvider | VideoProvider | undefined): void => {
    if (provider === undefined) throw new Error(`no provider ${name} of ${kind}s is configured`)
    if (provider.simulated !== simulated) throw new Error(`the provider ${name} of ${kind}s is ${provider.simulated ? 'simulated' : 'the real one'} here, and this was accepted for the other`)
  }
  if (kind === 'image') {
    const provider = work.providers.get(name)
    found(provider)
    return (index) => makeOutput({ ...work, provider: provider! }, index)
  }
  const provider = work.videoProviders.get(name)
  found(provider)
  return (index) => makeVideo({ ...work, provider: provider! }, index)
}

/** The transaction that ends the work and settles it. Does nothing when the lease was lost. */
export async function finish({ db, realtime, session, fence, watch, meter }: Pick<Run, 'db' | 'realtime' | 'session' | 'fence' | 'watch' | 'meter'>): Promise<void> {
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

async function giveBack({ db, realtime, stopping }: RunParts, session: Session, fence: Fence): Promise<void> {
  const reason = stopping.aborted ? 'the worker is being stopped' : 'the provider takes nothing at the moment'
  const seq = await handBack(db, fence, reason)
  if (seq !== undefined) announce(realtime, { id: session.id, accountId: session.accountId, status: 'queued', seq })
}

/** Best effort: where the database is what failed, the lease lapses by itself. */
async function leaveAlone({ db, log }: RunParts, session: Session, fence: Fence): Promise<void> {
  const seconds = Math.min(REST_SECONDS.longest, REST_SECONDS.first * 2 ** Math.min(session.attempts - 1, 10))
  await leaveFor(db, fence, seconds).catch((error: unknown) => log.warn({ err: error, generationId: session.id }, 'a generation could not be left alone'))
}
