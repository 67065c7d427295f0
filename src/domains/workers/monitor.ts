import type { Db } from '#platform/db'
import type { Queue, QueueName } from '#platform/queue'
import type { LaneControl, Worker } from './model.ts'
import { listLaneControls, listWorkers } from './sql.ts'

const CACHE_MS = 2_000
/** Reading takes at most this part of the time, however long the line is. */
const CACHE_TIMES_COST = 10
const WORKERS_MAX = 1_000

export interface Waiting {
  readonly kind: string
  readonly interactive: number
  readonly bulk: number
  readonly oldestSeconds: number
}

export interface MonitorParts {
  readonly db: Db
  /** What the queue itself has; not every reader has one open. */
  readonly queue: Pick<Queue, 'counts'> | null
  readonly lanes: readonly QueueName[]
  /** What waits in the database, by lane. */
  readonly readWaiting: () => Promise<Waiting[]>
  /** How many were asked for in the lane in the last minute. */
  readonly countArrivals: (lane: string) => Promise<number>
}

export interface LaneFigures {
  readonly name: QueueName
  readonly paused: boolean
  /** Of each worker, when an operator set it. */
  readonly concurrencyMax: number | null
  /** Workers that serve it and are alive, and their places together. */
  readonly workers: number
  readonly places: number
  /** Tickets in the queue itself, whichever it is; null where it does not answer. */
  readonly tickets: { readonly waiting: number; readonly active: number; readonly delayed: number } | null
  /** Work that waits in the database, which is what counts. */
  readonly queued: { readonly interactive: number; readonly bulk: number }
  readonly oldestSeconds: number | null
  /** A minute. `out` is null while too few were started to say. */
  readonly rates: { readonly in: number; readonly out: number | null }
  /** At these rates; null when it does not get shorter, or nobody can say. */
  readonly drainSeconds: number | null
}

/** What an operator wants to know about the lanes, the same for every queue. Read at most every two seconds, whoever asks. */
export class Monitor {
  readonly #parts: MonitorParts
  #known: { readonly figures: Promise<readonly LaneFigures[]>; freshUntil: number } | undefined

  constructor(parts: MonitorParts) {
    this.#parts = parts
  }

  read(): Promise<readonly LaneFigures[]> {
    if (this.#known === undefined || performance.now() > this.#known.freshUntil) this.#known = this.#begin()
    return this.#known.figures
  }

  /** What was read is out of date: whoever has just decided something wants to see it. */
  forget(): void {
    this.#known = undefined
  }

  #begin() {
    const began = performance.now()
    const known = { figures: this.#readAll(), freshUntil: Infinity }
    known.figures.then(
      () => (known.freshUntil = began + Math.max(CACHE_MS, (performance.now() - began) * CACHE_TIMES_COST)),
      () => (known.freshUntil = 0),
    )
    return known
  }

  async #readAll(): Promise<readonly LaneFigures[]> {
    const { db, lanes, readWaiting } = this.#parts
    const [waiting, controls, workers] = await Promise.all([readWaiting(), listLaneControls(db), listWorkers(db, WORKERS_MAX)])
    const alive = workers.filter(({ state }) => state !== 'lost')
    return Promise.all(lanes.map((lane) => this.#readLane(lane, {
      waiting: waiting.find(({ kind }) => kind === lane),
      control: controls.find((control) => control.lane === lane),
      workers: alive.filter((worker) => lane in worker.lanes),
    })))
  }

  async #readLane(name: QueueName, { waiting, control, workers }: { waiting: Waiting | undefined; control: LaneControl | undefined; workers: readonly Worker[] }): Promise<LaneFigures> {
    const { queue, countArrivals } = this.#parts
    // The figures that count stand in the database, and are wanted most when the queue is gone.
    const [tickets, arrivals] = await Promise.all([queue?.counts(name).catch(() => null) ?? null, countArrivals(name)])
    const queued = { interactive: waiting?.interactive ?? 0, bulk: waiting?.bulk ?? 0 }
    const rates = { in: arrivals, out: sumRates(name, workers) }
    return {
      name, tickets, queued, rates,
      paused: control?.paused ?? false,
      concurrencyMax: control?.concurrencyMax ?? null,
      workers: workers.length,
      places: workers.reduce((sum, worker) => sum + (worker.lanes[name] ?? 0), 0),
      oldestSeconds: waiting?.oldestSeconds ?? null,
      drainSeconds: timeToDrain(queued.interactive + queued.bulk, rates),
    }
  }
}

function sumRates(lane: string, workers: readonly Worker[]): number | null {
  const rates = workers.flatMap(({ startRates }) => Object.entries(startRates)).filter(([name]) => name.startsWith(`${lane}/`))
  return rates.length === 0 ? null : rates.reduce((sum, [, rate]) => sum + rate, 0)
}

/** Exported for its test. */
export function timeToDrain(waiting: number, rates: LaneFigures['rates']): number | null {
  if (waiting === 0) return 0
  const net = (rates.out ?? 0) - rates.in
  return net <= 0 ? null : Math.round((waiting / net) * 60)
}
