/** Workers that die with one generation each, again and again: how long until somebody else is at it. */
import assert from 'node:assert/strict'
import { sql } from '#platform/db'
import type { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { openBroker, type QueueKind } from '#test/broker'
import { findViolations } from '#test/ledger'
import { Cluster } from './cluster.ts'

export interface Trials {
  readonly queue: QueueKind
  /** Milliseconds from each death to the next worker's lease. */
  readonly takeoverMs: readonly number[]
  readonly violations: readonly string[]
}

type Simulator = Awaited<ReturnType<typeof startBytedanceSimulator>>

/** Kills that many workers a round, all at a moment while each is at a call of its provider. Rejects when something was not delivered. */
export async function runDeadWorkerTrials(queue: QueueKind, { rounds, workers }: { rounds: number; workers: number }, simulator: Simulator): Promise<Trials> {
  const broker = await openBroker(queue)
  const cluster = await Cluster.open(broker, simulator.url)
  const takeoverMs: number[] = []
  const violations: string[] = []
  try {
    const { client } = await cluster.startApi()
    await cluster.start('scheduler').ready()
    for (let round = 0; round < rounds; round += 1) {
      const doomed = Array.from({ length: workers }, () => cluster.start('worker', { COOLY_WORKER_CONCURRENCY: '1' }))
      await Promise.all(doomed.map((worker) => worker.ready()))
      const asked = await Promise.all(doomed.map((_, index) => client.generate({ prompt: `a lighthouse [[delay:20000]]`, n: 1, size: '1K' }, `${round}-${index}`)))
      await untilRunning(cluster, asked.map(({ id }) => id))
      const [clock] = await cluster.db.query<{ at: Date }>(sql`/* faults.readClock */ select clock_timestamp() as at`)
      for (const worker of doomed) worker.child.kill('SIGKILL')
      await Promise.all(doomed.map((worker) => worker.exited()))
      const heir = cluster.start('worker')
      const ended = await Promise.all(asked.map(({ id }) => client.ended(id, 180_000)))
      assert(ended.every(({ status }) => status === 'succeeded'))
      takeoverMs.push(...(await listTakeovers(cluster, asked.map(({ id }) => id), clock!.at)))
      assert.deepEqual(await heir.end('SIGTERM'), [0, null], heir.output)
    }
    violations.push(...Object.keys(await findViolations(cluster.db)))
  } finally {
    violations.push(...(await cluster.close()).map((output) => `did not end cleanly: ${output.slice(-500)}`))
    await broker.close()
  }
  return { queue, takeoverMs, violations }
}

/** Until each has a worker. Their events say so, so nothing is asked again and again. */
async function untilRunning(cluster: Cluster, ids: readonly string[]): Promise<void> {
  const waiting = new Set(ids)
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = async () => {
    const rows = await cluster.db.query<{ id: string }>(sql`
      /* faults.listRunning */ select id from generation_sessions where id = any(${[...waiting]}::uuid[]) and status = 'running'`)
    for (const { id } of rows) waiting.delete(id)
    if (waiting.size === 0) resolve()
  }
  const listener = await cluster.db.listen('cooly_realtime', () => void look(), () => void look())
  await look()
  await promise
  await listener.close()
}

async function listTakeovers(cluster: Cluster, ids: readonly string[], died: Date): Promise<number[]> {
  const rows = await cluster.db.query<{ ms: number }>(sql`
    /* faults.listTakeovers */
    select min(extract(epoch from created_at - ${died}::timestamptz))::float8 * 1000 as ms from generation_events
    where generation_id = any(${ids}::uuid[]) and kind = 'status' and data ->> 'status' = 'running' and created_at > ${died}::timestamptz
    group by generation_id`)
  assert.equal(rows.length, ids.length, 'every generation was taken up again')
  return rows.map(({ ms }) => Math.round(ms))
}
