import { type Delivery, InHand, type InHandParts } from './in-hand.ts'
import type { Consumer } from './port.ts'

const POLL_MS = 1_000

export interface ConsumptionParts<Receipt> extends Omit<InHandParts<Receipt>, 'onFree'> {
  readonly concurrencyMax: number
  /** Answers at once, with at most so many. */
  readonly fetch: (limit: number) => Promise<Delivery<Receipt>[]>
}

/**
 * The loop between one queue and one handler, for a broker that answers at once: it fetches as many jobs as there are free places, as soon as it is
 * woken or a place becomes free, and looks by itself once a second in case a wake-up was lost.
 */
export class Consumption<Receipt> implements Consumer {
  readonly #parts: ConsumptionParts<Receipt>
  readonly #inHand: InHand<Receipt>
  readonly #poll: NodeJS.Timeout
  #concurrencyMax: number
  #pumping: Promise<void> | undefined
  #again = false
  #paused = false
  #stopped = false

  constructor(parts: ConsumptionParts<Receipt>) {
    this.#parts = parts
    this.#concurrencyMax = parts.concurrencyMax
    this.#inHand = new InHand({ ...parts, onFree: () => this.wake() })
    this.#poll = setInterval(() => this.wake(), POLL_MS)
    this.wake()
  }

  wake(): void {
    this.#again = true
    if (!this.#mayFetch() || this.#pumping !== undefined) return
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = undefined
      if (this.#again && this.#mayFetch()) this.wake()
    })
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.wake()
  }

  setConcurrency(concurrencyMax: number): void {
    if (concurrencyMax === this.#concurrencyMax) return
    this.#concurrencyMax = concurrencyMax
    this.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#poll)
    await this.#pumping
    await this.#inHand.drain()
  }

  async #pump(): Promise<void> {
    while (this.#again && this.#mayFetch()) {
      this.#again = false
      const limit = this.#concurrencyMax - this.#inHand.size
      const deliveries = await this.#parts.fetch(limit).catch((error: Error) => {
        this.#parts.onError(error)
        return []
      })
      // A full batch means that more may be waiting.
      if (deliveries.length === limit) this.#again = true
      for (const delivery of deliveries) this.#inHand.take(delivery)
    }
  }

  #mayFetch(): boolean {
    return !this.#stopped && !this.#paused && this.#inHand.size < this.#concurrencyMax
  }
}
