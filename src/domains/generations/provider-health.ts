import { listProviders, type ProviderState } from '#domains/capacity'
import type { CatalogModel } from '#domains/catalog'
import { Remembered } from '#lib/remembered'
import type { Db } from '#platform/db'
import { type CallFigures, type HealthHour, type HealthRow, readHealthHours, readHealthOfDay, readHealthOfHour } from './sql-health.ts'

/** A day of calls is read less often than an hour of them. */
const EVERY_MS = { day: 10_000, hour: 5_000 }

export type HealthWord = 'ok' | 'degraded' | 'down' | 'unknown'

/** Below these parts of calls that succeed, or with so few calls that nothing is said. */
const RATES = { ok: 0.9, down: 0.5 }
const FEW_CALLS = 3

export interface DayOfHealth {
  readonly rows: readonly HealthRow[]
  readonly hours: readonly HealthHour[]
}

/** How providers fare, remembered for some seconds, so that asking costs no query. One per process. */
export class ProviderHealth {
  readonly #day: Remembered<DayOfHealth>
  readonly #hour: Remembered<{ rows: readonly HealthRow[]; states: readonly ProviderState[] }>

  constructor(db: Db) {
    this.#day = new Remembered(async () => ({ rows: await readHealthOfDay(db), hours: await readHealthHours(db) }), EVERY_MS.day)
    this.#hour = new Remembered(async () => ({ rows: await readHealthOfHour(db), states: await listProviders(db) }), EVERY_MS.hour)
  }

  readDay(): Promise<DayOfHealth> {
    return this.#day.get()
  }

  /** In a word, for whoever chooses a model. */
  async wordOf({ id, kind, provider }: Pick<CatalogModel, 'id' | 'kind' | 'provider'>): Promise<HealthWord> {
    const { rows, states } = await this.#hour.get()
    const state = states.find((each) => each.provider === provider && each.kind === kind)
    return healthWord(state, rows.find((row) => row.model === id))
  }

  /** What was read is out of date: whoever has just decided something wants to see it. */
  forget(): void {
    this.#day.forget()
    this.#hour.forget()
  }
}

/**
 * `down`: nothing can be begun there, or most of the latest calls failed. `degraded`: it can be called with patience, or one in ten calls of the hour failed.
 * `unknown`: nobody has called it for an hour. Pure.
 */
export function healthWord(state: Pick<ProviderState, 'paused' | 'pausedUntil' | 'breaker'> | undefined, lately: Pick<HealthRow, 'five' | 'hour'> | undefined): HealthWord {
  if (state?.breaker === 'open' || (state?.paused === true && state.pausedUntil === null)) return 'down'
  const five = lately === undefined ? null : successRate(lately.five)
  if (five !== null && lately!.five.succeeded + lately!.five.failed >= FEW_CALLS && five < RATES.down) return 'down'
  if (state?.paused === true || state?.breaker === 'half_open') return 'degraded'
  const hour = lately === undefined ? null : successRate(lately.hour)
  if (hour === null) return 'unknown'
  return hour < RATES.ok ? 'degraded' : 'ok'
}

/** Of the calls that the provider answers for; null where there were none. */
export function successRate({ succeeded, failed }: Pick<CallFigures, 'succeeded' | 'failed'>): number | null {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed)
}
