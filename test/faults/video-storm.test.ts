/**
 * The goal: workers that are killed again and again while videos are being made neither order one twice nor lose one. The method: worker processes killed
 * one after the other at moments nobody chose, the simulator's own count of what was submitted and billed, the laws of the books at the end.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { sql } from '#platform/db'
import { openBroker } from '#test/broker'
import type { GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { findViolations } from '#test/ledger'
import { Cluster } from './cluster.ts'

const VIDEOS = Number(process.env['STORM_VIDEOS'] ?? 30)
const LIVES = 5
const LIFE_MS = 3_000
const LIMIT = 8

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 2_000, urlTtlSeconds: 3_600, pictures: 'plain' })
after(() => simulator.close())

test('a storm of restarts: every video is submitted once, delivered once and paid once, and the limit holds', { skip: withoutPostgres }, async () => {
  const broker = await openBroker('postgres')
  const cluster = await Cluster.open(broker, simulator.url)
  const env = { COOLY_PROVIDER_CONCURRENCY: `bytedance-video=${LIMIT}` }
  try {
    const { client } = await cluster.startApi()
    await cluster.start('scheduler').ready()
    const body = { prompt: 'waves', durationSeconds: 4, resolution: '480p' }
    const asked = await Promise.all(Array.from({ length: VIDEOS }, () => client.json<GenerationBody>('POST', '/api/videos/seedance/generate', { body })))
    for (let life = 0; life < LIVES; life += 1) {
      const worker = cluster.start('worker', env)
      await worker.ready()
      // Any moment will do: what matters is that nobody chose it.
      await delay(LIFE_MS * (0.5 + Math.random()))
      await worker.end('SIGKILL')
    }
    await cluster.start('worker', env).ready()
    const ended = await Promise.all(asked.map(({ id }) => client.ended(id, 400_000)))
    assert.deepEqual(ended.map(({ status, outputs, credits }) => [status, outputs.length, credits.captured]), Array(VIDEOS).fill(['succeeded', 1, 8]))
    const bills = ended.map(({ id }) => simulator.stats().requests[id])
    assert.deepEqual(bills, Array(VIDEOS).fill({ calls: 1, billedImages: 0, billedVideos: 1 }))
    assert(simulator.stats().videos.runningMost <= LIMIT, `${simulator.stats().videos.runningMost} at once`)
    assert.deepEqual(await findViolations(cluster.db), {})
    assert.deepEqual(await cluster.db.query(sql`select slot from provider_slots where attempt_id is not null`), [])
  } finally {
    const unclean = await cluster.close()
    await broker.close()
    assert.deepEqual(unclean, [])
  }
})
