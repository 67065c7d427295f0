/** What the commands about queues and workers ask for, whoever answers. */
import { giveOrder, type Order, workerView } from '#domains/admin'
import { countArrivals, listInHand, readWaiting } from '#domains/generations'
import { type LaneFigures, listWorkers, Monitor } from '#domains/workers'
import { firstIdAt } from '#lib/ids'
import type { Db } from '#platform/db'
import { queueNames } from '#platform/queue'
import { cliActor } from './cli-actor.ts'
import type { Outcome, Work } from './command.ts'
import type { OperatorApi } from './operator-api.ts'

export type QueueFigures = Omit<LaneFigures, 'tickets'>
export type WorkerFigures = ReturnType<typeof workerView>

export interface Operations {
  queues(): Promise<readonly QueueFigures[]>
  workers(): Promise<readonly WorkerFigures[]>
  /** Refuses what is not there. */
  give(order: Order, reason: string): Promise<void>
}

const WORKERS_MAX = 200
const IN_HAND_MAX = 2_000
const MINUTE_MS = 60_000

/** Answered by the database itself. Running processes notice what was decided within two seconds. */
export function operationsOn(db: Db): Operations {
  return {
    queues: async () => {
      const monitor = new Monitor({
        db, queue: null, lanes: queueNames,
        readWaiting: () => readWaiting(db),
        countArrivals: (lane) => countArrivals(db, lane, firstIdAt(Date.now() - MINUTE_MS)),
      })
      return (await monitor.read()).map(({ tickets: _, ...figures }) => figures)
    },
    workers: async () => {
      const [workers, inHand] = await Promise.all([listWorkers(db, WORKERS_MAX), listInHand(db, IN_HAND_MAX)])
      const byOwner = Map.groupBy(inHand, ({ owner }) => owner)
      return workers.map((worker) => workerView(worker, byOwner.get(worker.id) ?? []))
    },
    give: (order, reason) => giveOrder(db, order, { actor: cliActor(), reason, requestId: null }),
  }
}

/** Answered by the server that has the database. What was decided holds at once. */
export function operationsThrough(api: OperatorApi): Operations {
  return {
    queues: async () => (await api<{ items: QueueFigures[] }>({ method: 'GET', path: '/api/admin/queues' })).items,
    workers: async () => (await api<{ items: WorkerFigures[] }>({ method: 'GET', path: '/api/admin/workers' })).items,
    give: (order, reason) => api(toCall(order, reason)),
  }
}

/** Work with operations, whoever answers. */
export function operating(work: (operations: Operations) => Promise<Outcome>): Work {
  return { database: (db) => work(operationsOn(db)), api: (api) => work(operationsThrough(api)) }
}

function toCall(order: Order, reason: string): Parameters<OperatorApi>[0] {
  const [noun, verb] = order.action.split('.') as [string, string]
  const id = 'queue' in order ? order.queue : 'provider' in order ? order.provider : order.workerId
  const path = `/api/admin/${noun}${noun.endsWith('s') ? '' : 's'}/${encodeURIComponent(id)}`
  if (!('concurrencyMax' in order)) return { method: 'POST', path: `${path}/${verb}`, body: { reason } }
  return { method: 'PUT', path, body: { concurrencyMax: order.concurrencyMax, reason } }
}
