import { setTimeout as delay } from 'node:timers/promises'
import { type Delivery, InHand, type InHandParts } from './in-hand.ts'
import { type Consumer, priorities, type Priority } from './port.ts'

const BATCH_MAX = 10
/** How long a poll hangs when nothing comes and nobody else wants its places. */
const IDLE_SECONDS = 20
/** Long enough for the broker to ask all its servers, short for who waits behind. */
const SHORT_SECONDS = 1
const TROUBLE_MS_MAX = 5_000

export interface Poll {
  readonly priority: Priority
  readonly limit: number
  readonly waitSeconds: number
  readonly signal: AbortSignal
}

export interface PollingParts<Receipt> extends Omit<InHandParts<Receipt>, 'onFree'> {
  readonly concurrencyMax: number
  /** Asks for jobs and waits for them. */
  readonly receive: (poll: Poll) => Promise<Delivery<Receipt>[]>
  /** Hands back what came after it was asked to take nothing more. */
  readonly giveBack: (deliveries: readonly Delivery<Receipt>[]) => Promise<void>
}

/**
 * The loops between a broker that has one queue per priority, and answers late, and one handler.
 *
 * A poll reserves the places it asks for, so that never more than `concurrencyMax` jobs are in hand. Bulk is asked for only while the interactive
 * queue was found empty; then the interactive poll stands with one place, and as soon as it finds something bulk waits again.
 * When one place is left the two take turns.
 */
export class TwoLanePolling<Receipt> implements Consumer {
  readonly #parts: PollingParts<Receipt>
  readonly #inHand: InHand<Receipt>
  readonly #loops: Promise<unknown>
  readonly #polls = new Map<Priority, AbortController>()
  #concurrencyMax: number
  #reserved = 0
  /** Whether the last interactive poll found nothing. */
  #quiet = false
  #lastPlaceTo: Priority = 'bulk'
  #changed = Promise.withResolvers<void>()
  #paused = false
  #stopped = false

  constructor(parts: PollingParts<Receipt>) {
    this.#parts = parts
    this.#concurrencyMax = parts.concurrencyMax
    this.#inHand = new InHand({ ...parts, onFree: () => this.#notify() })
    this.#loops = Promise.all(priorities.map((priority) => this.#loop(priority)))
  }

  pause(): void {
    this.#paused = true
    this.#abortPolls()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#quiet = false
    this.#notify()
  }

  setConcurrency(concurrencyMax: number): void {
    if (concurrencyMax === this.#concurrencyMax) return
    this.#concurrencyMax = concurrencyMax
    this.#notify()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#abortPolls()
    this.#notify()
    await this.#loops
    await this.#inHand.drain()
  }

  get #free(): number {
    return this.#concurrencyMax - this.#inHand.size - this.#reserved
  }

  async #loop(priority: Priority): Promise<void> {
    for (let failures = 0; !this.#stopped; ) {
      const plan = this.#plan(priority)
      if (plan === undefined) await this.#changed.promise
      else if (await this.#poll(priority, plan)) failures = 0
      else await this.#rest((failures += 1))
    }
  }

  /** What to ask for now; nothing while it is the other's turn. */
  #plan(priority: Priority): { limit: number; waitSeconds: number } | undefined {
    const free = this.#free
    if (this.#paused || free < 1 || (priority === 'bulk' && !this.#quiet)) return undefined
    if (!this.#quiet) return { limit: Math.min(BATCH_MAX, free), waitSeconds: SHORT_SECONDS }
    const alone = !this.#polls.has(priority === 'bulk' ? 'interactive' : 'bulk')
    if (free === 1 && alone) {
      if (this.#lastPlaceTo === priority) return undefined
      return { limit: 1, waitSeconds: priority === 'bulk' ? SHORT_SECONDS : 0 }
    }
    if (priority === 'interactive') return { limit: 1, waitSeconds: IDLE_SECONDS }
    return { limit: Math.min(BATCH_MAX, alone ? free - 1 : free), waitSeconds: IDLE_SECONDS }
  }

  /** False when the broker could not be asked. */
  async #poll(priority: Priority, plan: { limit: number; waitSeconds: number }): Promise<boolean> {
    const abort = new AbortController()
    this.#polls.set(priority, abort)
    this.#reserved += plan.limit
    if (this.#free === 0) this.#lastPlaceTo = priority
    try {
      const deliveries = await this.#parts.receive({ priority, ...plan, signal: abort.signal })
      await this.#take(deliveries)
      if (priority === 'interactive') this.#quiet = deliveries.length === 0
      return true
    } catch (error) {
      if (!abort.signal.aborted) this.#parts.onError(error as Error)
      return abort.signal.aborted
    } finally {
      this.#polls.delete(priority)
      this.#reserved -= plan.limit
      // Who waits for pictures must not wait for a poll that may find nothing for long.
      if (!this.#quiet && this.#free < 1) this.#polls.get('bulk')?.abort()
      this.#notify()
    }
  }

  async #take(deliveries: readonly Delivery<Receipt>[]): Promise<void> {
    if (!this.#paused && !this.#stopped) for (const delivery of deliveries) this.#inHand.take(delivery)
    else if (deliveries.length > 0) await this.#parts.giveBack(deliveries)
  }

  #rest(failures: number): Promise<unknown> {
    const ms = Math.min(TROUBLE_MS_MAX, 200 * 2 ** failures)
    const done = new AbortController()
    return Promise.race([delay(ms, undefined, { signal: done.signal }).catch(() => undefined), this.#untilStopped()]).finally(() => done.abort())
  }

  async #untilStopped(): Promise<void> {
    while (!this.#stopped) await this.#changed.promise
  }

  #abortPolls(): void {
    for (const poll of this.#polls.values()) poll.abort()
  }

  #notify(): void {
    const { resolve } = this.#changed
    this.#changed = Promise.withResolvers()
    resolve()
  }
}
