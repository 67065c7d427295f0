import { z } from 'zod'
import { listProviders, ProviderMissing } from '#domains/capacity'
import { type InHand, listInHand, type ProviderHealth } from '#domains/generations'
import { LaneMissing, listWorkers, type Monitor, type Worker, WorkerMissing } from '#domains/workers'
import type { Db } from '#platform/db'
import { route } from '#platform/http'
import type { Realtime } from '#platform/realtime'
import type { Because } from './model.ts'
import { type Order, giveOrder } from './orders.ts'
import { ProviderView, providerView } from './provider-view.ts'

export interface OperationRoutesParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly monitor: Monitor
  readonly health: ProviderHealth
}

/** The most that a page of workers shows, and what they have in hand together. */
const WORKERS_MAX = 200
const IN_HAND_MAX = 2_000
const CONCURRENCY_MAX = 1_000
const CALLS_MAX = 10_000
const NO_REASON = 'no reason given'

const time = z.iso.datetime()
const count = z.number().int()
const Name = z.strictObject({ name: z.string().min(1).max(50) })
const WorkerId = z.strictObject({ id: z.uuid() })
const ProviderId = z.strictObject({ id: z.string().min(1).max(50) })
const Reason = z.string().trim().min(1).max(500).default(NO_REASON).describe('Kept in the audit log')
const Why = z.strictObject({ reason: Reason }).default({ reason: NO_REASON })

const QueueView = z
  .object({
    name: z.string(),
    paused: z.boolean(),
    concurrencyMax: count.nullable().describe('Of each worker, where an operator set it; null: as its settings say'),
    workers: count.describe('Alive and serving it'),
    places: count.describe('Of all of them together'),
    tickets: z.object({ waiting: count, active: count, delayed: count }).nullable().describe('In the queue itself, approximate on SQS; null while it does not answer. A ticket says that there is work, not which'),
    queued: z.object({ interactive: count, bulk: count }).describe('What waits, as it stands in the database'),
    oldestSeconds: z.number().nullable(),
    rates: z.object({ in: z.number(), out: z.number().nullable() }).describe('A minute: asked for in the last one, and started lately'),
    drainSeconds: z.number().nullable().describe('Until nothing waits, at these rates; null when it does not get less or nobody can say'),
  })
  .meta({ id: 'Queue' })

const WorkerView = z
  .object({
    id: z.uuid(), version: z.string(), host: z.string(), pid: count,
    state: z.enum(['running', 'draining', 'lost']).describe('`lost`: not heard of for 20 seconds'),
    lanes: z.record(z.string(), count).describe('Its places by lane'),
    memoryBytes: count, eventLoopLagMs: z.number().describe('The worst since the last beat'),
    generations: z.array(z.object({ id: z.uuid(), leaseToken: count, leaseExpiresAt: time, startedAt: time.nullable() })).describe('What it has in hand'),
    startedAt: time, beatAt: time,
  })
  .meta({ id: 'Worker' })

/** Queues, workers and providers: how they fare, and what is decided about them. */
export function operationRoutes(parts: OperationRoutesParts) {
  return [...queueRoutes(parts), ...workerRoutes(parts), ...providerRoutes(parts)]
}

function queueRoutes({ db, realtime, monitor }: OperationRoutesParts) {
  const give = async (order: Order, because: Because) => {
    await giveOrder(db, order, because, realtime)
    monitor.forget()
  }
  const decide = (action: 'queue.pause' | 'queue.resume', verb: string, operation: string, summary: string) =>
    route({
      method: 'POST', path: `/api/admin/queues/:name/${verb}`, operation, summary, tags: ['admin'], access: 'operator',
      params: Name, body: Why, status: 204, reply: null, errors: [LaneMissing],
      handle: ({ actor, params, body, requestId }) => give({ action, queue: params.name }, { actor: actor.userId, reason: body.reason, requestId }),
    })
  return [
    route({
      method: 'GET', path: '/api/admin/queues', operation: 'listQueues', summary: 'What waits, how fast it gets less, and what was decided',
      tags: ['admin'], access: 'viewer', status: 200, reply: z.object({ items: z.array(QueueView) }), errors: [],
      handle: async () => ({ items: (await monitor.read()).map((figures) => ({ ...figures })) }),
    }),
    decide('queue.pause', 'pause', 'pauseQueue', 'Take nothing more from it; what runs goes on'),
    decide('queue.resume', 'resume', 'resumeQueue', 'Take from it again'),
    route({
      method: 'PUT', path: '/api/admin/queues/:name', operation: 'changeQueue', summary: 'Change how many of it each worker works on at once',
      tags: ['admin'], access: 'operator', params: Name,
      body: z.strictObject({ concurrencyMax: count.min(1).max(CONCURRENCY_MAX).nullable().describe('Null: as the settings of each worker say'), reason: Reason }),
      status: 204, reply: null, errors: [LaneMissing],
      handle: ({ actor, params, body, requestId }) => {
        const order: Order = { action: 'queue.concurrency', queue: params.name, concurrencyMax: body.concurrencyMax }
        return give(order, { actor: actor.userId, reason: body.reason, requestId })
      },
    }),
  ]
}

function workerRoutes({ db, realtime }: OperationRoutesParts) {
  return [
    route({
      method: 'GET', path: '/api/admin/workers', operation: 'listWorkers', summary: 'Worker processes and what they have in hand, the newest first',
      tags: ['admin'], access: 'viewer', status: 200, reply: z.object({ items: z.array(WorkerView) }), errors: [],
      handle: async () => {
        const [workers, inHand] = await Promise.all([listWorkers(db, WORKERS_MAX), listInHand(db, IN_HAND_MAX)])
        const byOwner = Map.groupBy(inHand, ({ owner }) => owner)
        return { items: workers.map((worker) => workerView(worker, byOwner.get(worker.id) ?? [])) }
      },
    }),
    route({
      method: 'POST', path: '/api/admin/workers/:id/drain', operation: 'drainWorker', summary: 'Let a worker finish what it has and take nothing more, until its process ends',
      tags: ['admin'], access: 'operator', params: WorkerId, body: Why, status: 204, reply: null, errors: [WorkerMissing],
      handle: ({ actor, params, body, requestId }) =>
        giveOrder(db, { action: 'worker.drain', workerId: params.id }, { actor: actor.userId, reason: body.reason, requestId }, realtime),
    }),
  ]
}

function providerRoutes({ db, realtime, health }: OperationRoutesParts) {
  const give = async (order: Order, because: Because) => {
    await giveOrder(db, order, because, realtime)
    health.forget()
  }
  const decide = (action: 'provider.pause' | 'provider.resume', verb: string, operation: string, summary: string) =>
    route({
      method: 'POST', path: `/api/admin/providers/:id/${verb}`, operation, summary, tags: ['admin'], access: 'operator',
      params: ProviderId, body: Why, status: 204, reply: null, errors: [ProviderMissing],
      handle: ({ actor, params, body, requestId }) => give({ action, provider: params.id }, { actor: actor.userId, reason: body.reason, requestId }),
    })
  return [
    route({
      method: 'GET', path: '/api/admin/providers', operation: 'listProviders', summary: 'Providers: limit, calls under way, pause, breaker, and how their calls went in the last day',
      tags: ['admin'], access: 'viewer', status: 200, reply: z.object({ items: z.array(ProviderView) }), errors: [],
      handle: async () => {
        const [states, day] = await Promise.all([listProviders(db), health.readDay()])
        const now = new Date()
        return { items: states.map((state) => providerView(state, day, now)) }
      },
    }),
    decide('provider.pause', 'pause', 'pauseProvider', 'Begin no more calls; those under way end'),
    decide('provider.resume', 'resume', 'resumeProvider', 'Call it again, whoever paused it, and try at once where the breaker is open'),
    route({
      method: 'PUT', path: '/api/admin/providers/:id', operation: 'changeProvider', summary: 'Change how many calls it may have under way over all processes',
      tags: ['admin'], access: 'operator', params: ProviderId,
      body: z.strictObject({
        kind: z.enum(['image', 'video']).default('image'),
        concurrencyMax: count.min(1).max(CALLS_MAX).nullable().describe('Null: without limit. Calls beyond a lower limit end by themselves'),
        reason: Reason,
      }),
      status: 204, reply: null, errors: [ProviderMissing],
      handle: ({ actor, params, body, requestId }) => {
        const order: Order = { action: 'provider.limit', provider: params.id, kind: body.kind, concurrencyMax: body.concurrencyMax }
        return give(order, { actor: actor.userId, reason: body.reason, requestId })
      },
    }),
  ]
}

/** As the API and the command line show it. */
export function workerView({ memoryBytes, startRates: _, startedAt, beatAt, ...rest }: Worker, inHand: readonly InHand[]): z.input<typeof WorkerView> {
  const generations = inHand.map(({ id, leaseToken, leaseExpiresAt, startedAt: at }) => ({
    id, leaseToken, leaseExpiresAt: leaseExpiresAt.toISOString(), startedAt: at?.toISOString() ?? null,
  }))
  return { ...rest, lanes: { ...rest.lanes }, memoryBytes: Number(memoryBytes), generations, startedAt: startedAt.toISOString(), beatAt: beatAt.toISOString() }
}
