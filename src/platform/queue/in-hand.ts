import type { Handler, Job } from './port.ts'

/** A job as the broker handed it over, with what the adapter needs to end exactly this delivery. */
export interface Delivery<Receipt> {
  readonly job: Job
  readonly receipt: Receipt
}

export interface InHandParts<Receipt> {
  readonly handle: Handler
  readonly complete: (delivery: Delivery<Receipt>) => Promise<void>
  readonly fail: (delivery: Delivery<Receipt>, error: Error) => Promise<void>
  /** Tells the broker that these are still being worked on. Answers those it no longer counts as ours. */
  readonly beat: (deliveries: readonly Delivery<Receipt>[]) => Promise<readonly Delivery<Receipt>[]>
  readonly beatMs: number
  readonly onError: (error: Error) => void
  /** A place has become free. */
  readonly onFree: () => void
}

/**
 * The jobs that one consumer is working on: runs the handler, beats meanwhile, ends the delivery with the broker.
 *
 * Deliveries are told apart by themselves, not by job id: a job that was lost may be delivered again to the worker that still runs it.
 */
export class InHand<Receipt> {
  readonly #parts: InHandParts<Receipt>
  readonly #running = new Map<Delivery<Receipt>, Promise<void>>()
  /** Those whose handler has not ended yet. */
  readonly #handling = new Set<Delivery<Receipt>>()
  readonly #beat: NodeJS.Timeout

  constructor(parts: InHandParts<Receipt>) {
    this.#parts = parts
    this.#beat = setInterval(() => void this.#sendBeat(), parts.beatMs)
  }

  get size(): number {
    return this.#running.size
  }

  take(delivery: Delivery<Receipt>): void {
    this.#handling.add(delivery)
    this.#running.set(delivery, this.#run(delivery))
  }

  /** Waits until the handlers have ended; nothing may be taken any more. */
  async drain(): Promise<void> {
    await Promise.all(this.#running.values())
    clearInterval(this.#beat)
  }

  async #run(delivery: Delivery<Receipt>): Promise<void> {
    try {
      await this.#settle(delivery)
    } catch (error) {
      // The delivery was not ended: the job comes back when its time with this worker lapses.
      this.#parts.onError(error as Error)
    } finally {
      this.#running.delete(delivery)
      this.#parts.onFree()
    }
  }

  async #settle(delivery: Delivery<Receipt>): Promise<void> {
    try {
      await this.#parts.handle(delivery.job)
    } catch (error) {
      this.#parts.onError(error as Error)
      this.#handling.delete(delivery)
      return this.#parts.fail(delivery, error as Error)
    }
    this.#handling.delete(delivery)
    await this.#parts.complete(delivery)
  }

  async #sendBeat(): Promise<void> {
    if (this.#handling.size === 0) return
    try {
      const lost = await this.#parts.beat([...this.#handling])
      // One that ended while the beat was under way was not lost.
      const missed = lost.filter((delivery) => this.#handling.has(delivery))
      if (missed.length > 0) this.#parts.onError(new Error(`the queue has given up on ${missed.length} jobs that are being worked on: ${missed.map(({ job }) => job.id).join(', ')}`))
    } catch (error) {
      this.#parts.onError(error as Error)
    }
  }
}
