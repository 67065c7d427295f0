import type { Metrics } from '#platform/telemetry'

/** What the operator can count. One per process. */
export interface Meter {
  /** A call to a provider ended; `outcome` is `succeeded` or the reason it failed. */
  called(provider: string, outcome: string, seconds: number): void
  /** A generation ended in this process. */
  ended(model: string, status: string): void
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
  return {
    called: (provider, outcome, seconds) => calls.observe({ provider, outcome }, seconds),
    ended: (model, status) => generations.inc({ model, status }),
  }
}
