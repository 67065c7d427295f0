/** Part of the composition: the figures that need more than one domain. */
import { countArrivals, readWaiting } from '#domains/generations'
import { readToday } from '#domains/spending'
import { Monitor } from '#domains/workers'
import { firstIdAt } from '#lib/ids'
import { Remembered } from '#lib/remembered'
import type { Db } from '#platform/db'
import { type Queue, queueNames } from '#platform/queue'
import type { Metrics } from '#platform/telemetry'

const SPENDING_MS = 15_000

export interface GaugedParts {
  readonly db: Db
  readonly queue: Queue
  readonly metrics: Metrics
}

/** How many calls the messages took: with few messages per call the queue costs more than it must. */
export function countSending(metrics: Metrics): (jobs: number) => void {
  const calls = metrics.counter({ name: 'queue_send_calls_total', help: 'Calls that handed jobs to the queue' })
  const sent = metrics.counter({ name: 'queue_sent_jobs_total', help: 'Jobs that were handed to the queue' })
  return (jobs) => {
    calls.inc()
    sent.inc(jobs)
  }
}

/** Figures of the lanes, for operators and for metrics. */
export function openMonitor({ db, queue, metrics }: GaugedParts): Monitor {
  const monitor = new Monitor({
    db, queue, lanes: queueNames,
    readWaiting: () => readWaiting(db),
    countArrivals: (lane) => countArrivals(db, lane, firstIdAt(Date.now() - 60_000)),
  })
  metrics.gauge({
    name: 'queue_waiting',
    help: 'Work that waits, by lane and priority',
    labelNames: ['queue', 'priority'],
    async collect() {
      for (const { name, queued } of await monitor.read()) {
        this.set({ queue: name, priority: 'interactive' }, queued.interactive)
        this.set({ queue: name, priority: 'bulk' }, queued.bulk)
      }
    },
  })
  metrics.gauge({
    name: 'queue_oldest_seconds',
    help: 'Age of the oldest work that waits, by lane; 0 where none does',
    labelNames: ['queue'],
    async collect() {
      for (const { name, oldestSeconds } of await monitor.read()) this.set({ queue: name }, oldestSeconds ?? 0)
    },
  })
  return monitor
}

/** What providers cost today, for alarms: figures over all processes, from the log. */
export function measureSpending({ db, metrics }: Pick<GaugedParts, 'db' | 'metrics'>): void {
  const today = new Remembered(() => readToday(db), SPENDING_MS)
  const gauge = (name: string, help: string, figure: 'costMicroUsd' | 'wasteMicroUsd') => metrics.gauge({
    name, help, labelNames: ['provider', 'kind', 'simulated'],
    async collect() {
      this.reset()
      for (const row of await today.get()) this.set({ provider: row.provider, kind: row.kind, simulated: String(row.simulated) }, Number(row[figure]))
    },
  })
  gauge('provider_cost_today_micro_usd', 'What calls of this day (UTC) cost, in millionths of a dollar; of simulated ones what they would have', 'costMicroUsd')
  gauge('provider_waste_today_micro_usd', 'Of that, for calls whose output nobody has', 'wasteMicroUsd')
}
