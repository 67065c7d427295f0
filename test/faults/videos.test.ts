/**
 * The goal: whichever process dies at whichever step of a video, it is ordered once, delivered once and paid once. The method: as the crash matrix, with a
 * simulator that counts every submit.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { demoPerson } from '#domains/accounts'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { openBroker } from '#test/broker'
import type { Client, GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { findViolations } from '#test/ledger'
import { Cluster } from './cluster.ts'

const VIDEOS = 3
const PRICE = 8

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 300, urlTtlSeconds: 3_600, pictures: 'plain' })
after(() => simulator.close())

const points = [
  'worker.after_submit', 'worker.after_task_saved', 'worker.after_task_saved=kill9@3', 'worker.in_transfer', 'worker.after_put', 'worker.after_output', 'worker.in_settle',
  'sweeper.after_poll', 'sweeper.after_finalize',
]

test('videos and processes that die', { skip: withoutPostgres, concurrency: 3 }, async (t) => {
  await Promise.all(points.map((point) => t.test(`killed at ${point}: ordered once, delivered once, paid once`, () => runCell(point))))
})

async function runCell(point: string): Promise<void> {
  const broker = await openBroker('postgres')
  const cluster = await Cluster.open(broker, simulator.url)
  try {
    const { client } = await cluster.startApi()
    await cluster.start('scheduler').ready()
    const doomed = cluster.start('worker', { COOLY_FAILPOINTS: point.includes('=') ? point : `${point}=kill9` })
    await doomed.ready()
    const asked = await Promise.all(Array.from({ length: VIDEOS }, (_, index) => ask(client, index)))
    assert.deepEqual(await doomed.exited(), [null, 'SIGKILL'], doomed.output)
    await cluster.start('worker').ready()
    const ended = await Promise.all(asked.map(({ id }) => client.ended(id, 180_000)))
    for (const { id, status, outputs, credits } of ended) {
      assert.deepEqual([status, outputs.length, credits.captured], ['succeeded', 1, PRICE])
      assert.deepEqual(simulator.stats().requests[id], { calls: 1, billedImages: 0, billedVideos: 1 })
      const response = await client.fetch('GET', outputs[0]!.url)
      assert.equal((await response.arrayBuffer()).byteLength, outputs[0]!.bytes, 'every video can be opened')
    }
    const { available, held } = await client.credits()
    assert.deepEqual([available, held], [Number(demoPerson.credits) - VIDEOS * PRICE, 0])
    assert.deepEqual(await findViolations(cluster.db), {})
  } finally {
    const unclean = await cluster.close()
    await broker.close()
    assert.deepEqual(unclean, [])
  }
}

function ask(client: Client, index: number): Promise<GenerationBody> {
  return client.json('POST', '/api/videos/seedance/generate', { body: { prompt: `waves, number ${index}`, durationSeconds: 4, resolution: '480p' } })
}
