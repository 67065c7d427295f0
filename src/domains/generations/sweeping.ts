import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Logger } from '#platform/telemetry'
import type { Queue } from '#platform/queue'
import { sweepCrashed, sweepDeadlines, sweepExpired, sweepForsaken, sweepLeases } from './sweep.ts'
import { TicketSweep } from './sweep-tickets.ts'

export interface SweepingParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly queue: Queue
  readonly log: Logger
  /** Called when messages were written that a relay should move. */
  readonly onMessages: () => void
}

const LEASE_SWEEP_MS = 5_000
const EXPIRED_SWEEP_MS = 10 * 60_000

/** Sweeps until the answer is called, which waits for the sweep under way. Any number of processes may sweep. */
export function startSweeping({ db, realtime, queue, log, onMessages }: SweepingParts): () => Promise<void> {
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, `sweeping ${what} failed`)
  const tickets = new TicketSweep(db, queue)
  const stops = [
    startRepeating({
      everyMs: LEASE_SWEEP_MS,
      onError: failed('leases and deadlines'),
      work: async () => {
        const lost = await sweepLeases(db)
        if (lost > 0) {
          log.warn({ lost }, 'generations of lost workers went back to the queue')
          onMessages()
        }
        const crashed = await sweepCrashed(db, realtime)
        if (crashed > 0) log.error({ crashed }, 'generations were ended because workers died over them again and again')
        await sweepDeadlines(db, realtime)
      },
    }),
    startRepeating({
      everyMs: LEASE_SWEEP_MS,
      firstAfterMs: LEASE_SWEEP_MS,
      onError: failed('lost tickets'),
      work: async () => {
        const published = await tickets.sweep()
        if (published === 0) return
        log.warn({ published }, 'work was waiting without a ticket in the queue; tickets were made again')
        onMessages()
      },
    }),
    startRepeating({ everyMs: EXPIRED_SWEEP_MS, onError: failed('keys and quotes'), work: () => sweepExpired(db) }),
    // Not at the start: after a standstill of everything those that can ask go first.
    startRepeating({
      everyMs: EXPIRED_SWEEP_MS,
      firstAfterMs: EXPIRED_SWEEP_MS,
      onError: failed('tasks that nobody asks after'),
      work: async () => {
        const givenUp = await sweepForsaken(db, realtime)
        if (givenUp > 0) log.warn({ givenUp }, 'tasks at providers were given up: no process could ask after them, for want of a key')
      },
    }),
  ]
  return async () => void (await Promise.all(stops.map((stop) => stop())))
}
