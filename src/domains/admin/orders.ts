import { changeLimit, listProviders, pauseProvider, resumeProvider } from '#domains/capacity'
import { changeConcurrency, drainWorker, type LaneControl, LaneMissing, ORDERS_TOPIC, pauseLane, resumeLane } from '#domains/workers'
import { newId } from '#lib/ids'
import type { Db, Tx } from '#platform/db'
import { queueNames } from '#platform/queue'
import type { Realtime } from '#platform/realtime'
import type { AuditAction, AuditRecord, Because } from './model.ts'
import { insertAuditEntry } from './sql.ts'

/**
 * What an operator decides about queues, workers and providers. Each has its entry in the audit log in the same transaction, holds for all processes from
 * its commit, and is safe to repeat.
 */
export type Order =
  | { readonly action: 'queue.pause' | 'queue.resume'; readonly queue: string }
  | { readonly action: 'queue.concurrency'; readonly queue: string; readonly concurrencyMax: number | null }
  | { readonly action: 'worker.drain'; readonly workerId: string }
  | { readonly action: 'provider.pause' | 'provider.resume'; readonly provider: string }
  | { readonly action: 'provider.limit'; readonly provider: string; readonly kind: string; readonly concurrencyMax: number | null }

/** Does it. Without `realtime` the processes notice within two seconds. Refuses `LaneMissing`, `WorkerMissing`, `ProviderMissing`. */
export async function giveOrder(db: Db, order: Order, because: Because, realtime: Realtime | null = null): Promise<void> {
  await db.transaction(async (tx) => {
    await perform(tx, order, because)
    tx.afterCommit(() => realtime?.publish({ topic: ORDERS_TOPIC, data: {} }))
  })
}

async function perform(tx: Tx, order: Order, because: Because): Promise<void> {
  if ('queue' in order) return orderQueue(tx, order, because)
  if ('provider' in order) return orderProvider(tx, order, because)
  await drainWorker(tx, order.workerId)
  await record(tx, because, { action: order.action, subject: `worker:${order.workerId}`, before: {}, after: { state: 'draining' } })
}

async function orderQueue(tx: Tx, order: Extract<Order, { queue: string }>, because: Because): Promise<void> {
  if (!queueNames.some((name) => name === order.queue)) throw new LaneMissing({})
  const decision = { lane: order.queue, by: because.actor }
  const { lane: _, ...before } = await change(tx, order, decision)
  const after: Omit<LaneControl, 'lane'> =
    order.action === 'queue.concurrency' ? { ...before, concurrencyMax: order.concurrencyMax } : { ...before, paused: order.action === 'queue.pause' }
  await record(tx, because, { action: order.action, subject: `queue:${order.queue}`, before: { ...before }, after: { ...after } })
}

function change(tx: Tx, order: Extract<Order, { queue: string }>, decision: { lane: string; by: string }): Promise<LaneControl> {
  if (order.action === 'queue.concurrency') return changeConcurrency(tx, { ...decision, concurrencyMax: order.concurrencyMax })
  return order.action === 'queue.pause' ? pauseLane(tx, decision) : resumeLane(tx, decision)
}

async function orderProvider(tx: Tx, order: Extract<Order, { provider: string }>, because: Because): Promise<void> {
  const { provider } = order
  const before = await readProvider(tx, provider)
  if (order.action === 'provider.limit') await changeLimit(tx, { ...order, by: because.actor })
  else if (order.action === 'provider.pause') await pauseProvider(tx, { provider, kind: null, by: because.actor, reason: because.reason })
  else await resumeProvider(tx, { provider, kind: null })
  await record(tx, because, { action: order.action, subject: `provider:${provider}`, before, after: await readProvider(tx, provider) })
}

async function readProvider(tx: Tx, provider: string): Promise<AuditRecord> {
  const states = (await listProviders(tx)).filter((state) => state.provider === provider)
  return Object.fromEntries(states.map(({ kind, paused, breaker, concurrencyMax }) => [kind, { paused, breaker, concurrencyMax }]))
}

function record(tx: Tx, because: Because, entry: { action: AuditAction; subject: string; before: AuditRecord; after: AuditRecord }): Promise<void> {
  return insertAuditEntry(tx, { id: newId(), accountId: null, transactionId: null, ...because, ...entry })
}
