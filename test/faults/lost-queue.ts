/** A queue that forgets everything while work pours in: how long until all of it is done all the same. */
import assert from 'node:assert/strict'
import type { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { openBroker, type QueueKind } from '#test/broker'
import { findViolations } from '#test/ledger'
import { Cluster } from './cluster.ts'

export interface Loss {
  readonly queue: QueueKind
  readonly generations: number
  /** From the loss until everything asked for before it was delivered. */
  readonly recoveryMs: number
  readonly violations: readonly string[]
}

type Simulator = Awaited<ReturnType<typeof startBytedanceSimulator>>

/** Rejects when a generation was lost, or ended otherwise than delivered. */
export async function loseQueueUnderLoad(queue: Exclude<QueueKind, 'postgres'>, generations: number, simulator: Simulator): Promise<Loss> {
  const broker = await openBroker(queue)
  const cluster = await Cluster.open(broker, simulator.url)
  const violations: string[] = []
  let recoveryMs = Infinity
  try {
    const { client } = await cluster.startApi()
    // Few places, so that most of it waits in the queue when that is lost.
    await Promise.all([cluster.start('scheduler'), cluster.start('worker', { COOLY_WORKER_CONCURRENCY: '4' })].map((process) => process.ready()))
    const asked = await Promise.all(Array.from({ length: generations }, (_, index) => client.generate({ prompt: 'a lighthouse', n: 1, size: '1K' }, `key-${index}`)))
    await client.ended(asked[0]!.id)
    await broker.loseEverything!()
    const lost = performance.now()
    // What comes after the loss is served as well.
    const later = await client.generate({ prompt: 'a lighthouse', n: 1, size: '1K' }, 'later')
    const ended = await Promise.all([...asked, later].map(({ id }) => client.ended(id, 180_000)))
    recoveryMs = Math.round(performance.now() - lost)
    assert(ended.every(({ status }) => status === 'succeeded'))
    violations.push(...Object.keys(await findViolations(cluster.db)))
  } finally {
    violations.push(...(await cluster.close()).map((output) => `did not end cleanly: ${output.slice(-500)}`))
    await broker.close()
  }
  return { queue, generations, recoveryMs, violations }
}
