/** Production with a key for some providers only: what has no key is not simulated beside the others for real credits. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { grant } from '#domains/credits'
import { sql } from '#platform/db'
import { startSimulators } from '#platform/providers/simulators'
import { openTestApp } from '#test/app'
import { Client, type GenerationBody } from '#test/client'
import { createClone, withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

interface ModelBody {
  readonly id: string
  readonly status: string
  readonly simulated: boolean
}

const PERSON = { email: 'somebody@example.com', password: 'a-long-password' }
const PRODUCTION = { NODE_ENV: 'production', AUTH_SECRET: 's'.repeat(40) }
const GENERATE = '/api/videos/veo/generate'
const body = { prompt: 'waves', durationSeconds: 4 }

const list = async (client: Client): Promise<readonly ModelBody[]> => (await client.json<{ items: ModelBody[] }>('GET', '/api/models')).items
const idsOf = (models: readonly ModelBody[], status: string): readonly string[] => models.filter((model) => model.status === status).map(({ id }) => id)

async function refusal(asked: Promise<Response>): Promise<readonly [status: number, code: string]> {
  const response = await asked
  return [response.status, ((await response.json()) as { code: string }).code]
}

test('what a provider without a key means in production', { skip: withoutPostgres }, async (t) => {
  const simulators = await startSimulators({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
  const { url: DATABASE_URL, drop } = await createClone()
  const simulated = { DATABASE_URL, GOOGLE_VERTEX_BASE_URL: `${simulators.url}/google/vertex/v1` }
  const early = await openTestApp({ ...simulated, COOLY_ROLE: 'api' })
  const customer = new Client(early.address)
  const accountId = await customer.signUp(PERSON.email, PERSON.password)
  await grant(early.db, { accountId, amount: 1_000n, source: 'admin', reason: 'for a test', actor: 'system' })
  // Accepted while there was a way to make them, and nobody at work yet.
  const accept = (key: string) => customer.json<GenerationBody>('POST', GENERATE, { body, headers: { 'idempotency-key': key } })
  const [doomed, patient] = [await accept('first'), await accept('second')]
  const { quoteId } = await customer.json<{ quoteId: string }>('POST', '/api/quotes', { body: { model: 'veo', input: body } })

  const app = await openTestApp({ DATABASE_URL, ...PRODUCTION, SEEDREAM4_API_KEY: 'a-key' })
  const client = new Client(app.address)
  await client.signIn(PERSON.email, PERSON.password)

  await t.test('its models are unconfigured, those that ended stay retired, and nothing is simulated', async () => {
    const models = await list(client)
    assert.deepEqual(models.filter((model) => model.simulated), [])
    assert.deepEqual(idsOf(models, 'available'), ['seedream4', 'seedream-4-5', 'seedream-5', 'seedream-5-flash', 'seedream-5-pro'])
    assert.deepEqual(idsOf(models, 'unconfigured'), ['gpt-image-2', 'seedance', 'seedance-fast', 'seedance-mini', 'seedance-2-5', 'veo', 'omni'])
    assert.deepEqual(idsOf(models, 'retired'), ['gpt-image-1', 'veo-preview', 'sora'])
  })

  await t.test('a request, one with a quote, and a quote are refused by a code of their own, and nothing is held', async () => {
    const credits = await client.credits()
    assert.deepEqual(await refusal(client.fetch('POST', GENERATE, { body })), [409, 'catalog.model_unconfigured'])
    assert.deepEqual(await refusal(client.fetch('POST', GENERATE, { body: { ...body, quoteId } })), [409, 'catalog.model_unconfigured'])
    assert.deepEqual(await refusal(client.fetch('POST', '/api/quotes', { body: { model: 'veo', input: body } })), [409, 'catalog.model_unconfigured'])
    assert.deepEqual(await refusal(client.fetch('POST', '/api/images/gpt-image-2/generate', { body: { prompt: 'a fox' } })), [409, 'catalog.model_unconfigured'])
    assert.deepEqual(await client.credits(), credits)
  })

  await t.test('a repetition of what was accepted before is answered as then', async () => {
    const repeated = await client.fetch('POST', GENERATE, { body, headers: { 'idempotency-key': 'first' } })
    assert.deepEqual([repeated.status, repeated.headers.get('idempotent-replayed'), ((await repeated.json()) as GenerationBody).id], [202, 'true', doomed.id])
  })

  await t.test('what waited for it is taken by no worker; at its deadline it ends, and nothing is charged', async () => {
    await app.db.query(sql`update generation_sessions set deadline_at = now() where id = ${doomed.id}`)
    const { status, error, attempts, credits } = await client.ended(doomed.id)
    assert.deepEqual([status, error?.code, attempts, credits.captured, credits.released], ['failed', 'generation.deadline', 0, 0, doomed.credits.held])
    const waiting = await client.json<GenerationBody>('GET', `/api/generations/${patient.id}`)
    assert.deepEqual([waiting.status, waiting.attempts], ['queued', 0])
  })

  // Opened here, because what a subtest opens is closed with it.
  const demo = await openTestApp({ ...PRODUCTION, ...simulated, COOLY_SIMULATE: 'true' })
  await t.test('a production that is simulated on purpose makes what still waits, and says so', async () => {
    assert.deepEqual(idsOf(await list(new Client(demo.address)), 'unconfigured'), [])
    const { status, simulated: marked, credits } = await client.ended(patient.id)
    assert.deepEqual([status, marked, credits.captured], ['succeeded', true, patient.credits.held])
  })

  await t.test('what was accepted for the real provider is not made by a worker that only simulates it', async () => {
    const real = await openTestApp({ DATABASE_URL, ...PRODUCTION, COOLY_ROLE: 'api', GOOGLE_API_KEY: 'a-key' })
    const asking = new Client(real.address)
    await asking.signIn(PERSON.email, PERSON.password)
    const accepted = await asking.json<GenerationBody>('POST', '/api/videos/omni/generate', { body: { prompt: 'waves', durationSeconds: 3 } })
    assert.equal(accepted.simulated, false)
    // Made one after the other by the worker that simulates, while it looks for anything else.
    for (let made = 0; made < 2; made += 1) assert.equal((await client.ended((await new Client(demo.address).json<GenerationBody>('POST', GENERATE, { body, headers: { cookie: client.cookie } })).id)).status, 'succeeded')
    await app.db.query(sql`update generation_sessions set deadline_at = now() where id = ${accepted.id}`)
    const { status, outputs, attempts, credits } = await client.ended(accepted.id)
    assert.deepEqual([status, outputs, attempts, credits.captured, credits.released], ['failed', [], 0, 0, accepted.credits.held])
    assert.deepEqual(await app.db.query(sql`select 1 from provider_attempts where generation_id = ${accepted.id}`), [])
  })

  await t.test('the books are right', () => assertBooks(app.db))
  after(async () => {
    await simulators.close()
    await drop()
  })
})
