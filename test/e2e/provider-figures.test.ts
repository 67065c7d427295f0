/** What an operator sees of providers: what they cost, how they fare, and whom a request would go to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import { Client, type GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

interface Figures {
  readonly calls: number
  readonly simulatedCalls: number
  readonly unpricedCalls: number
  readonly outputs: number
  readonly costMicroUsd: number
  readonly nominalCostMicroUsd: number
  readonly creditsCaptured: number
  readonly revenueMicroUsd: number
  readonly marginMicroUsd: number
  readonly nominalMarginMicroUsd: number
  readonly wastedCalls: number
  readonly wasteMicroUsd: number
  readonly nominalWasteMicroUsd: number
}

interface Report {
  readonly from: string
  readonly items: readonly (Figures & { key: string })[]
  readonly waste: readonly { reason: string; calls: number; nominalCostMicroUsd: number }[]
  readonly total: Figures
}

interface Stretch {
  readonly calls: number
  readonly succeeded: number
  readonly failed: number
  readonly limited: number
  readonly successRate: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

interface ProviderBody {
  readonly id: string
  readonly kind: string
  readonly health: {
    readonly hour: Stretch
    readonly day: Stretch
    readonly lastError: { reason: string; at: string } | null
    readonly hours: readonly { at: string; calls: number; failed: number }[]
    readonly models: readonly { model: string; hour: Stretch }[]
  }
}

interface Routing {
  readonly chosen: string | null
  readonly steps: readonly { model: string; refusal: string | null; credits: number | null }[]
}

const IMAGE = 30_000
const TODAY = new Date().toISOString().slice(0, 10)

test('figures of providers', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp({ COOLY_CREDIT_VALUE_MICRO_USD: '20000' })
  const client = await app.clientWith(1_000n)
  const memberAs = async (role: string) => {
    const member = new Client(app.address)
    const email = `${role}@example.com`
    await member.signUp(email)
    await app.db.query(sql`update auth_users set role = ${role} where email = ${email}`)
    // Who somebody is, is remembered for five seconds; a new session is looked up.
    await member.signIn(email, 'a-long-password')
    return member
  }
  const operator = await memberAs('operator')
  const made = async (model: string, body: object) => {
    const { id } = await client.json<GenerationBody>('POST', `/api/images/${model}/generate`, { body })
    return client.ended(id)
  }
  const report = (query = '') => operator.json<Report>('GET', `/api/admin/provider-usage${query}`)
  const explain = (model: string) => operator.json<Routing>('GET', `/api/admin/routing?model=${model}`)
  const healthOf = async (by: Client, model: string) => (await by.json<{ items: { id: string; health: string }[] }>('GET', '/api/models')).items.find(({ id }) => id === model)!.health

  await t.test('nobody has called anything: no figures, and of no model is it known how it fares', async () => {
    const { items, waste, total } = await report()
    assert.deepEqual([items, waste, total.calls, total.costMicroUsd], [[], [], 0, 0])
    assert.equal(await healthOf(client, 'seedream4'), 'unknown')
  })

  await t.test('every call has its cost, its credits, its waste and why, to the millionth of a dollar', async () => {
    assert.equal((await made('seedream4', { prompt: 'a fox', n: 3 })).credits.captured, 3)
    // Lost once, and made by the second call; refused for what it became; bytes that are no picture, twice.
    assert.equal((await made('seedream4', { prompt: 'a fox [[fault:lost-reply@1]]' })).credits.captured, 1)
    assert.equal((await made('seedream4', { prompt: 'a fox [[fault:bad-asset]]' })).status, 'failed')
    assert.equal((await made('seedream-4-5', { prompt: 'a fox' })).credits.captured, 2)
    const { items, waste, total } = await report('?groupBy=model')
    const [seedream4, other] = items
    assert.deepEqual([seedream4!.key, seedream4!.calls, seedream4!.outputs, seedream4!.creditsCaptured, seedream4!.wastedCalls], ['seedream4', 7, 4, 4, 3])
    assert.deepEqual([other!.key, other!.calls, other!.nominalCostMicroUsd, other!.creditsCaptured], ['seedream-4-5', 1, 40_000, 2])
    assert.deepEqual(total, {
      calls: 8, simulatedCalls: 8, unpricedCalls: 0, outputs: 5, costMicroUsd: 0, nominalCostMicroUsd: 7 * IMAGE + 40_000, creditsCaptured: 6, revenueMicroUsd: 120_000,
      marginMicroUsd: 120_000, nominalMarginMicroUsd: 120_000 - 7 * IMAGE - 40_000, wastedCalls: 3, wasteMicroUsd: 0, nominalWasteMicroUsd: 3 * IMAGE,
    })
    const whys = new Map(waste.map(({ reason, calls, nominalCostMicroUsd }) => [reason, [calls, nominalCostMicroUsd]]))
    assert.deepEqual(whys, new Map([['bad_output', [2, 2 * IMAGE]], ['outcome_unknown', [1, IMAGE]]]))
    await assertBooks(app.db)
  })

  await t.test('the same by day, by provider and by account, of some days, a provider or a model', async () => {
    assert.deepEqual((await report()).items.map(({ key, calls }) => [key, calls]), [[TODAY, 8]])
    assert.deepEqual((await report('?groupBy=provider')).items.map(({ key, calls }) => [key, calls]), [['bytedance', 8]])
    assert.deepEqual((await report('?groupBy=account')).items.map(({ key }) => key), [client.accountId])
    assert.equal((await report('?model=seedream-4-5')).total.calls, 1)
    assert.equal((await report('?provider=openai')).total.calls, 0)
    assert.equal((await report('?from=2026-01-01&to=2026-01-31')).total.calls, 0)
  })

  await t.test('what a real call costs is no longer apart', async () => {
    await app.db.query(sql`update provider_usage_logs set simulated = false, cost_micro_usd = nominal_micro_usd where model = 'seedream-4-5'`)
    const { total } = await report('?model=seedream-4-5')
    assert.deepEqual([total.costMicroUsd, total.nominalCostMicroUsd, total.marginMicroUsd, total.nominalMarginMicroUsd], [40_000, 0, 0, 0])
  })

  await t.test('as CSV, line by line what the interface tells', async () => {
    const response = await operator.fetch('GET', '/api/admin/provider-usage?groupBy=model', { headers: { accept: 'text/csv' } })
    assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8')
    const [head, first] = (await response.text()).split('\r\n').map((line) => line.split(','))
    assert.deepEqual(head!.slice(0, 3), ['key', 'calls', 'simulatedCalls'])
    assert.deepEqual(first!.slice(0, 3), ['seedream4', '7', '7'])
  })

  await t.test('days that are none, or too many, are refused', async () => {
    for (const query of ['?from=tomorrow', '?from=2026-02-02&to=2026-02-01', '?from=2020-01-01&to=2026-01-01', '?groupBy=colour', '?x=1']) {
      assert.equal((await operator.fetch('GET', `/api/admin/provider-usage${query}`)).status, 400, query)
    }
  })

  await t.test('how calls went, by provider and model, and hour by hour', async () => {
    const { items } = await operator.json<{ items: ProviderBody[] }>('GET', '/api/admin/providers')
    const { health } = items.find(({ id, kind }) => id === 'bytedance' && kind === 'image')!
    assert.deepEqual([health.hour.calls, health.hour.succeeded, health.hour.failed, health.hour.limited], [8, 5, 3, 0])
    assert.equal(health.hour.successRate, 5 / 8)
    assert(health.hour.p50Ms !== null && health.hour.p95Ms !== null && health.hour.p50Ms <= health.hour.p95Ms)
    assert.deepEqual(health.models.map(({ model, hour }) => [model, hour.calls]), [['seedream-4-5', 1], ['seedream4', 7]])
    assert.equal(health.lastError!.reason, 'bad_output')
    assert.equal(health.hours.length, 24)
    assert.equal(health.hours.reduce((sum, { calls }) => sum + calls, 0), 8)
    const video = items.find(({ kind }) => kind === 'video')!
    assert.deepEqual([video.health.day.calls, video.health.day.successRate, video.health.lastError], [0, null, null])
  })

  await t.test('whom a request would go to, and why', async () => {
    const now = await explain('seedream-5')
    assert.deepEqual([now.chosen, now.steps], ['seedream-5', [
      { model: 'seedream-5', provider: 'bytedance', credits: 2, refusal: null, detail: null },
      { model: 'seedream-4-5', provider: 'bytedance', credits: 2, refusal: null, detail: null },
    ]])
    await operator.fetch('POST', '/api/admin/providers/bytedance/pause', { body: { reason: 'a test' } })
    const paused = await explain('seedream-5')
    assert.deepEqual([paused.chosen, paused.steps.map(({ refusal }) => refusal)], [null, ['paused', 'same_provider']])
    assert.equal(await healthOf(client, 'seedream4'), 'down', 'at once, for whoever chooses a model')
    assert.equal((await explain('gpt-image-1')).chosen, null)
    assert.equal((await operator.fetch('GET', '/api/admin/routing?model=nonsense')).status, 404)
    await operator.fetch('POST', '/api/admin/providers/bytedance/resume', { body: {} })
    assert.equal(await healthOf(client, 'seedream-4-5'), 'ok')
    assert.equal(await healthOf(client, 'seedream4'), 'degraded')
  })

  await t.test('the limit of videos is changed apart from that of images', async () => {
    assert.equal((await operator.fetch('PUT', '/api/admin/providers/bytedance', { body: { kind: 'video', concurrencyMax: 3 } })).status, 204)
    const { items } = await operator.json<{ items: { kind: string; id: string; concurrencyMax: number | null }[] }>('GET', '/api/admin/providers')
    assert.deepEqual(items.filter(({ id }) => id === 'bytedance').map(({ kind, concurrencyMax }) => [kind, concurrencyMax]), [['image', null], ['video', 3]])
  })

  await t.test('viewers look, and people without a role do not', async () => {
    const viewer = await memberAs('viewer')
    const outside = new Client(app.address)
    for (const path of ['/api/admin/provider-usage', '/api/admin/routing?model=seedream4', '/api/admin/providers']) {
      assert.equal((await viewer.fetch('GET', path)).status, 200, path)
      assert.equal((await client.fetch('GET', path)).status, 403, path)
      assert.equal((await outside.fetch('GET', path)).status, 401, path)
    }
    assert.equal((await viewer.fetch('POST', '/api/admin/providers/bytedance/pause', { body: {} })).status, 403)
  })

  await t.test('what a request says about other models is kept, and whatever else it says there is refused', async () => {
    const { id } = await client.json<GenerationBody>('POST', '/api/images/seedream-5/generate', { body: { prompt: 'a fox', allowFallback: false } })
    const [row] = await app.db.query(sql`select allow_fallback as allowed, defaulted from generation_sessions where id = ${id}`)
    assert.deepEqual(row, { allowed: false, defaulted: ['size'] })
    assert.equal((await client.fetch('POST', '/api/images/seedream-5/generate', { body: { prompt: 'a fox', allowFallback: 'no' } })).status, 400)
    await client.ended(id)
  })

  await t.test('the same figures are there for alarms', async () => {
    const text = await (await fetch(`${app.address}/metrics`)).text()
    assert.match(text, /cooly_provider_cost_today_micro_usd\{provider="bytedance",kind="image",simulated="true"\} 2[0-9]{5}/)
    assert.match(text, /cooly_provider_waste_today_micro_usd\{provider="bytedance",kind="image",simulated="true"\} 90000/)
    assert.match(text, /cooly_provider_call_duration_seconds_count\{provider="bytedance",outcome="succeeded"\} \d/)
  })
})
