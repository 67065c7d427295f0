import type { Span } from './model.ts'

/** Measures what the worker spends on the database, on the same scale as everything else: from when its time counts. */
export class Stopwatch {
  readonly spans: Span[] = []
  readonly #offsetMs: number
  readonly #started = performance.now()

  /** Both instants are the database's; from then on the process's monotonic clock counts. */
  constructor(beganAt: Date, leasedAt: Date) {
    this.#offsetMs = leasedAt.getTime() - beganAt.getTime()
  }

  async time<T>(work: Promise<T>): Promise<T> {
    const from = performance.now()
    try {
      return await work
    } finally {
      const startMs = Math.round(from - this.#started + this.#offsetMs)
      this.spans.push({ name: 'database', startMs, durationMs: Math.round((performance.now() - from) * 10) / 10 })
    }
  }
}
