export interface CoalescerOptions<Ask, Outcome> {
  /** Serves the asks together and answers one outcome for each, in their order. It is also given single ones. */
  readonly send: (asks: readonly Ask[]) => Promise<readonly Outcome[]>
  /** Batches under way at once. */
  readonly inFlightMax: number
  readonly batchMax: number
  /** Two asks of one key never travel together: the second has to see what became of the first. */
  readonly keyOf?: (ask: Ask) => string | null
  /** While asks of a lane are under way, later ones of the lane wait, so that they are served in the order they came. */
  readonly laneOf?: (ask: Ask) => string
  /** Errors after which nobody knows what was done: they go to every caller of the batch, and nothing is tried again. */
  readonly leavesDoubt: (error: unknown) => boolean
  readonly gathering?: Gathering
  /** True when the error of one ask would befall the other as well, so that it need not be waited for again. */
  readonly isShared?: (error: unknown, failed: Ask, other: Ask) => boolean
}

/**
 * For asks that come over a network in bursts, where a batch of one costs nearly what a full one does. A free place is taken once the event loop has
 * read what else has arrived, and not by the first ask at once; while a batch is under way, the next place only when it is worth it.
 */
export interface Gathering {
  /** So many asks are worth another batch beside one that is under way. */
  readonly companyMin: number
  /** Fewer go all the same when the one under way is not done after so long. */
  readonly patienceMs: number
}

interface Waiting<Ask, Outcome> {
  readonly ask: Ask
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
}

/**
 * Serves callers together: what waits at a moment is sent as one batch.
 *
 * Unless it is told to gather, nobody waits for company: an ask that finds a free place goes at once and alone, and a batch is whatever came in
 * while the places were taken. Each caller gets its own outcome or its own error: a batch that fails is tried again one by one, so a bad ask never
 * fails its neighbours.
 */
export class Coalescer<Ask, Outcome> {
  readonly #options: CoalescerOptions<Ask, Outcome>
  readonly #lanes = new Set<string>()
  #waiting: Waiting<Ask, Outcome>[] = []
  #inFlight = 0
  #scheduled = false
  #patience: NodeJS.Timeout | undefined

  constructor(options: CoalescerOptions<Ask, Outcome>) {
    this.#options = options
  }

  ask(ask: Ask): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject })
      this.#pumpSoon()
    })
  }

  #pumpSoon(): void {
    const { gathering, inFlightMax } = this.#options
    if (gathering === undefined) return this.#pump()
    if (this.#scheduled || this.#inFlight >= inFlightMax) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#pumpGathered(gathering)
    })
  }

  #pumpGathered({ companyMin, patienceMs }: Gathering): void {
    if (this.#inFlight === 0 || this.#waiting.length >= companyMin) return this.#pump()
    if (this.#waiting.length > 0) this.#patience ??= setTimeout(() => this.#pump(), patienceMs)
  }

  #pump(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
    while (this.#waiting.length > 0 && this.#inFlight < this.#options.inFlightMax) {
      const batch = this.#takeBatch()
      if (batch.length === 0) return
      const lanes = this.#enterLanes(batch)
      this.#inFlight += 1
      void this.#serve(batch).finally(() => {
        this.#inFlight -= 1
        for (const lane of lanes) this.#lanes.delete(lane)
        this.#pumpSoon()
      })
    }
  }

  /** In order of arrival. */
  #takeBatch(): Waiting<Ask, Outcome>[] {
    const { batchMax, keyOf, laneOf } = this.#options
    const batch: Waiting<Ask, Outcome>[] = []
    const rest: Waiting<Ask, Outcome>[] = []
    const keys = new Set<string>()
    for (const one of this.#waiting) {
      const key = keyOf?.(one.ask) ?? null
      const waits = batch.length === batchMax || (key !== null && keys.has(key)) || (laneOf !== undefined && this.#lanes.has(laneOf(one.ask)))
      if (waits) rest.push(one)
      else batch.push(one)
      if (key !== null) keys.add(key)
    }
    this.#waiting = rest
    return batch
  }

  #enterLanes(batch: readonly Waiting<Ask, Outcome>[]): Set<string> {
    const { laneOf } = this.#options
    const lanes = new Set(laneOf === undefined ? [] : batch.map(({ ask }) => laneOf(ask)))
    for (const lane of lanes) this.#lanes.add(lane)
    return lanes
  }

  async #serve(batch: readonly Waiting<Ask, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#options.send(batch.map(({ ask }) => ask))
      if (outcomes.length !== batch.length) throw new Error('a batch was answered with another number of outcomes')
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome)
    } catch (error) {
      if (batch.length === 1 || this.#options.leavesDoubt(error)) for (const { reject } of batch) reject(error)
      else await this.#serveEach(batch)
    }
  }

  async #serveEach(batch: readonly Waiting<Ask, Outcome>[]): Promise<void> {
    const { send, isShared } = this.#options
    const failures: { ask: Ask; error: unknown }[] = []
    for (const { ask, resolve, reject } of batch) {
      const shared = failures.find((failure) => isShared?.(failure.error, failure.ask, ask))
      if (shared !== undefined) reject(shared.error)
      else
        await send([ask]).then(([outcome]) => resolve(outcome as Outcome), (error: unknown) => {
          failures.push({ ask, error })
          reject(error)
        })
    }
  }
}
