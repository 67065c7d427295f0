/**
 * Videos that another vendor's model makes, because the one that was asked for will not: over HTTP, with a simulator of each vendor, which count what they were sent.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { googleSimulator } from '#platform/providers/google/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { OPERATOR_KEY, openTestApp } from '#test/app'
import { Client, type GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'
import { plainPicture, uploadPicture } from '#test/pictures'

interface Video extends GenerationBody {
  readonly credits: GenerationBody['credits'] & { readonly price: number; readonly chargedPrice: number }
  readonly servedBy: readonly { readonly model: string; readonly provider: string; readonly outputs: readonly number[]; readonly reason: string | null }[]
}

const THRICE = (fault: string) => [1, 2, 3].map((call) => `[[fault:${fault}@${call}]]`).join(' ')

test('videos made by the model of another vendor', { skip: withoutPostgres }, async (t) => {
  // Its key is right for nobody: what asks Gemini is refused before it runs. Vertex takes any token.
  const [refusing, google] = [googleSimulator({ latencyMs: 0, pictures: 'plain', apiKey: 'another key' }), googleSimulator({ latencyMs: 0, pictures: 'plain' })]
  const [locked, open] = [await serveVendors([refusing], { host: '127.0.0.1', port: 0 }), await serveVendors([google], { host: '127.0.0.1', port: 0 })]
  t.after(async () => void (await Promise.all([locked.close(), open.close()])))
  const app = await openTestApp({ GOOGLE_BASE_URL: `${open.url}/google/v1beta`, GOOGLE_VEO: 'true', GOOGLE_VERTEX_BASE_URL: `${open.url}/google/vertex/v1` })
  const lockedOut = await openTestApp({ GOOGLE_BASE_URL: `${locked.url}/google/v1beta`, GOOGLE_VERTEX_BASE_URL: `${locked.url}/google/vertex/v1` })
  const admins = new Map<object, Client>()
  for (const each of [app, lockedOut]) {
    const admin = await each.clientWith(0n)
    const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'x-cooly-operator': 'ada' }
    await new Client(each.address).json('POST', `/api/admin/users/${admin.accountId}/role`, { body: { role: 'admin', reason: 'for a test' }, headers })
    admins.set(each, admin)
  }
  /** Who may make what that model does not; each test says it anew. */
  const setChain = async (id: string, fallbacks: readonly string[], at = app) => {
    const { items } = await admins.get(at)!.json<{ items: { id: string; version: number }[] }>('GET', '/api/admin/models')
    const expectedVersion = items.find((item) => item.id === id)!.version
    await admins.get(at)!.json('PUT', '/api/admin/models', { body: { models: [{ id, expectedVersion, fallbacks }], reason: 'for a test' } })
  }
  /** Quoted, asked for with the quote, and waited for. */
  const make = async (model: string, input: Record<string, unknown>, { at = app, client }: { at?: typeof app; client?: Client } = {}) => {
    const person = client ?? (await at.clientWith(1_000n))
    const quote = await person.json<{ quoteId: string; credits: number }>('POST', '/api/quotes', { body: { model, input } })
    const { id } = await person.json<Video>('POST', `/api/videos/${model}/generate`, { body: { ...input, quoteId: quote.quoteId } })
    const done = (await person.ended(id)) as Video
    const calls = await at.db.query<{ model: string; state: string }>(sql`select model, state from provider_attempts where generation_id = ${id} order by call_number`)
    assert(done.credits.captured <= quote.credits, 'never more than was quoted')
    const { available, held } = await person.credits()
    assert.deepEqual([held, available], [0, 1_000 - done.credits.captured])
    return { done, quote, calls: calls.map((call) => `${call.model} ${call.state}`), log: await logOf(id, at) }
  }
  const logOf = (id: string, at = app) => at.db.query(sql`
    select asked_model as asked, model, outcome, credits_captured::int as credits, wasted, cost_micro_usd::int as cost, nominal_micro_usd > 0 as priced from provider_usage_logs where generation_id = ${id} order by created_at`)
  const stationsOf = ({ servedBy }: Video) => servedBy.map(({ model, provider, outputs, reason }) => [model, provider, outputs, reason])

  await t.test('what the vendor refuses before it runs is made by the next, at its lower price, and the answer says by whom', async () => {
    await setChain('omni', ['seedance-mini'], lockedOut)
    const { done, quote, calls, log } = await make('omni', { prompt: 'waves', durationSeconds: 4 }, { at: lockedOut })
    assert.equal(done.status, 'succeeded', JSON.stringify(done.error))
    assert.deepEqual(stationsOf(done), [['omni', 'google', [], null], ['seedance-mini', 'bytedance', [0], 'provider_unavailable']])
    assert.deepEqual([quote.credits, done.credits.price, done.credits.chargedPrice, done.credits.captured, done.credits.released], [16, 4, 3, 12, 4])
    assert.deepEqual(calls, ['omni failed', 'seedance-mini succeeded'])
    assert.deepEqual(log, [{ asked: 'omni', model: 'seedance-mini', outcome: 'succeeded', credits: 12, wasted: false, cost: 0, priced: true }])
    assert.equal(lockedOut.simulator.stats().requests[done.id]?.billedVideos, 1)
  })

  await t.test('a task that ends as failed, as often as it may be tried, is made by the next; what was asked for stays, what was nobody\'s wish becomes the other\'s', async () => {
    await setChain('seedance', ['omni'])
    const { done, quote, calls, log } = await make('seedance', { prompt: `waves ${THRICE('task-failed')}`, durationSeconds: 5, aspectRatio: '9:16' })
    assert.equal(done.status, 'succeeded', JSON.stringify(done.error))
    assert.deepEqual(stationsOf(done), [['seedance', 'bytedance', [], null], ['omni', 'google', [0], 'provider_failed']])
    assert.deepEqual([quote.credits, done.credits.captured, done.credits.released], [25, 20, 5])
    assert.deepEqual(calls, [...Array<string>(3).fill('seedance failed'), 'omni succeeded'])
    assert.deepEqual(log, [{ asked: 'seedance', model: 'omni', outcome: 'succeeded', credits: 20, wasted: false, cost: 0, priced: true }])
    const [{ served }] = (await app.db.query(sql`select served_input as served from generation_sessions where id = ${done.id}`)) as [{ served: Record<string, unknown> }]
    assert.deepEqual([served['durationSeconds'], served['aspectRatio'], served['resolution']], [5, '9:16', '720p'])
    assert.deepEqual([app.simulator.stats().requests[done.id]?.billedVideos, google.stats().requests[done.id]?.billedVideos], [0, 1])
  })

  await t.test('of what is not known to have been made, nothing is ordered from anybody else, and nothing is charged', async () => {
    await setChain('veo', ['seedance', 'omni'])
    const { done, quote, calls, log } = await make('veo', { prompt: 'waves [[fault:lost-reply]]', durationSeconds: 4 })
    assert.deepEqual([done.status, done.error?.code, done.credits.captured, done.credits.released], ['failed', 'provider.outcome_unknown', 0, quote.credits])
    assert.deepEqual([stationsOf(done), calls], [[['veo', 'google-vertex', [], null]], ['veo unknown']])
    assert.deepEqual(log, [{ asked: 'veo', model: 'veo', outcome: 'outcome_unknown', credits: 0, wasted: true, cost: 0, priced: true }])
    assert.deepEqual([app.simulator.stats().requests[done.id], google.stats().requests[done.id]?.calls], [undefined, 1])
  })

  const skipped: readonly [what: string, model: string, chain: readonly string[], input: Record<string, unknown>, served: readonly string[]][] = [
    ['a length that it does not take', 'seedance', ['veo', 'omni'], { durationSeconds: 5 }, ['seedance', 'omni']],
    ['a ratio that it does not take', 'seedance', ['omni', 'seedance-mini'], { durationSeconds: 4, aspectRatio: '1:1' }, ['seedance', 'seedance-mini']],
    ['silence, which it does not make', 'seedance', ['omni', 'seedance-mini'], { durationSeconds: 4, generateAudio: false }, ['seedance', 'seedance-mini']],
    ['a price above the quote', 'seedance', ['veo', 'omni'], { durationSeconds: 4 }, ['seedance', 'omni']],
  ]
  for (const [what, model, chain, input, served] of skipped) {
    await t.test(`a model with ${what} is passed over, and sent nothing`, async () => {
      await setChain(model, chain)
      const { done, calls } = await make(model, { prompt: `waves ${THRICE('500')}`, ...input })
      assert.deepEqual([done.status, done.servedBy.map((station) => station.model)], ['succeeded', served], JSON.stringify(done.error))
      assert.equal(calls.length, 4)
    })
  }

  await t.test('a model that takes no frames is passed over for one that does, and the frame goes with it', async () => {
    await setChain('veo', ['omni', 'seedance'])
    const client = await app.clientWith(1_000n)
    const { id } = await uploadPicture(client, await plainPicture('#f01010'))
    const { done } = await make('veo', { prompt: `waves ${THRICE('500')}`, durationSeconds: 4, firstFrame: id }, { client })
    assert.deepEqual([done.status, done.servedBy.map(({ model }) => model)], ['succeeded', ['veo', 'seedance']], JSON.stringify(done.error))
    const [{ served }] = (await app.db.query(sql`select served_input as served from generation_sessions where id = ${done.id}`)) as [{ served: Record<string, unknown> }]
    assert.equal(served['firstFrame'], id)
  })

  await t.test('a model that takes no picture of this shape is passed over, and sent nothing', async () => {
    await setChain('veo', ['seedance', 'veo-preview'])
    for (const size of [{ width: 200, height: 150 }, { width: 1_050, height: 300 }]) {
      const client = await app.clientWith(1_000n)
      const { id } = await uploadPicture(client, await plainPicture('#f01010', size))
      const { done } = await make('veo', { prompt: `waves ${THRICE('500')}`, durationSeconds: 4, firstFrame: id }, { client })
      assert.deepEqual([done.status, done.servedBy.map(({ model }) => model)], ['succeeded', ['veo', 'veo-preview']], JSON.stringify(done.error))
      assert.equal(app.simulator.stats().requests[done.id], undefined)
    }
  })

  await t.test('when the whole chain has failed everything goes back, and each was tried as often as it may be', async () => {
    await setChain('veo', ['seedance', 'omni'])
    const { done, calls } = await make('veo', { prompt: 'waves [[fault:500]]', durationSeconds: 4 })
    assert.deepEqual([done.status, done.error?.code, done.credits.captured], ['failed', 'provider.failed', 0])
    assert.deepEqual(calls, ['veo', 'seedance', 'omni'].flatMap((model) => Array<string>(3).fill(`${model} failed`)))
  })

  await t.test('the books are right', async () => {
    for (const each of [app, lockedOut]) await assertBooks(each.db)
  })
})
