import { startRepeating } from '#lib/repeat'
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
 * Any number of processes may sweep: each has a pause of its own, so that they do not keep step.
 */
export function startLedgerSweeps({ db, log, listOpen }: LedgerSweepsParts): () => Promise<void> {
  const stopping = new AbortController()
  const everyMs = EVERY_MS * (0.75 + Math.random() / 2)
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, `sweeping ${what} failed`)
  const stops = [
    startRepeating({ everyMs, onError: failed('lots past their expiry'), work: () => expireAll(db, log, stopping.signal) }),
    startRepeating({ everyMs, onError: failed('overdue holds'), work: openOverdueSweep(db, log, listOpen) }),
  ]
  return async () => {
    stopping.abort()
    await Promise.all(stops.map((stop) => stop()))
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
