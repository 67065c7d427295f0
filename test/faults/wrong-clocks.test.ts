/** Machines whose time is wrong by an hour, each way, working together: what is decided by time is decided by the database's. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { grant } from '#domains/credits'
import { sql } from '#platform/db'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { openBroker } from '#test/broker'
import type { GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { findViolations } from '#test/ledger'
import { Cluster } from './cluster.ts'

const SHIFT = new URL('../support/shift-clock.mjs', import.meta.url).href
const HOUR_MS = 3_600_000
const ascending = (one: number, other: number) => one - other
const off = (hours: number) => ({ NODE_OPTIONS: `--import=${SHIFT}`, CLOCK_SHIFT_MS: String(hours * HOUR_MS) })

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 500, urlTtlSeconds: 3_600, pictures: 'plain' })
after(() => simulator.close())

for (const [api, scheduler, workers] of [[1, 1, [1, -1]], [-1, -1, [-1, 1]]] as const) {
  test(`clocks that are an hour ${api > 0 ? 'ahead' : 'behind'}: no lease is stolen, no credit expires early or late, and everything is delivered once`, { skip: withoutPostgres }, async () => {
    const broker = await openBroker('postgres')
    const cluster = await Cluster.open(broker, simulator.url)
    try {
      const { client } = await cluster.startApi(off(api))
      const { accountId } = await client.json<{ accountId: string }>('GET', '/api/me')
      const minutes = (count: number) => new Date(Date.now() + count * 60_000)
      await grant(cluster.db, { accountId, amount: 7n, source: 'admin', reason: 'for a test', actor: 'system', expiresAt: minutes(30) })
      await cluster.start('scheduler', off(scheduler)).ready()
      for (const hours of workers) await cluster.start('worker', { ...off(hours), COOLY_WORKER_CONCURRENCY: '2' }).ready()
      // Ids tell when they were made, by the clock of whoever made them: the shift is there.
      const ids = await cluster.db.query<{ id: string }>(sql`select id from workers`)
      assert.deepEqual(ids.map(({ id }) => Math.round((Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) - Date.now()) / HOUR_MS)).toSorted(ascending), [...workers].toSorted(ascending))
      const images = await Promise.all(Array.from({ length: 8 }, () => client.generate({ prompt: 'a lighthouse [[delay:1500]]', n: 2, size: '1K' })))
      const video = await client.json<GenerationBody>('POST', '/api/videos/seedance/generate', { body: { prompt: 'waves', durationSeconds: 4, resolution: '480p' } })
      for (const { id } of images) {
        const { status, outputs, credits, attempts } = await client.ended(id, 60_000)
        assert.deepEqual([status, outputs.length, credits.captured, attempts], ['succeeded', 2, 2, 1])
        assert.deepEqual(simulator.stats().requests[id], { calls: 2, billedImages: 2, billedVideos: 0 })
      }
      const done = await client.ended(video.id, 60_000)
      assert.deepEqual([done.status, done.credits.captured, simulator.stats().requests[video.id]], ['succeeded', 8, { calls: 1, billedImages: 0, billedVideos: 1 }])
      // The lot that ends in half an hour was the first to be spent, and nothing of it was taken away.
      const [lot] = await cluster.db.query<{ captured: bigint; expired: bigint }>(sql`select captured, expired from credit_lots where granted = 7`)
      assert.deepEqual(lot, { captured: 7n, expired: 0n })
      assert.deepEqual(await findViolations(cluster.db), {})
    } finally {
      const unclean = await cluster.close()
      await broker.close()
      assert.deepEqual(unclean, [])
    }
  })
}
