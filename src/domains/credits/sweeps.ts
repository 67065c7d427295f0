import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '#platform/db'
import type { Logger } from '#platform/telemetry'
import { expireLots, releaseOverdue, type ReleaseOverdueInput } from './expire.ts'

export interface LedgerSweepsParts {
  readonly db: Db
  readonly log: Logger
  /** See `releaseOverdue`. */
  readonly listOpen: ReleaseOverdueInput['listOpen']
}

const EVERY_MS = 60_000
const LOTS_BATCH = 500
const HOLDS_BATCH = 200
/** Holds are committed in the order they were made, give or take this. */
const LOOK_BACK_MS = 10 * 60_000

/**
 * Expires lots and gives back what overdue holds hold, about once a minute, until the answer is called, which waits for the sweep under way.
 * Any number of processes may sweep: the pauses are uneven, so that they do not keep step.
 */
export function startLedgerSweeps({ db, log, listOpen }: LedgerSweepsParts): () => Promise<void> {
  const stopping = new AbortController()
  const every = async (what: string, sweep: () => Promise<void>) => {
    while (!stopping.signal.aborted) {
      await sweep().catch((error: unknown) => log.error({ err: error }, `sweeping ${what} failed`))
      await delay(EVERY_MS * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const overdue = openOverdueSweep(db, log, listOpen)
  const loops = [every('lots past their expiry', () => expireAll(db, log, stopping.signal)), every('overdue holds', overdue)]
  return async () => {
    stopping.abort()
    await Promise.all(loops)
  }
}

async function expireAll(db: Db, log: Logger, signal: AbortSignal): Promise<void> {
  for (let lots = LOTS_BATCH; lots === LOTS_BATCH && !signal.aborted; ) {
    const swept = await expireLots(db, { limit: LOTS_BATCH })
    lots = swept.lots
    if (lots > 0) log.info({ lots, credits: String(swept.credits) }, 'lots expired')
  }
}

/** The first sweep looks at every hold there ever was, a later one at those made since the oldest that was still open. */
function openOverdueSweep(db: Db, log: Logger, listOpen: ReleaseOverdueInput['listOpen']): () => Promise<void> {
  let since: Date | null = null
  return async () => {
    const begun = Date.now()
    const { released, credits, spared, oldestAt } = await releaseOverdue(db, { limit: HOLDS_BATCH, since, listOpen })
    if (released > 0) log.warn({ released, credits: String(credits) }, 'holds that nobody had ended were released')
    if (spared > 0) log.error({ spared }, 'generations are open past the deadline of their holds')
    since = new Date((oldestAt?.getTime() ?? begun) - LOOK_BACK_MS)
  }
}
