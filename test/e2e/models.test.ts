import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { OPERATOR_KEY, openTestApp, type TestApp } from '#test/app'
import { Client, type GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { until } from '#test/generations'
import { assertBooks } from '#test/ledger'

interface AdminModel {
  readonly id: string
  readonly status: string
  readonly enabled: boolean
  readonly version: number
  readonly seed: { readonly name: string; readonly shutdownAt: string | null }
  readonly changes: Record<string, unknown>
  readonly effective: { readonly name: string; readonly providerModel: string; readonly shutdownAt: string | null; readonly replacement: string | null; readonly limits: { readonly n: { max: number }; readonly size: { default: string; presets: string[] } } }
  readonly fallbacks: readonly string[]
  readonly prices: readonly { version: number; credits: number; state: string; startsAt: string }[]
  readonly waiting: number
  readonly findings: readonly { id: string; kind: string; told: string; applied: boolean; source: string; simulated: boolean }[]
  readonly updatedBy: string | null
}

interface Models {
  readonly items: readonly AdminModel[]
  readonly lastCheck: { readonly id: string; readonly finishedAt: string | null; readonly providers: readonly { provider: string; kind: string; outcome: string }[] } | null
}

interface Refused {
  readonly code: string
  readonly detail: string
  readonly errors?: readonly { path: string; message: string }[]
  readonly replacement?: string | null
}

const DAY_MS = 86_400_000

async function adminOf(app: TestApp, role = 'admin'): Promise<Client> {
  const client = await app.clientWith(0n)
  const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'x-cooly-operator': 'ada' }
  await new Client(app.address).json('POST', `/api/admin/users/${client.accountId}/role`, { body: { role, reason: 'for a test' }, headers })
  return client
}

const read = (client: Client) => client.json<Models>('GET', '/api/admin/models')
const modelOf = ({ items }: Models, id: string) => items.find((item) => item.id === id)!

async function change(client: Client, ...models: object[]): Promise<{ status: number; body: Models & Refused }> {
  const response = await client.fetch('PUT', '/api/admin/models', { body: { models, reason: 'for a test' } })
  return { status: response.status, body: (await response.json()) as Models & Refused }
}

async function refusal(client: Client, ...models: object[]): Promise<unknown[]> {
  const { status, body } = await change(client, ...models)
  return [status, body.code, body.errors?.map(({ path }) => path)]
}

const versionOf = async (client: Client, id: string) => modelOf(await read(client), id).version

test('the catalogue as an admin edits it', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp()
  const admin = await adminOf(app)
  const person = await app.clientWith(100n)
  const offered = async (id: string) =>
    (await person.json<{ items: { id: string; name: string; status: string; shutdownAt: string | null; price: { credits: number; version: number }; limits: { n: { max: number } } }[] }>('GET', '/api/models')).items.find((item) => item.id === id)
  const ask = (model: string, body: object, key?: string) => person.fetch('POST', `/api/images/${model}/generate`, { body, headers: key === undefined ? {} : { 'idempotency-key': key } })

  await t.test('viewers look, operators too, and only admins decide; nobody else finds anything', async () => {
    const ranks = { user: [403, 403], viewer: [200, 403], operator: [200, 403] }
    for (const [role, expected] of Object.entries(ranks)) {
      const client = await adminOf(app, role)
      const looked = await client.fetch('GET', '/api/admin/models')
      assert.deepEqual([looked.status, (await change(client, { id: 'seedream4', expectedVersion: 0, note: 'x' })).status], expected, role)
    }
    assert.equal((await new Client(app.address).fetch('GET', '/api/admin/models')).status, 401)
  })

  await t.test('a decision holds at once, stands beside what this version knows, and is in the audit log with who and why', async () => {
    const { status, body } = await change(admin, { id: 'seedream-4-5', expectedVersion: 0, name: 'Dreams', limits: { imagesMax: 2, presets: ['2K'] }, note: 'cheaper' })
    assert.equal(status, 200, JSON.stringify(body))
    const { version, seed, changes, effective } = modelOf(body, 'seedream-4-5')
    assert.deepEqual([version, seed.name, changes, effective.name, effective.limits.n.max, effective.limits.size.presets], [1, 'Seedream 4.5', { name: 'Dreams', limits: { imagesMax: 2, presets: ['2K'] } }, 'Dreams', 2, ['2K']])
    assert.deepEqual(await offered('seedream-4-5').then((model) => [model!.name, model!.limits.n.max]), ['Dreams', 2])
    const refused = await ask('seedream-4-5', { prompt: 'a fox', n: 3 })
    assert.deepEqual([refused.status, ((await refused.json()) as Refused).errors!.map(({ path }) => path)], [400, ['/n']])
    const { items } = await admin.json<{ items: { action: string; subject: string; reason: string; before: { version: number }; after: { version: number; note: string } }[] }>('GET', '/api/admin/audit')
    const { action, subject, reason, before, after } = items[0]!
    assert.deepEqual([action, subject, reason, before.version, after.version, after.note], ['model.change', 'model:seedream-4-5', 'for a test', 0, 1, 'cheaper'])
    const back = await change(admin, { id: 'seedream-4-5', expectedVersion: 1, reset: ['name', 'limits'] })
    assert.deepEqual([modelOf(back.body, 'seedream-4-5').changes, modelOf(back.body, 'seedream-4-5').effective.name], [{}, 'Seedream 4.5'])
  })

  await t.test('of two admins who saw the same version one decides, and the other is told', async () => {
    const expectedVersion = await versionOf(admin, 'seedream-5')
    const results = await Promise.all(['a', 'b'].map((note) => change(admin, { id: 'seedream-5', expectedVersion, note })))
    assert.deepEqual(results.map(({ status }) => status).toSorted((a, b) => a - b), [200, 409])
    assert.equal(results.find(({ status }) => status === 409)!.body.code, 'catalog.change_stale')
  })

  await t.test('what does not fit is refused by its field, with every mistake at once and nothing changed', async () => {
    const at = async (id: string, wish: object) => refusal(admin, { id, expectedVersion: await versionOf(admin, id), ...wish })
    const refused = (...paths: string[]) => [422, 'catalog.change_refused', paths.map((path) => `/models/0${path}`)]
    assert.deepEqual(await at('seedream4', { limits: { imagesMax: 5, presets: ['9K'], resolutions: ['720p'] } }), refused('/limits/resolutions'))
    assert.deepEqual(await at('seedream4', { limits: { imagesMax: 5, presets: ['9K'], outputFormats: [] } }), refused('/limits/imagesMax', '/limits/presets', '/limits/outputFormats'))
    assert.deepEqual(await at('seedream4', { limits: { optionsOff: ['seed'] } }), refused('/limits/optionsOff'))
    assert.deepEqual(await at('gpt-image-2', { limits: { pixelsMax: 8_000_000 } }), refused('/limits/pixelsMax'), 'wider than it is sold')
    assert.deepEqual(await at('seedance', { limits: { durationSecondsMax: 20, aspectRatios: ['5:4'] } }), refused('/limits/durationSecondsMax', '/limits/aspectRatios'))
    assert.deepEqual(await at('seedream4', { providerModel: 'gpt-image-2-2026-04-21' }), refused('/providerModel'))
    assert.deepEqual(await at('seedream4', { providerModel: 'dreamina-seedance-2-0-260128' }), refused('/providerModel'), 'of another kind')
    assert.deepEqual(await at('seedream4', { replacement: 'nobody', fallbacks: ['seedance', 'seedream4', 'seedream-5', 'seedream-5'] }), refused('/replacement', '/fallbacks', '/fallbacks', '/fallbacks'))
    assert.deepEqual(await refusal(admin, { id: 'nobody', expectedVersion: 0 }), [422, 'catalog.change_refused', ['/models/0/id']])
    assert.deepEqual(await refusal(admin, { id: 'seedream4', expectedVersion: 0 }, { id: 'seedream4', expectedVersion: 0 }), [422, 'catalog.change_refused', ['/models/1/id']])
    const unreadable = [{ shutdownAt: 'soon' }, { shutdownAt: '9999-12-31T23:59:59-23:59' }, { price: { credits: 1, startsAt: '0000-01-01T00:00:00+12:00' } }, { withdrawPrice: 2 ** 40 }, { price: { credits: 2 ** 52 } }, { limits: { sizes: [] } }]
    for (const wish of unreadable) assert.deepEqual((await refusal(admin, { id: 'seedream4', expectedVersion: 0, ...wish }))[0], 400, JSON.stringify(wish))
    assert.deepEqual(await at('seedream4', { withdrawPrice: 2_147_483_647 }), refused('/withdrawPrice'))
    assert.equal(await versionOf(admin, 'seedream4'), 0)
  })

  await t.test('replacements never lead back, also not by way of others or of two changes at once; fallbacks are others of the kind, each once', async () => {
    const version = async (id: string) => ({ id, expectedVersion: await versionOf(admin, id) })
    assert.deepEqual((await refusal(admin, { ...(await version('gpt-image-2')), replacement: 'gpt-image-1' }))[2], ['/models/0/replacement'], 'which this version follows by gpt-image-2')
    assert.equal((await change(admin, { ...(await version('seedream4')), fallbacks: ['seedream-5', 'seedream-4-5'] })).status, 200)
    assert.equal((await change(admin, { ...(await version('seedream-4-5')), fallbacks: ['seedream-5-pro'] })).status, 200)
    for (const fallbacks of [['seedream-5-pro'], ['seedream4', 'seedream4'], ['seedance'], ['seedream-9']]) {
      assert.deepEqual((await refusal(admin, { ...(await version('seedream-5-pro')), fallbacks }))[2], ['/models/0/fallbacks'], String(fallbacks))
    }
    const both = await refusal(admin, { ...(await version('seedream-5')), replacement: 'seedream-5-pro' }, { ...(await version('seedream-5-pro')), replacement: 'seedream-5' })
    assert.deepEqual(both, [422, 'catalog.change_refused', ['/models/0/replacement', '/models/1/replacement']])
    assert.deepEqual(modelOf(await read(admin), 'seedream4').fallbacks, ['seedream-5', 'seedream-4-5'])
  })

  await t.test('a price is added with its start, never in the past, and changes nothing that was quoted', async () => {
    const expectedVersion = async () => versionOf(admin, 'seedream-5-pro')
    const quote = await person.json<{ quoteId: string; credits: number }>('POST', '/api/quotes', { body: { model: 'seedream-5-pro', input: { prompt: 'a fox' } } })
    const past = { id: 'seedream-5-pro', expectedVersion: await expectedVersion(), price: { credits: 9, startsAt: new Date(Date.now() - 60_000).toISOString() } }
    assert.deepEqual(await refusal(admin, past), [422, 'catalog.change_refused', ['/models/0/price/startsAt']])
    const { status, body } = await change(admin, { id: 'seedream-5-pro', expectedVersion: await expectedVersion(), price: { credits: 7 } })
    assert.deepEqual([status, modelOf(body, 'seedream-5-pro').prices.map(({ version, credits, state }) => [version, credits, state])], [200, [[2, 7, 'current'], [1, 3, 'past']]])
    assert.deepEqual((await offered('seedream-5-pro'))!.price.credits, 7)
    const accepted = await ask('seedream-5-pro', { prompt: 'a fox', quoteId: quote.quoteId })
    assert.equal((await person.ended(((await accepted.json()) as GenerationBody).id)).credits.captured, quote.credits)
  })

  await t.test('a price that is still to come can be taken back, one that has started cannot', async () => {
    const wish = async (more: object) => change(admin, { id: 'seedream-5-flash', expectedVersion: await versionOf(admin, 'seedream-5-flash'), ...more })
    const startsAt = new Date(Date.now() + DAY_MS).toISOString()
    assert.deepEqual(modelOf((await wish({ price: { credits: 5, startsAt } })).body, 'seedream-5-flash').prices[0], { version: 2, unit: 'image', credits: 5, rates: {}, startsAt, state: 'future', withdrawnBy: null })
    const started = await wish({ withdrawPrice: 1 })
    assert.deepEqual([started.status, started.body.errors![0]!.path], [422, '/models/0/withdrawPrice'])
    assert.equal(modelOf((await wish({ withdrawPrice: 2 })).body, 'seedream-5-flash').prices[0]!.state, 'withdrawn')
    assert.equal((await wish({ withdrawPrice: 2 })).status, 422)
    for (const text of ['update model_prices set withdrawn_at = null, withdrawn_by = null', "update model_prices set withdrawn_at = now(), withdrawn_by = 'x' where version = 1", 'delete from model_prices']) {
      await assert.rejects(app.db.query({ text, values: [], name: undefined }), { code: 'CY001' }, text)
    }
  })

  await t.test('a price by resolution names all of them, and the default\'s is the one that is shown', async () => {
    const wish = async (price: object) => refusal(admin, { id: 'seedance', expectedVersion: await versionOf(admin, 'seedance'), price })
    assert.deepEqual((await wish({ credits: 5, rates: { '480p': 2, '720p': 5 } }))[2], ['/models/0/price/rates'])
    assert.deepEqual((await wish({ credits: 4, rates: { '480p': 2, '720p': 5, '1080p': 9, '4k': 40, '8k': 90 } }))[2], ['/models/0/price/rates', '/models/0/price/credits'])
    assert.deepEqual((await refusal(admin, { id: 'seedream4', expectedVersion: await versionOf(admin, 'seedream4'), price: { credits: 1, rates: { '1K': 1 } } }))[2], ['/models/0/price/rates'])
    assert.equal((await wish({ credits: 5, rates: { '480p': 2, '720p': 5, '1080p': 9, '4k': 40 } }))[0], 200)
  })

  await t.test('a model that is switched off is told to nobody and refused by its code; a repetition of a request from before is answered as then', async () => {
    const first = await ask('seedream-5-flash', { prompt: 'a fox', n: 2 }, 'before')
    assert.equal(first.status, 202)
    const accepted = (await first.json()) as GenerationBody
    await change(admin, { id: 'seedream-5-flash', expectedVersion: await versionOf(admin, 'seedream-5-flash'), enabled: false, replacement: 'seedream4', limits: { imagesMax: 1 } })
    assert.equal(await offered('seedream-5-flash'), undefined)
    const refused = await ask('seedream-5-flash', { prompt: 'a fox' })
    const { code, replacement } = (await refused.json()) as Refused
    assert.deepEqual([refused.status, code, replacement], [422, 'catalog.model_disabled', 'seedream4'])
    assert.equal((await person.fetch('POST', '/api/quotes', { body: { model: 'seedream-5-flash', input: { prompt: 'a fox' } } })).status, 422)
    const again = await ask('seedream-5-flash', { prompt: 'a fox', n: 2 }, 'before')
    assert.deepEqual([again.status, again.headers.get('idempotent-replayed'), ((await again.json()) as GenerationBody).id], [202, 'true', accepted.id])
    const other = await ask('seedream-5-flash', { prompt: 'a cat', n: 2 }, 'before')
    assert.deepEqual([other.status, ((await other.json()) as Refused).code], [409, 'idempotency.mismatch'])
    await person.ended(accepted.id)
  })

  await t.test('an end that has come makes it retired, with what to ask instead', async () => {
    const end = (shutdownAt: string | null) => async () => change(admin, { id: 'seedream-5-pro', expectedVersion: await versionOf(admin, 'seedream-5-pro'), shutdownAt, replacement: 'seedream-5' })
    await end(new Date(Date.now() + DAY_MS).toISOString())()
    assert.equal((await offered('seedream-5-pro'))!.status, 'deprecated')
    await end(new Date(Date.now() - 1_000).toISOString())()
    const refused = await ask('seedream-5-pro', { prompt: 'a fox' })
    assert.deepEqual([refused.status, ((await refused.json()) as Refused).replacement], [410, 'seedream-5'])
    await end(null)()
    assert.equal((await offered('seedream-5-pro'))!.status, 'available')
  })

  await t.test('another dated model of the same vendor serves under the same name', async () => {
    const { body } = await change(admin, { id: 'seedream-5', expectedVersion: await versionOf(admin, 'seedream-5'), providerModel: 'seedream-4-5-251128' })
    assert.equal(modelOf(body, 'seedream-5').effective.providerModel, 'seedream-4-5-251128')
    const accepted = (await (await ask('seedream-5', { prompt: 'a fox' })).json()) as GenerationBody
    assert.equal((await person.ended(accepted.id)).status, 'succeeded')
    const [row] = await app.db.query<{ model: string }>(sql`select provider_model as model from generation_sessions where id = ${accepted.id}`)
    assert.equal(row!.model, 'seedream-4-5-251128')
  })

  await t.test('what waits when its model ends is made by the replacement, and its person is told of that', async () => {
    await change(admin, { id: 'seedream-5', expectedVersion: await versionOf(admin, 'seedream-5'), price: { credits: 1 }, reset: ['providerModel'] })
    await admin.fetch('POST', '/api/admin/queues/image/pause', { body: {} })
    const accepted = (await (await ask('seedream-4-5', { prompt: 'a fox', n: 2 })).json()) as GenerationBody
    assert.equal(modelOf(await read(admin), 'seedream-4-5').waiting, 1)
    await change(admin, { id: 'seedream-4-5', expectedVersion: await versionOf(admin, 'seedream-4-5'), shutdownAt: new Date(Date.now() - 1_000).toISOString(), replacement: 'seedream-5' })
    for await (const { data } of person.events(accepted.id)) if ((data['servedBy'] as { model: string } | undefined)?.model === 'seedream-5') break
    await admin.fetch('POST', '/api/admin/queues/image/resume', { body: {} })
    const { status, credits } = await person.ended(accepted.id)
    assert.deepEqual([status, credits], ['succeeded', { price: 2, chargedPrice: 1, held: 0, captured: 2, released: 2, waived: false }])
  })

  await assertBooks(app.db)
})

test('what providers say about the life of their models', { skip: withoutPostgres }, async (t) => {
  const sora = { id: 'sora-2', shutdownAt: '2026-09-24' }
  let listed = [sora, { id: 'gpt-image-1', shutdownAt: '2026-10-23' }, { id: 'gpt-image-2', shutdownAt: null as string | null }]
  const openai = openaiSimulator({ latencyMs: 0, pictures: 'plain', listed: () => listed })
  const server = await serveVendors([openai], { host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  // A key makes it a vendor like any other, whoever answers there.
  const app = await openTestApp({ OPENAI_BASE_URL: `${server.url}/openai/v1`, OPENAI_API_KEY: 'a-key-of-the-tests' })
  const admin = await adminOf(app)
  const check = async (): Promise<Models> => {
    const { id } = await admin.json<{ id: string }>('POST', '/api/admin/models/check', { body: { reason: 'for a test' } })
    return until(async () => {
      const models = await read(admin)
      return models.lastCheck!.id === id && models.lastCheck!.finishedAt !== null && models
    })
  }

  await t.test('what is known already is no finding; providers without a list are said to have none', async () => {
    const models = await check()
    assert.deepEqual(models.items.flatMap(({ findings }) => findings), [])
    assert.deepEqual(models.lastCheck!.providers.map(({ provider, kind, outcome }) => [provider, kind, outcome]), [
      ['bytedance', 'image', 'no_list'], ['openai', 'image', 'asked'], ['bytedance', 'video', 'no_list'], ['openai', 'video', 'asked'], ['google', 'video', 'no_list'], ['google-vertex', 'video', 'no_list'],
    ])
  })

  await t.test('an end that is new is found once, taken over with its entry in the audit log, and not again when an admin decides otherwise', async () => {
    listed = [sora, { id: 'gpt-image-1', shutdownAt: '2026-10-23' }, { id: 'gpt-image-2', shutdownAt: '2031-05-01' }]
    const told = '2031-05-01T00:00:00.000Z'
    const model = modelOf(await check(), 'gpt-image-2')
    assert.deepEqual([model.effective.shutdownAt, model.updatedBy, model.status], [told, 'system', 'deprecated'])
    assert.deepEqual(model.findings.map(({ kind, told: at, applied, source }) => [kind, at, applied, source]), [['shutdown', told, true, 'list']])
    const [entry] = await app.db.query<{ actor: string; after: object }>(sql`select actor, after from audit_log where action = 'model.shutdown'`)
    assert.deepEqual(entry, { actor: 'system', after: { shutdownAt: told } })
    await change(admin, { id: 'gpt-image-2', expectedVersion: model.version, shutdownAt: '2030-01-01T00:00:00Z' })
    const after = modelOf(await check(), 'gpt-image-2')
    assert.deepEqual([after.effective.shutdownAt, after.findings.length], ['2030-01-01T00:00:00.000Z', 1])
    const metrics = await (await fetch(`${app.address}/metrics`)).text()
    assert.match(metrics, /cooly_model_shutdown_days\{model="gpt-image-2"\} \d+/)
    assert.match(metrics, /cooly_model_findings_open 1/)
  })

  await t.test('a model that the list lacks is found, and no longer open once it is back', async () => {
    listed = [sora, { id: 'gpt-image-1', shutdownAt: '2026-10-23' }]
    assert.deepEqual(modelOf(await check(), 'gpt-image-2').findings.map(({ kind }) => kind).toSorted(), ['shutdown', 'unknown_model'])
    listed = [...listed, { id: 'gpt-image-2', shutdownAt: null }]
    assert.deepEqual(modelOf(await check(), 'gpt-image-2').findings.map(({ kind }) => kind), ['shutdown'])
  })

  await t.test('a model whose end has come is not missed in the list', async () => {
    listed = listed.filter(({ id }) => id !== 'gpt-image-1')
    assert.deepEqual(modelOf(await check(), 'gpt-image-1').findings, [])
  })

  await t.test('a finding that somebody has dealt with is closed, once', async () => {
    const [finding] = modelOf(await read(admin), 'gpt-image-2').findings
    const resolve = () => admin.fetch('POST', `/api/admin/models/findings/${finding!.id}/resolve`, { body: { reason: 'planned' } })
    assert.deepEqual([(await resolve()).status, (await resolve()).status], [204, 404])
    assert.deepEqual(modelOf(await read(admin), 'gpt-image-2').findings, [])
  })

  await t.test('a list that cannot be had says nothing about any model', async () => {
    listed = []
    const models = await check()
    assert.deepEqual([models.lastCheck!.providers.find(({ provider }) => provider === 'openai')!.outcome, modelOf(models, 'gpt-image-2').findings], ['failed', []])
  })

  await t.test('the headers of an answer are heard too: many answers, one finding', async () => {
    const person = await app.clientWith(100n)
    for (let call = 0; call < 2; call += 1) {
      const { id } = await person.json<GenerationBody>('POST', '/api/images/gpt-image-2/generate', { body: { prompt: 'a fox [[fault:sunset]]', n: 2 } })
      assert.equal((await person.ended(id)).status, 'succeeded')
    }
    const { findings, effective } = await until(async () => {
      const model = modelOf(await read(admin), 'gpt-image-2')
      return model.findings.length > 0 && model
    })
    assert.deepEqual(findings.map(({ kind, applied, source, told }) => [kind, applied, source, told]), [['shutdown', true, 'header', effective.shutdownAt]])
  })
  await assertBooks(app.db)
})

test('what a simulator says is kept and never taken over, so that a prompt cannot end a model', { skip: withoutPostgres }, async (t) => {
  const server = await serveVendors([openaiSimulator({ latencyMs: 0, pictures: 'plain' })], { host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  const app = await openTestApp({ OPENAI_BASE_URL: `${server.url}/openai/v1` })
  const [admin, person] = [await adminOf(app), await app.clientWith(10n)]
  const { id } = await person.json<GenerationBody>('POST', '/api/images/gpt-image-2/generate', { body: { prompt: 'a fox [[fault:sunset]]' } })
  assert.equal((await person.ended(id)).status, 'succeeded')
  const model = await until(async () => {
    const found = modelOf(await read(admin), 'gpt-image-2')
    return found.findings.length > 0 && found
  })
  assert.deepEqual([model.effective.shutdownAt, model.findings[0]!.applied, model.findings[0]!.simulated, model.version], [null, false, true, 0])
})
