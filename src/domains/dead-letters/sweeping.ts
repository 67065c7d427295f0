import { announce, type KnownReach } from '#domains/generations'
import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Logger, Metrics } from '#platform/telemetry'
import { workBatch } from './batch.ts'
import { listRunning } from './sql-batches.ts'
import { countOpen } from './sql-letters.ts'

export interface DeadLetterSweepsParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly metrics: Metrics
  readonly log: Logger
  /** As of `reopen`. */
  readonly known: KnownReach
  /** Called when there are messages that a relay should move. */
  readonly onMessages: () => void
}

const EVERY_MS = 500

/** Goes on with running batches until the answer is called, and gauges what is open. Any number of processes may do it: they take turns, letter by letter. */
export function startDeadLetterSweeps({ db, realtime, metrics, log, known, onMessages }: DeadLetterSweepsParts): () => Promise<void> {
  metrics.gauge({
    name: 'dead_letters_open',
    help: 'Generations and messages that failed for good and that nobody has dealt with',
    async collect() {
      this.set(await countOpen(db))
    },
  })
  const stopping = new AbortController()
  const onReopened = ({ id, accountId, seq }: { id: string; accountId: string; seq: number }) => {
    announce(realtime, { id, accountId, status: 'queued', seq })
    onMessages()
  }
  const onError = (error: unknown) => log.error({ err: error }, 'going on with a batch of dead letters failed')
  const stop = startRepeating({
    everyMs: EVERY_MS,
    onError,
    work: async () => {
      for (const id of await listRunning(db)) await workBatch({ db, onReopened, onError, known }, id, stopping.signal)
    },
  })
  return async () => {
    stopping.abort()
    await stop()
  }
}
