/** The product as `npm start` runs it, ended in the middle of a video: on the embedded database, with the simulator in its own process. */
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
  return new ServerProcess({ COOLY_DATA_DIR: dataDirectory, SIMULATOR_LATENCY_MS: '3000', COOLY_FAILPOINTS: failpoints })
}

async function start(failpoints: string): Promise<{ server: ServerProcess; client: Client }> {
  const server = open(failpoints)
  const client = new Client(await server.ready())
  await client.signIn(demoPerson.email, demoPerson.password)
  return { server, client }
}

test('a server that is killed while a video is being made delivers it after its next start, for the price of one', async () => {
  const first = await start('sweeper.after_poll=kill9')
  const body = { prompt: 'Waves at a lighthouse', durationSeconds: 4, resolution: '480p' }
  const { id } = await first.client.json<GenerationBody>('POST', '/api/videos/seedance/generate', { body })
  assert.deepEqual(await first.server.exited(), [null, 'SIGKILL'], first.server.output)
  // It may be at the transfer, and dead, before anybody could sign in.
  const second = open('worker.in_transfer=kill9')
  assert.deepEqual(await second.exited(), [null, 'SIGKILL'], second.output)
  const third = await start('')
  // What the dead simulator had handed out is asked for again only after pauses.
  const done = await third.client.ended(id, 240_000).catch((error: unknown) => assert.fail(`${String(error)}\n${third.server.output}`))
  assert.deepEqual([done.status, done.outputs.length, done.credits.captured], ['succeeded', 1, 8], JSON.stringify(done))
  const { available, held } = await third.client.credits()
  assert.deepEqual([available, held], [Number(demoPerson.credits) - 8, 0])
  assert.deepEqual(await third.server.end('SIGTERM'), [0, null], third.server.output)
})
