/** Processes of one installation with different keys: none makes what was accepted for another, whether it would cost real money or be made up. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { grant } from '#domains/credits'
import { sql } from '#platform/db'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { openTestApp } from '#test/app'
import { Client, type GenerationBody } from '#test/client'
import { createClone, withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

const PERSON = { email: 'somebody@example.com', password: 'a-long-password' }

/** Somebody who makes pictures for OpenAI's models, and how often was asked to. */
async function openMaker() {
  const vendor = openaiSimulator({ latencyMs: 0, pictures: 'plain' })
  const server = await serveVendors([vendor], { host: '127.0.0.1', port: 0 })
  return { close: () => server.close(), env: { OPENAI_BASE_URL: `${server.url}/openai/v1` }, calls: () => vendor.stats().calls }
}

test('two APIs and two workers, of which one each has a key', { skip: withoutPostgres }, async (t) => {
  const [vendor, standIn] = [await openMaker(), await openMaker()]
  const { url: DATABASE_URL, drop } = await createClone()
  const keyed = { DATABASE_URL, ...vendor.env, OPENAI_API_KEY: 'a-key' }
  const keyless = { DATABASE_URL, ...standIn.env }
  const [api, other] = [await openTestApp({ ...keyed, COOLY_ROLE: 'api' }), await openTestApp({ ...keyless, COOLY_ROLE: 'api' })]
  const { db } = api
  const [client, elsewhere] = [new Client(api.address), new Client(other.address)]
  const accountId = await client.signUp(PERSON.email, PERSON.password)
  await elsewhere.signIn(PERSON.email, PERSON.password)
  await grant(db, { accountId, amount: 1_000n, source: 'admin', reason: 'for a test', actor: 'system' })
  const askFor = (asking: Client, model: string) => asking.json<GenerationBody>('POST', `/api/images/${model}/generate`, { body: { prompt: 'a lighthouse' } })
  /** One at a time is made, and in between the worker looks for anything else: so it has seen what came before. */
  const lookAround = async () => {
    for (let made = 0; made < 3; made += 1) assert.equal((await client.ended((await askFor(client, 'seedream4')).id)).status, 'succeeded')
  }
  const whatIs = async ({ id }: GenerationBody) => {
    const { status, attempts } = await client.json<GenerationBody>('GET', `/api/generations/${id}`)
    return [status, attempts]
  }
  const logOf = ({ id }: GenerationBody) => db.query(sql`select simulated, cost_micro_usd > 0 as costs from provider_usage_logs where generation_id = ${id}`)

  await t.test('the worker with the key makes what was accepted for the vendor, and does not have the vendor make what is simulated', async () => {
    const [made, real] = [await askFor(elsewhere, 'gpt-image-2'), await askFor(client, 'gpt-image-2')]
    assert.deepEqual([made.simulated, real.simulated], [true, false])
    await openTestApp({ ...keyed, COOLY_ROLE: 'worker', COOLY_WORKER_CONCURRENCY: '1' })
    const { status, simulated } = await client.ended(real.id)
    assert.deepEqual([status, simulated, await logOf(real)], ['succeeded', false, [{ simulated: false, costs: true }]])
    await lookAround()
    assert.deepEqual([await whatIs(made), vendor.calls(), standIn.calls()], [['queued', 0], 1, 0])
  })

  await t.test('a worker without the key makes what is simulated, and leaves what was accepted for the vendor where it is', async () => {
    const [made, real] = [await askFor(elsewhere, 'gpt-image-2'), await askFor(client, 'gpt-image-2')]
    await openTestApp({ ...keyless, COOLY_ROLE: 'worker', COOLY_WORKER_CONCURRENCY: '1' })
    const { status, simulated } = await client.ended(made.id)
    assert.deepEqual([status, simulated, await logOf(made)], ['succeeded', true, [{ simulated: true, costs: false }]])
    await lookAround()
    assert.deepEqual([await whatIs(real), vendor.calls()], [['queued', 0], 1])
  })

  await t.test('the books are right', () => assertBooks(db))
  after(async () => {
    await Promise.all([vendor.close(), standIn.close()])
    await drop()
  })
})
