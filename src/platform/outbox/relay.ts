import { setTimeout as delay } from 'node:timers/promises'
import { failpoint } from '#lib/failpoint'
import type { Db } from '#platform/db'
import type { OutgoingJob, Queue, QueueName } from '#platform/queue'
import { claimBatch, type ClaimedMessage, markFailed, markPublished } from './sql.ts'

const BATCH_MAX = 500
/** After a batch more is let come together. A message that comes alone is moved at once; under load a batch costs little more than one message. */
const GATHER_MS = 20
/** Far longer than publishing a batch takes; a dead relay's messages wait this long. */
const CLAIM_SECONDS = 10

export interface RelayConfig {
  readonly db: Db
  readonly queue: Queue
  /** How long it sleeps when nothing pokes it: the safety net for pokes of other processes. */
  readonly pollMs: number
  readonly onError: (error: Error) => void
  readonly onPublished?: (count: number) => void
}

/**
 * Moves committed messages from the outbox to the queue. Any number of relays may run.
 *
 * A crash between publishing and marking publishes the message twice, which every handler bears; nothing is
 * ever lost: an unmarked message is taken again when its claim runs out.
 */
export class Relay {
  readonly #config: RelayConfig
  readonly #stopping = new AbortController()
  #poked = false
  #wake: (() => void) | undefined
  #running: Promise<void> | undefined

  constructor(config: RelayConfig) {
    this.#config = config
  }

  start(): void {
    this.#running ??= this.#loop()
  }

  /** Called by whoever has just committed a message in this process. */
  poke(): void {
    this.#poked = true
    this.#wake?.()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.poke()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      // Reset before looking, so that a poke during the look is not slept over.
      this.#poked = false
      const moved = await this.#moveBatch()
      if (moved === BATCH_MAX) continue
      if (moved > 0) await delay(GATHER_MS, undefined, { signal }).catch(() => undefined)
      if (!this.#poked) await this.#untilPoked()
    }
  }

  /** At most `pollMs`: messages of processes that died, and of other hosts, are poked for by nobody. */
  #untilPoked(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#config.pollMs)
      this.#wake = () => {
        this.#wake = undefined
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #moveBatch(): Promise<number> {
    const { db, queue, onError, onPublished } = this.#config
    let batch: ClaimedMessage[] = []
    try {
      batch = await claimBatch(db, BATCH_MAX, CLAIM_SECONDS)
      if (batch.length === 0) return 0
      failpoint('relay.after_claim')
      await queue.publish(batch.map(toJob))
      failpoint('relay.after_publish')
      await markPublished(db, batch.map(({ id }) => id))
      onPublished?.(batch.length)
    } catch (error) {
      onError(error as Error)
      await markFailed(db, batch.map(({ id }) => id), (error as Error).message).catch(onError)
      return 0
    }
    return batch.length
  }
}

function toJob({ id, queue, payload, priority }: ClaimedMessage): OutgoingJob {
  return { id: jobId(id), queue: queue as QueueName, payload, priority: priority === 0 ? 'interactive' : 'bulk' }
}

/** The same message always becomes the same job, so a queue that knows job ids drops the double. */
function jobId(id: bigint): string {
  return `00000000-0000-8000-8000-${id.toString(16).padStart(12, '0')}`
}
