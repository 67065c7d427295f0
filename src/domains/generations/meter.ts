import type { Metrics } from '#platform/telemetry'

/** What the operator can count. One per process. */
export interface Meter {
  /** A call to a provider ended; `outcome` is `succeeded` or the reason it failed. */
  called(provider: string, outcome: string, seconds: number): void
  /** A call or a question failed in a way that only the operator can put right. */
  alarmed(provider: string, kind: string, reason: string): void
  /** A generation ended in this process. */
  ended(model: string, status: string): void
  /** A generation went to another model in this process. */
  moved(from: string, to: string, reason: string): void
}

export function openMeter(metrics: Metrics): Meter {
  const calls = metrics.histogram({
    name: 'provider_call_duration_seconds',
    help: 'Calls to providers by outcome; outcome_unknown may have been billed for nothing',
    labelNames: ['provider', 'outcome'],
  })
  const generations = metrics.counter({
    name: 'generations_total',
    help: 'Generations that ended, by model and status',
    labelNames: ['model', 'status'],
  })
  const alarms = metrics.counter({
    name: 'provider_alarms_total',
    help: 'Calls to providers, and questions after videos, that failed until the operator does something: a key, a permission, a quota',
    labelNames: ['provider', 'kind', 'reason'],
  })
  const moves = metrics.counter({
    name: 'generation_moves_total',
    help: 'Generations that went from one model to another, and why',
    labelNames: ['from', 'to', 'reason'],
  })
  return {
    moved: (from, to, reason) => moves.inc({ from, to, reason }),
    alarmed: (provider, kind, reason) => alarms.inc({ provider, kind, reason }),
    called: (provider, outcome, seconds) => calls.observe({ provider, outcome }, seconds),
    ended: (model, status) => generations.inc({ model, status }),
  }
}
