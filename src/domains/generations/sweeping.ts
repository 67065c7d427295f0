import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Logger } from '#platform/telemetry'
import { sweepDeadlines, sweepKeys, sweepLeases } from './sweep.ts'

export interface SweepingParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly log: Logger
  /** Called when messages were written that a relay should move. */
  readonly onMessages: () => void
}

const LEASE_SWEEP_MS = 5_000
const KEY_SWEEP_MS = 10 * 60_000

/** Sweeps until the answer is called, which waits for the sweep under way. Any number of processes may sweep. */
export function startSweeping({ db, realtime, log, onMessages }: SweepingParts): () => Promise<void> {
  const stopping = new AbortController()
  const every = async (ms: number, what: string, sweep: () => Promise<unknown>) => {
    while (!stopping.signal.aborted) {
      await sweep().catch((error: unknown) => log.error({ err: error }, `sweeping ${what} failed`))
      await delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const loops = [
    every(LEASE_SWEEP_MS, 'leases and deadlines', async () => {
      const lost = await sweepLeases(db)
      if (lost > 0) {
        log.warn({ lost }, 'generations of lost workers went back to the queue')
        onMessages()
      }
      await sweepDeadlines(db, realtime)
    }),
    every(KEY_SWEEP_MS, 'keys', () => sweepKeys(db)),
  ]
  return async () => {
    stopping.abort()
    await Promise.all(loops)
  }
}
