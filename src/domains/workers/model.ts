/** Generations started a minute, by `lane/provider`. */
export type StartRates = Readonly<Record<string, number>>

export interface Worker {
  readonly id: string
  readonly version: string
  readonly host: string
  readonly pid: number
  /** Its places by lane. */
  readonly lanes: Readonly<Record<string, number>>
  readonly state: 'running' | 'draining' | 'lost'
  readonly memoryBytes: bigint
  readonly eventLoopLagMs: number
  readonly startRates: StartRates
  readonly startedAt: Date
  readonly beatAt: Date
}

/** What operators decided about a lane. */
export interface LaneControl {
  readonly lane: string
  readonly paused: boolean
  readonly concurrencyMax: number | null
}

/** The same, for a worker that serves it. */
export type LaneOrders = Omit<LaneControl, 'lane'>

/** What a worker is to do. */
export interface Orders {
  readonly draining: boolean
  readonly lanes: ReadonlyMap<string, LaneOrders>
}
