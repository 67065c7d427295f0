import type { StartRates } from './model.ts'

const WINDOW_MS = 60_000
/** Fewer say nothing about a rate. */
const STARTS_MIN = 3
/** Some that start together are no rate either. */
const SPAN_MS_MIN = 5_000

/**
 * Measures how often something is started, over the last minute or since the first start in it: so a burst after a quiet time is not
 * spread over the quiet time.
 */
export class StartMeter {
  readonly #starts = new Map<string, number[]>()

  started(name: string, nowMs = performance.now()): void {
    const starts = this.#starts.get(name) ?? []
    starts.push(nowMs)
    this.#starts.set(name, starts)
    this.#forget(starts, nowMs)
  }

  /** A minute, of each name with enough to tell. */
  rates(nowMs = performance.now()): StartRates {
    const rates: Record<string, number> = {}
    for (const [name, starts] of this.#starts) {
      this.#forget(starts, nowMs)
      if (starts.length < STARTS_MIN) continue
      rates[name] = Math.round((starts.length / Math.max(nowMs - starts[0]!, SPAN_MS_MIN)) * 60_000 * 10) / 10
    }
    return rates
  }

  #forget(starts: number[], nowMs: number): void {
    const fresh = starts.findIndex((at) => at > nowMs - WINDOW_MS)
    starts.splice(0, fresh < 0 ? starts.length : fresh)
  }
}
