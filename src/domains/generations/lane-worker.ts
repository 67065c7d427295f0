import { setTimeout as delay } from 'node:timers/promises'
import type { LaneOrders, StartMeter } from '#domains/workers'
import { newId } from '#lib/ids'
import { Bell } from './bell.ts'
import type { Session } from './model.ts'
import { run, type RunParts } from './run.ts'
import { claimNext, claimReturned, LEASE_SECONDS } from './sql-dispatch.ts'

export interface LaneWorkerParts extends Omit<RunParts, 'stopping' | 'capacity'> {
  readonly lane: string
  /** Its places, until an operator decides otherwise. */
  readonly concurrencyMax: number
  readonly starts: StartMeter
}

/** Told in all processes when a call gave back the slot of a limited provider. */
export const capacityTopic = (lane: string) => `capacity:${lane}`

/** After something of ours failed, how long the place rests; longer with each failure in a row. */
const REST_MS = { first: 500, longest: 30_000 }

/**
 * The places of one process in one lane. In each place it works on one generation after the other, as long as the database has a next one for it.
 *
 * A ticket from the queue only says that there may be something. Nothing depends on it: `look` finds work by itself, for the times when a provider's pause has ended, a
 * slot has become free, or tickets were lost.
 */
export class LaneWorker {
  readonly lane: string
  readonly #parts: LaneWorkerParts
  readonly #stopping = new AbortController()
  readonly #capacity: Bell
  readonly #unsubscribe: () => void
  readonly #chains = new Set<Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #orders: LaneOrders = { paused: false, concurrencyMax: null }
  #draining = false
  #taken = 0
  #looking: Promise<void> | undefined
  #lookAgain = false
  #failures = 0
  /** Generations that were taken without a ticket since the line was last empty: as many tickets are of no more use. */
  #ahead = 0
  /** Where its turn around the accounts is; a process begins anywhere, so that several do not go side by side. */
  #cursor = randomAccount()
  #turn = 0

  constructor(parts: LaneWorkerParts) {
    this.#parts = parts
    this.lane = parts.lane
    const topic = capacityTopic(parts.lane)
    this.#capacity = new Bell(() => parts.realtime.publish({ topic, data: {} }))
    this.#unsubscribe = parts.realtime.subscribe(topic, () => this.#ring())
  }

  get concurrencyMax(): number {
    return this.#orders.concurrencyMax ?? this.#parts.concurrencyMax
  }

  /** Whether it takes anything at the moment. */
  get isOpen(): boolean {
    return !this.#orders.paused && !this.#draining && !this.#stopping.signal.aborted
  }

  /** What operators decided; takes effect with the next generation. */
  follow(orders: LaneOrders, draining: boolean): void {
    this.#orders = orders
    this.#draining = draining
    this.#letIn()
    this.#ring()
  }

  /**
   * Works off what a ticket stands for: waits for a place and takes the next in line. The place goes on by itself while there is more. False when the
   * ticket names a generation that does not exist. Rejects only when the database does not answer, so that the ticket comes again.
   */
  async serve(named: string): Promise<boolean> {
    if (this.#ahead > 0 && this.#taken >= this.concurrencyMax) {
      // What it stands for was taken without it. So there are never more tickets than there is work, however long all places are busy.
      this.#ahead -= 1
      return (await this.#claim(named, [])).known
    }
    await this.#place()
    const { known, session } = await this.#claim(named).catch((error: unknown) => {
      this.#leave()
      throw error
    })
    if (session === undefined) this.#leave()
    else await this.#begin(session)
    return known
  }

  /** Fills free places with what there is. At most one look at a time; a call during one makes for another. */
  look(): void {
    this.#lookAgain = true
    this.#looking ??= this.#fill()
      .catch((error: unknown) => this.#parts.log.error({ err: error, lane: this.lane }, 'looking for work failed'))
      .finally(() => (this.#looking = undefined))
  }

  /** Takes nothing more, has what waits for a provider given back, and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const enter of this.#waiting.splice(0)) {
      this.#taken += 1
      enter()
    }
    await this.#looking
    await Promise.all(this.#chains)
    this.#unsubscribe()
  }

  /** Calls that wait for their turn ask again, and so does this. */
  #ring(): void {
    this.#capacity.ring()
    this.look()
  }

  async #fill(): Promise<void> {
    while (this.#lookAgain) {
      this.#lookAgain = false
      while (this.isOpen && this.#taken < this.concurrencyMax) {
        this.#taken += 1
        const { session } = await this.#claim(null).catch((error: unknown) => {
          this.#leave()
          throw error
        })
        if (session === undefined) {
          this.#leave()
          break
        }
        this.#ahead += 1
        void this.#begin(session)
      }
    }
  }

  /** From none of the providers it takes nothing, and still finds out whether the ticket makes sense. */
  async #claim(named: string | null, providers = this.#providersInTurn()) {
    const { db, owner, lane, leaseSeconds = LEASE_SECONDS } = this.#parts
    const simulated = providers.filter((name) => this.#opened.get(name)?.simulated === true)
    const returned = lane === 'video' && providers.length > 0 ? await claimReturned(db, { lane, owner, providers, simulated, leaseSeconds }) : undefined
    if (returned !== undefined) return { known: true, session: returned }
    const claimed = await claimNext(db, { lane, owner, providers, simulated, cursor: this.#cursor, named, leaseSeconds })
    if (claimed.session !== undefined) {
      this.#cursor = claimed.session.accountId
      this.#parts.starts.started(`${lane}/${claimed.session.provider}`)
    } else if (providers.length > 0) this.#ahead = 0
    return claimed
  }

  get #opened(): ReadonlyMap<string, { readonly simulated: boolean }> {
    return this.lane === 'video' ? this.#parts.videoProviders : this.#parts.providers
  }

  #providersInTurn(): string[] {
    if (!this.isOpen) return []
    const known = [...this.#opened.keys()]
    this.#turn = (this.#turn + 1) % Math.max(1, known.length)
    return [...known.slice(this.#turn), ...known.slice(0, this.#turn)]
  }

  /** Begins to work in a place that is taken. Resolves when the first is done; the place may go on. */
  #begin(first: Session): Promise<void> {
    const done = this.#runOne(first)
    const chain = done.then(() => this.#goOn()).finally(() => {
      this.#chains.delete(chain)
      this.#leave()
    })
    this.#chains.add(chain)
    return done
  }

  /** As long as there is more and nobody waits for the place with a ticket. */
  async #goOn(): Promise<void> {
    while (this.isOpen && this.#taken <= this.concurrencyMax && this.#waiting.length === 0) {
      const { session } = await this.#claim(null).catch((error: unknown) => {
        this.#parts.log.error({ err: error, lane: this.lane }, 'taking the next generation failed')
        return { session: undefined }
      })
      if (session === undefined) return
      this.#ahead += 1
      await this.#runOne(session)
    }
  }

  async #runOne(session: Session): Promise<void> {
    const { log } = this.#parts
    try {
      await run({ ...this.#parts, stopping: this.#stopping.signal, capacity: this.#capacity }, session)
      this.#failures = 0
    } catch (error) {
      log.error({ err: error, generationId: session.id }, 'working on a generation failed')
      this.#failures += 1
      const restMs = Math.min(REST_MS.longest, REST_MS.first * 2 ** Math.min(this.#failures - 1, 10))
      await delay(restMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    }
  }

  /** Resolves with a place taken, or when it is stopped. */
  async #place(): Promise<void> {
    if (this.#taken < this.concurrencyMax || this.#stopping.signal.aborted) {
      this.#taken += 1
      return
    }
    // Whoever leaves hands its place on, so it is counted there.
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #leave(): void {
    this.#taken -= 1
    this.#letIn()
  }

  #letIn(): void {
    while (this.#taken < this.concurrencyMax && this.#waiting.length > 0) {
      this.#taken += 1
      this.#waiting.shift()!()
    }
  }
}

function randomAccount(): string {
  // Accounts are named by time; a random time of the recent years is a random place among them.
  const ms = Math.floor(Date.now() - Math.random() * 3 * 365 * 86_400_000).toString(16).padStart(12, '0')
  return `${ms.slice(0, 8)}-${ms.slice(8)}${newId().slice(13)}`
}
