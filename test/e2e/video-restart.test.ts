/** The product as `npm start` runs it, ended in the middle of videos: on the embedded database, with the simulator in its own process. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { demoPerson } from '#domains/accounts'
import { Client, type GenerationBody } from '#test/client'
import { ServerProcess } from '#test/process'

const dataDirectory = mkdtempSync(join(tmpdir(), 'cooly-video-restart-'))
after(() => rmSync(dataDirectory, { recursive: true, force: true }))

function open(failpoints: string): ServerProcess {
  const server = new ServerProcess({ COOLY_DATA_DIR: dataDirectory, SIMULATOR_LATENCY_MS: '3000', COOLY_FAILPOINTS: failpoints })
  // A failure must not wait for a server that nobody ends.
  after(() => server.end('SIGKILL'))
  return server
}

async function start(failpoints: string): Promise<{ server: ServerProcess; client: Client }> {
  const server = open(failpoints)
  const client = new Client(await server.ready())
  await client.signIn(demoPerson.email, demoPerson.password)
  return { server, client }
}

/** One of each kind of vendor: a queue of tasks with addresses that expire, operations, and interactions. */
const VIDEOS = [
  { model: 'seedance', body: { prompt: 'Waves at a lighthouse', durationSeconds: 4, resolution: '480p' }, price: 8 },
  { model: 'veo', body: { prompt: 'Waves at a lighthouse', durationSeconds: 4 }, price: 56 },
  { model: 'omni', body: { prompt: 'Waves at a lighthouse', durationSeconds: 3, resolution: '360p' }, price: 3 },
]
const TOTAL = VIDEOS.reduce((sum, { price }) => sum + price, 0)

test('a server that is killed while videos are being made delivers them after its next start, each for the price of one', async () => {
  const first = await start('worker.after_task_saved=kill9@3')
  const asked = await Promise.all(VIDEOS.map(async ({ model, body, price }) => {
    const { id } = await first.client.json<GenerationBody>('POST', `/api/videos/${model}/generate`, { body })
    return { id, model, price }
  }))
  assert.deepEqual(await first.server.exited(), [null, 'SIGKILL'], first.server.output)
  // It may be at the transfer, and dead, before anybody could sign in.
  const second = open('worker.in_transfer=kill9')
  assert.deepEqual(await second.exited(), [null, 'SIGKILL'], second.output)
  const third = await start('')
  await Promise.all(asked.map(async ({ id, model, price }) => {
    // What the dead simulator had handed out is asked for again only after pauses.
    const done = await third.client.ended(id, 240_000).catch((error: unknown) => assert.fail(`${model}: ${String(error)}\n${third.server.output}`))
    assert.deepEqual([model, done.status, done.outputs.length, done.credits.captured], [model, 'succeeded', 1, price], JSON.stringify(done))
  }))
  const { available, held } = await third.client.credits()
  assert.deepEqual([available, held], [Number(demoPerson.credits) - TOTAL, 0])
  assert.deepEqual(await third.server.end('SIGTERM'), [0, null], third.server.output)
})
