/**
 * The goal: workers that are killed again and again while videos are being made, and a store that is away part of the time, neither order a video twice nor lose
 * one nor take a credit for what is not stored. The method: worker processes killed one after the other at moments nobody chose, a bucket that answers 503 in
 * between, the simulator's own count of what was submitted and billed, every stored byte read back, the laws of the books at the end.
 *
 * STORM_VIDEOS sets how many: 30 unless told, and 200 for the claim.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { grant } from '#domains/credits'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { sql } from '#platform/db'
import { openBroker } from '#test/broker'
import type { Client, GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { findViolations } from '#test/ledger'
import { startS3Emulator } from '#test/s3-emulator'
import { Cluster } from './cluster.ts'

const VIDEOS = Number(process.env['STORM_VIDEOS'] ?? 30)
/** Until the last video was submitted and asked for long enough to be caught in all its steps. */
const LIVES = Math.max(5, Math.ceil(VIDEOS / 12))
const WORKERS = 2
const LIFE_MS = 5_000
const LIMIT = Math.max(8, Math.ceil(VIDEOS / 5))

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 2_000, urlTtlSeconds: 3_600, pictures: 'plain' })
const store = await startS3Emulator()
after(() => Promise.all([simulator.close(), store.stop()]))

let refusals = 0
const firstRefusal = Promise.withResolvers<void>()
function cutStoreOff(down: boolean): void {
  store.fault = () => {
    if (!down) return undefined
    refusals += 1
    firstRefusal.resolve()
    return { status: 503, code: 'ServiceUnavailable' }
  }
}

test('a storm of restarts and a store that is away: every video is submitted once, stored once and paid once, and the limit holds', { skip: withoutPostgres }, async (t) => {
  const broker = await openBroker('postgres')
  const cluster = await Cluster.open(broker, simulator.url)
  const env = {
    COOLY_PROVIDER_CONCURRENCY: `bytedance-video=${LIMIT}`,
    S3_BUCKET_NAME: store.newBucket(), S3_ENDPOINT: store.endpoint, S3_REGION: 'us-east-1', S3_ACCESS_KEY_ID: 'test', S3_SECRET_ACCESS_KEY: 'test',
  }
  try {
    const { client } = await cluster.startApi(env)
    await cluster.start('scheduler', env).ready()
    const body = { prompt: 'waves', durationSeconds: 4, resolution: '480p' }
    const { accountId } = await client.json<{ accountId: string }>('GET', '/api/me')
    await grant(cluster.db, { accountId, amount: BigInt(8 * VIDEOS), source: 'admin', reason: 'for a test', actor: 'system' })
    const asked = await Promise.all(Array.from({ length: VIDEOS }, () => client.json<GenerationBody>('POST', '/api/videos/seedance/generate', { body })))
    for (let life = 0; life < LIVES; life += 1) {
      const workers = Array.from({ length: WORKERS }, () => cluster.start('worker', env))
      await Promise.all(workers.map((worker) => worker.ready()))
      // Any moment will do: what matters is that nobody chose it.
      cutStoreOff(life % 2 === 0)
      // On a slow machine the first video is made later than a life takes: the store stays away until somebody has missed it.
      if (life === 0) await Promise.race([firstRefusal.promise, delay(120_000, undefined, { ref: false })])
      await delay(LIFE_MS * Math.random())
      cutStoreOff(life % 2 === 1)
      await delay(LIFE_MS * Math.random())
      cutStoreOff(false)
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')))
    }
    await cluster.start('worker', env).ready()
    const ended = await Promise.all(asked.map(({ id }) => client.ended(id, 500_000)))
    assert.deepEqual(ended.filter(({ error }) => error !== null).map(({ id, error, attempts }) => ({ id, code: error!.code, attempts })), [])
    assert.deepEqual(ended.map(({ status, outputs, credits }) => [status, outputs.length, credits.captured]), Array(VIDEOS).fill(['succeeded', 1, 8]))
    const bills = ended.map(({ id }) => simulator.stats().requests[id])
    assert.deepEqual(bills, Array(VIDEOS).fill({ calls: 1, billedImages: 0, billedVideos: 1 }))
    assert.equal(simulator.stats().videos.submitted, VIDEOS)
    assert(simulator.stats().videos.runningMost <= LIMIT, `${simulator.stats().videos.runningMost} at once`)
    assert(refusals > 0, 'the store was never away when somebody wanted it')
    for (const { outputs } of ended) assert.equal(await lengthOf(client, outputs[0]!.url), outputs[0]!.bytes)
    t.diagnostic(`${VIDEOS} videos, ${LIVES * WORKERS} workers killed, ${refusals} requests refused by the store, ${simulator.stats().videos.submitted} submits`)
    assert.deepEqual(await findViolations(cluster.db), {})
    assert.deepEqual(await cluster.db.query(sql`select slot from provider_slots where attempt_id is not null`), [])
  } finally {
    cutStoreOff(false)
    const unclean = await cluster.close()
    await broker.close()
    assert.deepEqual(unclean, [])
  }
})

async function lengthOf(client: Client, url: string): Promise<number> {
  return (await (await client.fetch('GET', url)).arrayBuffer()).byteLength
}
