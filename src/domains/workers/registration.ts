import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Logger } from '#platform/telemetry'
import type { Orders, StartRates } from './model.ts'
import { deleteGone, deleteWorker, isDraining, listLaneControls, upsertWorker } from './sql.ts'

const BEAT_MS = 5_000
const LOOK_MS = 2_000
/** Rung when an operator decided something, so that workers look at once. */
export const ORDERS_TOPIC = 'workers:orders'

export interface RegistrationParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly log: Logger
  readonly worker: { readonly id: string; readonly version: string; readonly host: string; readonly pid: number }
  /** Its places by lane, as they are now. */
  readonly lanes: () => Readonly<Record<string, number>>
  readonly startRates: () => StartRates
  /** Called every two seconds and when something was decided. */
  readonly onOrders: (orders: Orders) => void
}

/** One worker process in the registry: it beats, hears what operators decided, and says goodbye. */
export class Registration {
  readonly #parts: RegistrationParts
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })
  #stops: (() => Promise<void>)[] = []
  #unsubscribe: () => void = () => undefined

  constructor(parts: RegistrationParts) {
    this.#parts = parts
  }

  /** The row is there, and the first orders were given, when it resolves. */
  async start(): Promise<void> {
    const { db, realtime, log, worker } = this.#parts
    this.#delay.enable()
    await this.#beat()
    // Whoever was in the embedded database before is dead: it serves one process.
    if (db.kind === 'embedded') await deleteGone(db, { allBut: worker.id })
    await this.look()
    const failed = (what: string) => (error: unknown) => log.error({ err: error }, `${what} failed`)
    this.#unsubscribe = realtime.subscribe(ORDERS_TOPIC, () => void this.look().catch(failed('reading the orders of the worker')))
    this.#stops = [
      startRepeating({ everyMs: BEAT_MS, firstAfterMs: BEAT_MS, work: () => this.#beat(), onError: failed('the beat of the worker') }),
      startRepeating({ everyMs: LOOK_MS, firstAfterMs: LOOK_MS, work: () => this.look(), onError: failed('reading the orders of the worker') }),
    ]
  }

  async look(): Promise<void> {
    const { db, worker, onOrders } = this.#parts
    const [draining, lanes] = await Promise.all([isDraining(db, worker.id), listLaneControls(db)])
    onOrders({ draining, lanes: new Map(lanes.map(({ lane, ...orders }) => [lane, orders])) })
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    await Promise.all(this.#stops.map((stop) => stop()))
    this.#delay.disable()
    await deleteWorker(this.#parts.db, this.#parts.worker.id)
  }

  async #beat(): Promise<void> {
    const { db, worker, lanes, startRates } = this.#parts
    // The worst since the last beat: it is what beats of leases suffer from. NaN before anything was measured.
    const lagMs = Math.max(0, this.#delay.max / 1e6 - 20)
    this.#delay.reset()
    await upsertWorker(db, {
      ...worker, lanes: lanes(), startRates: startRates(),
      memoryBytes: process.memoryUsage.rss(), eventLoopLagMs: Number.isFinite(lagMs) ? Math.round(lagMs * 10) / 10 : 0,
    })
  }
}
