/** An installation that began without a provider's key and gets it later, or loses it: what failed before is tried again by what is there now. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { grant } from '#domains/credits'
import { sql } from '#platform/db'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { OPERATOR_KEY, openTestApp, type TestApp } from '#test/app'
import { Client, type GenerationBody } from '#test/client'
import { cooly } from '#test/cooly'
import { createClone, withoutPostgres } from '#test/database'
import { until } from '#test/generations'
import { assertBooks } from '#test/ledger'

const PERSON = { email: 'somebody@example.com', password: 'a-long-password' }
const KEY = { OPENAI_API_KEY: 'a-key' }
const GENERATE = '/api/images/gpt-image-2/generate'
/** Both calls of a try are billed and worth nothing; the third call of the same prompt at a vendor is well. */
const BROKEN = '[[fault:bad-json@1]] [[fault:bad-json@2]]'

const operator = (app: TestApp) => {
  const client = new Client(app.address)
  const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'x-cooly-operator': 'ada' }
  return (method: string, path: string, body?: object) => client.fetch(method, `/api/admin/dlq${path}`, { headers, ...(body === undefined ? {} : { body }) })
}

test('a key that arrives, and one that goes', { skip: withoutPostgres }, async (t) => {
  const server = await serveVendors([openaiSimulator({ latencyMs: 0, pictures: 'plain' })], { host: '127.0.0.1', port: 0 })
  const { url: DATABASE_URL, drop } = await createClone()
  const env = { DATABASE_URL, OPENAI_BASE_URL: `${server.url}/openai/v1` }
  // Somebody who looks on, and takes nothing.
  const { db } = await openTestApp({ ...env, COOLY_ROLE: 'api' })
  const letterOf = async (id: string) => (await db.query<{ id: string }>(sql`select id from dead_letters where generation_id = ${id} and state = 'open'`))[0]?.id
  const logOf = (id: string) => db.query<{ simulated: boolean; outcome: string; costs: boolean }>(sql`
    select l.simulated, l.outcome, l.cost_micro_usd > 0 as costs from provider_usage_logs l join provider_attempts a on a.id = l.attempt_id where l.generation_id = ${id} order by a.call_number`)
  const signIn = async (app: TestApp) => {
    const client = new Client(app.address)
    await client.signIn(PERSON.email, PERSON.password)
    return client
  }
  const failed: Record<string, GenerationBody> = {}
  /** Its answer did not say what it used. */
  const bad = (simulated: boolean) => ({ simulated, outcome: 'bad_response', costs: false })

  await t.test('without a key all is simulated, also what fails', async () => {
    const app = await openTestApp(env)
    const client = new Client(app.address)
    const accountId = await client.signUp(PERSON.email, PERSON.password)
    await grant(db, { accountId, amount: 1_000n, source: 'admin', reason: 'for a test', actor: 'system' })
    for (const name of ['one', 'changed', 'many', 'typed', 'unreached']) {
      const asked = await client.json<GenerationBody>('POST', GENERATE, { body: { prompt: `${name} ${BROKEN}` }, headers: { 'idempotency-key': name } })
      failed[name] = await client.ended(asked.id)
      assert.deepEqual([failed[name].status, failed[name].simulated, await logOf(asked.id)], ['failed', true, [bad(true), bad(true)]])
    }
  })

  await t.test('with the key one that is tried again is the vendor\'s, is billed and logged as that, and its simulated calls stay what they were', async () => {
    const app = await openTestApp({ ...env, ...KEY })
    const client = await signIn(app)
    const { id } = failed['one']!
    const tryAgain = async () => assert.equal((await operator(app)('POST', `/messages/${await letterOf(id)}/retry`, { waive: false })).status, 200)
    await tryAgain()
    const second = await client.ended(id)
    assert.deepEqual([second.status, second.simulated, second.credits.captured, await logOf(id)], ['failed', false, 0, [bad(true), bad(true), bad(false), bad(false)]])
    await tryAgain()
    const third = await client.ended(id)
    assert.deepEqual([third.status, third.credits.captured], ['succeeded', failed['one']!.credits.released])
    assert.deepEqual((await logOf(id)).slice(4), [{ simulated: false, outcome: 'succeeded', costs: true }])
    const repeated = await client.json<GenerationBody>('POST', GENERATE, { body: { prompt: `one ${BROKEN}` }, headers: { 'idempotency-key': 'one' } })
    assert.deepEqual([repeated.id, repeated.simulated], [id, true], 'as it was told at first')
  })

  await t.test('so is one with another input, and one of many', async () => {
    const app = await openTestApp({ ...env, ...KEY })
    const client = await signIn(app)
    const { id } = failed['changed']!
    assert.equal((await operator(app)('POST', `/messages/${await letterOf(id)}/retry`, { input: { prompt: 'a lighthouse' } })).status, 200)
    const { status, simulated } = await client.ended(id)
    assert.deepEqual([status, simulated, (await logOf(id)).map((call) => call.simulated)], ['succeeded', false, [true, true, false]])
    const many = failed['many']!.id
    await db.query(sql`update dead_letters set code = 'of.this_batch' where generation_id = ${many}`)
    assert.equal((await operator(app)('POST', '/retry', { filter: { code: 'of.this_batch' }, reason: 'the key is here' })).status, 200)
    await until(async () => (await logOf(many)).length === 4)
    assert.deepEqual(await logOf(many), [bad(true), bad(true), bad(false), bad(false)])
    await client.ended(many)
  })

  await t.test('a command on the database goes by the keys of its own settings, and decides nothing without one', async () => {
    const { id } = failed['typed']!
    const whatIs = () => db.query(sql`select status, simulated from generation_sessions where id = ${id}`)
    const retry = async (more: Record<string, string>) => cooly({ ...env, ...more }, 'dlq', 'retry', '--id', (await letterOf(id))!)
    assert.equal((await retry({})).code, 0)
    assert.deepEqual(await whatIs(), [{ status: 'queued', simulated: true }])
    await db.query(sql`update generation_sessions set deadline_at = now() where id = ${id}`)
    const app = await openTestApp({ ...env, ...KEY })
    const client = await signIn(app)
    await client.ended(id)
    await db.query(sql`update generation_sessions set deadline_at = reopened_at + interval '15 minutes' where id = ${id}`)
    assert.equal((await retry(KEY)).code, 0)
    assert.equal((await client.ended(id)).simulated, false)
    assert.deepEqual((await logOf(id)).map((call) => call.simulated), [true, true, false, false])
  })

  await t.test('where nobody can make it any more it is refused with its letter open and nothing held, one by one and of many', async () => {
    const app = await openTestApp({ ...env, NODE_ENV: 'production', AUTH_SECRET: 's'.repeat(40) })
    const client = await signIn(app)
    const letterId = await letterOf(failed['unreached']!.id)
    const refused = await operator(app)('POST', `/messages/${letterId}/retry`, {})
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [409, 'catalog.model_unconfigured'])
    const begun = await operator(app)('POST', '/retry', { filter: { model: 'gpt-image-2' }, reason: 'a try' })
    const { batch } = (await begun.json()) as { batch: { id: string; total: number } }
    const batchNow = async () => (await (await operator(app)('GET', `/batches/${batch.id}`)).json()) as { state: string; retried: number; skipped: number }
    const { retried, skipped } = await until(async () => {
      const now = await batchNow()
      return now.state === 'done' && now
    })
    assert.deepEqual([retried, skipped], [0, batch.total])
    assert.deepEqual(await db.query(sql`select state, refusal from dead_letters where id = ${letterId!}`), [{ state: 'open', refusal: 'catalog.model_unconfigured' }])
    assert.equal((await client.credits()).held, 0)
  })

  await t.test('without the key again, what the vendor failed at is simulated, and what it cost stays in the log', async () => {
    const app = await openTestApp(env)
    const client = await signIn(app)
    const { id } = failed['many']!
    assert.equal((await operator(app)('POST', `/messages/${await letterOf(id)}/retry`, { input: { prompt: 'a lighthouse' } })).status, 200)
    const { status, simulated } = await client.ended(id)
    assert.deepEqual([status, simulated, (await logOf(id)).map((call) => call.simulated)], ['succeeded', true, [true, true, false, false, true]])
  })

  await t.test('the books are right', () => assertBooks(db))
  after(async () => {
    await server.close()
    await drop()
  })
})
