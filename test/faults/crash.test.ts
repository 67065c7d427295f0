/**
 * The goal: whatever step a process dies at, by `kill -9`, the work goes on after a restart, is delivered once, is paid once,
 * and the provider is not asked twice for what it has answered. The method: real processes, a failpoint at each step, the simulator's own count
 * of what it would have billed, and the laws of the books at the end.
 */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { demoPerson } from '#domains/accounts'
import { type Db, openDatabase } from '#platform/db'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { Client } from '#test/client'
import { assertBooks } from '#test/ledger'
import { ServerProcess } from '#test/process'

const IMAGES = 4
const directory = mkdtempSync(join(tmpdir(), 'cooly-faults-'))
const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 150, urlTtlSeconds: 3_600, pictures: 'plain' })
after(async () => {
  await simulator.close()
  rmSync(directory, { recursive: true })
})

/** Where it dies, and how many pictures beyond those delivered the provider may have made for nothing. */
const steps: readonly [failpoint: string, wasted: number][] = [
  ['api.before_commit', 0],
  ['api.after_commit', 0],
  ['relay.after_claim', 0],
  ['relay.after_publish', 0],
  // The worker may have found the generation by itself, and be at it, when its ticket arrives.
  ['worker.after_receive', IMAGES],
  ['worker.after_lease', 0],
  // All calls of the generation are under way or unrecorded when it dies: nobody can ask what became of them.
  ['worker.after_submit', IMAGES],
  // One answer is saved, the three others may not be.
  ['worker.after_result_saved', IMAGES - 1],
  ['worker.after_put', IMAGES - 1],
  ['worker.after_output', IMAGES - 1],
  ['worker.after_output=kill9@3', 1],
  ['worker.in_settle', 0],
  ['worker.after_settle', 0],
]

test('a single process on the embedded database', { concurrency: 2 }, async (t) => {
  // Made once and copied: creating a database takes longer than everything else here.
  const template = join(directory, 'template')
  await t.test('starts, and stops on SIGTERM with code 0', async () => {
    const server = new ServerProcess({ COOLY_DATA_DIR: template, BYTEPLUS_BASE_URL: `${simulator.url}/api/v3` })
    await server.ready()
    assert.deepEqual(await server.end('SIGTERM'), [0, null])
  })

  const cells = steps.map(([step, wasted]) => {
    const failpoint = step.includes('=') ? step : `${step}=kill9`
    return t.test(`killed at ${failpoint}, it goes on after a restart: four pictures once, four credits once`, async () => {
      const data = join(directory, failpoint.replaceAll(/\W/g, '-'))
      cpSync(template, data, { recursive: true })
      const env = { COOLY_DATA_DIR: data, BYTEPLUS_BASE_URL: `${simulator.url}/api/v3` }
      const first = new ServerProcess({ ...env, COOLY_FAILPOINTS: failpoint })
      const before = await demoClient(await first.ready())
      const body = { prompt: `a lighthouse, ${failpoint}`, n: IMAGES, size: '1K' }
      const answered = await before.generate(body, 'my-key').catch(() => undefined)
      assert.deepEqual(await first.exited(), [null, 'SIGKILL'], first.output)

      const second = new ServerProcess(env)
      try {
        const client = await demoClient(await second.ready())
        // A client that got no answer asks again with the same key, and one that got one may.
        const { id } = await client.generate(body, 'my-key')
        if (answered !== undefined) assert.equal(id, answered.id)
        await assertDelivered(client, id, wasted)
      } finally {
        assert.deepEqual(await second.end('SIGTERM'), [0, null], second.output)
      }
      await assertBooksAt(await openDatabase({ url: null, directory: join(data, 'database'), connectionsMax: 1, onIdleError: () => undefined }))
    })
  })

  const refusal = t.test('a second process on the same data directory is refused and the first is unharmed', async () => {
    const data = join(directory, 'shared')
    cpSync(template, data, { recursive: true })
    const env = { COOLY_DATA_DIR: data, BYTEPLUS_BASE_URL: `${simulator.url}/api/v3` }
    const first = new ServerProcess(env)
    const address = await first.ready()
    const second = new ServerProcess(env)
    const [code] = await second.exited()
    assert.equal(code, 4)
    assert.match(second.output, /already uses this data directory/)
    const client = await demoClient(address)
    await assertDelivered(client, (await client.generate({ prompt: 'a lighthouse', n: IMAGES, size: '1K' })).id, 0)
    await first.end('SIGTERM')
  })
  await Promise.all([...cells, refusal])
})

async function demoClient(address: string): Promise<Client> {
  const client = new Client(address)
  await client.signIn(demoPerson.email, demoPerson.password)
  return client
}

async function assertDelivered(client: Client, id: string, wastedMax: number): Promise<void> {
  const done = await client.ended(id)
  assert.deepEqual([done.status, done.outputs.length, done.failures.length, done.credits.captured], ['succeeded', IMAGES, 0, IMAGES])
  for (const { url, bytes } of done.outputs) {
    const response = await client.fetch('GET', url)
    assert.equal((await response.arrayBuffer()).byteLength, bytes, 'every picture can be opened')
  }
  const { available, held } = await client.credits()
  assert.deepEqual([available, held], [Number(demoPerson.credits) - IMAGES, 0])
  const billed = simulator.stats().requests[id]?.billedImages ?? 0
  assert(billed >= IMAGES && billed <= IMAGES + wastedMax, `the provider would have billed ${billed} pictures`)
}

async function assertBooksAt(db: Db): Promise<void> {
  try {
    await assertBooks(db)
  } finally {
    await db.close()
  }
}
