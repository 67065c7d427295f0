import type { Reach } from '#domains/catalog'
import { isOnlyWorker } from '#domains/workers'
import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Logger } from '#platform/telemetry'
import { endGeneration } from './end-generation.ts'
import { announce } from './live.ts'
import type { Session } from './model.ts'
import { listLeftBehind, lockOpen, readClock } from './sql-sessions.ts'

export interface LeftBehindParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly reach: Reach
  /** The worker that this process is. */
  readonly workerId: string
  /** The lanes that it serves. */
  readonly kinds: readonly Session['kind'][]
}

const BATCH = 100
const EVERY_MS = 30_000
/** Whoever is started again, as it was, is back by then. */
const PATIENCE_SECONDS = 60

/**
 * Ends what was accepted to be simulated and still waits, for providers that this worker asks itself: once it has been the only one for a minute nobody is left who
 * would make it, and its credits would be held until its deadline. Beside any other worker it does nothing, as that one may simulate them.
 *
 * One transaction each. Safe to repeat. Answers how many it ended.
 */
export async function sweepLeftBehind({ db, realtime, reach, workerId, kinds }: LeftBehindParts): Promise<number> {
  let ended = 0
  if (!(await isOnlyWorker(db, workerId, PATIENCE_SECONDS))) return ended
  for (const kind of kinds) {
    const providers = [...reach[kind]].flatMap(([name, { simulated }]) => (simulated ? [] : [name]))
    const left = providers.length === 0 ? [] : await listLeftBehind(db, { kind, providers, waitingSeconds: PATIENCE_SECONDS }, BATCH)
    for (const id of left) if (await endOne({ db, realtime }, id)) ended += 1
  }
  return ended
}

function endOne({ db, realtime }: Pick<LeftBehindParts, 'db' | 'realtime'>, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const session = await lockOpen(tx, id, null)
    // Ended, taken, or opened again for the vendor since it was listed.
    if (session === undefined || session.status !== 'queued' || !session.simulated) return false
    const { status, seq } = await endGeneration(tx, { session, cause: 'left_behind', databaseSpans: [], now: await readClock(tx) })
    tx.afterCommit(() => announce(realtime, { id, accountId: session.accountId, status, seq }))
    return true
  })
}

/** Sweeps until the answer is called, which waits for the sweep under way. In workers: they know what they have keys for. */
export function startEndingLeftBehind(parts: LeftBehindParts & { readonly log: Logger }): () => Promise<void> {
  return startRepeating({
    everyMs: EVERY_MS,
    onError: (error) => parts.log.error({ err: error }, 'ending what nobody simulates any more failed'),
    work: async () => {
      const ended = await sweepLeftBehind(parts)
      if (ended > 0) parts.log.warn({ ended }, 'what was accepted to be simulated was ended: their providers have a key now, and nobody simulates them')
    },
  })
}
