/** What was made is deleted by its owner, asked for again, and kept for as long as the plan of the account has it: over HTTP, with the files on disk and in a bucket. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { sql } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { openStorage, type Storage } from '#platform/storage'
import { silentLogger } from '#platform/telemetry'
import { openTestApp, type TestApp } from '#test/app'
import type { Client, GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'
import { startS3Emulator } from '#test/s3-emulator'
import { collectAllOutputs } from '../../src/domains/generations/collect-outputs.ts'
import { OutputExpiry } from '../../src/domains/generations/expire-outputs.ts'

type Body = GenerationBody & {
  readonly input: Record<string, unknown>
  readonly metadata: Record<string, string>
  readonly priority: string
  readonly retriedFrom: string | null
  readonly outputsExpireAt: string | null
  readonly outputsRemovedAt: string | null
  readonly outputsKeptDays: number | null
  readonly finishedAt: string | null
  readonly charged: { readonly class: string; readonly credits: number }
}
type Person = Client & { readonly accountId: string }

const RETENTION = { COOLY_RETENTION_DAYS: 'free=30,pro=365' }

/** On disk, and in a bucket. Answers the app and the very storage that it uses. */
const places: Readonly<Record<string, () => Promise<{ app: TestApp; storage: Storage }>>> = {
  'on disk': async () => {
    const app = await openTestApp(RETENTION)
    return { app, storage: await openStorage({ directory: join(app.dataDirectory, 'files') }) }
  },
  'in a bucket': async () => {
    const emulator = await startS3Emulator()
    after(() => emulator.stop())
    const bucket = emulator.newBucket()
    const app = await openTestApp({ ...RETENTION, S3_BUCKET_NAME: bucket, S3_ENDPOINT: emulator.endpoint, S3_ACCESS_KEY_ID: 'test', S3_SECRET_ACCESS_KEY: 'test' })
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    return { app, storage: await openStorage({ kind: 's3', bucket, endpoint: emulator.endpoint, credentials }) }
  },
}

async function keysOf(storage: Storage, id: string): Promise<string[]> {
  return (await Array.fromAsync(storage.list(`generations/${id}`))).map(({ key }) => key)
}

const read = (client: Client, id: string) => client.json<Body>('GET', `/api/generations/${id}`)

async function refusal(client: Client, method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}): Promise<[number, string]> {
  const response = await client.fetch(method, path, options)
  return [response.status, ((await response.json()) as { code: string }).code]
}

/** Makes and waits for the end. */
async function make(client: Person, body: object = {}): Promise<Body> {
  const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K', ...body })
  await client.ended(id)
  return read(client, id)
}

for (const [place, open] of Object.entries(places)) {
  test(`deleting, ${place}`, { skip: withoutPostgres }, async (t) => {
    const { app, storage } = await open()
    const client = await app.clientWith(20n)
    const stranger = await app.clientWith(5n)

    await t.test('what is deleted is nowhere to be had, its files are gone, and what it cost stays', async () => {
      const kept = await make(client)
      const { id, outputs } = await make(client, { n: 2 })
      assert.equal((await keysOf(storage, id)).length, 2)
      const paths = [`/api/generations/${id}`, `/api/generations/${id}/events`, `/api/generations/${id}/outputs.zip`]
      assert.deepEqual(await refusal(stranger, 'DELETE', `/api/generations/${id}`), [404, 'generation.missing'])
      assert.equal((await keysOf(storage, id)).length, 2)

      const deleted = await client.fetch('DELETE', `/api/generations/${id}`)
      assert.deepEqual([deleted.status, await deleted.text()], [204, ''])
      for (const path of paths) assert.deepEqual(await refusal(client, 'GET', path), [404, 'generation.missing'], path)
      for (const { url } of outputs) {
        for (const form of ['', '?w=64', '?download=true']) assert.deepEqual(await refusal(client, 'GET', `${url}${form}`), [404, 'asset.missing'])
      }
      assert.deepEqual(await refusal(client, 'POST', `/api/generations/${id}/retry`), [404, 'generation.missing'])
      assert.deepEqual(await refusal(client, 'POST', `/api/generations/${id}/cancel`), [404, 'generation.missing'])
      assert.deepEqual(await refusal(client, 'DELETE', `/api/generations/${id}`), [404, 'generation.missing'])
      const { items } = await client.json<{ items: Body[] }>('GET', '/api/generations')
      assert.deepEqual(items.map((each) => each.id), [kept.id])
      assert.deepEqual(await keysOf(storage, id), [])
      assert.equal((await client.fetch('GET', kept.outputs[0]!.url)).status, 200)

      assert.equal((await client.credits()).available, 17)
      const { items: lines } = await client.json<{ items: { amount: number; generationId: string | null }[] }>('GET', '/api/credits/transactions?kind=capture')
      assert(lines.some(({ amount, generationId }) => amount === -2 && generationId === id))
      assert.equal((await client.json<{ total: { credits: number } }>('GET', '/api/credits/usage?by=model')).total.credits, 3)
    })

    await t.test('one that still runs is refused with what to do about it, and goes on', async () => {
      const { id } = await client.generate({ prompt: 'slow [[delay:60000]]', size: '1K' })
      const refused = await client.fetch('DELETE', `/api/generations/${id}`)
      const { code, detail } = (await refused.json()) as { code: string; detail: string }
      assert.deepEqual([refused.status, code], [409, 'generation.open'])
      assert.match(detail, /[Cc]ancel/)
      assert.deepEqual(await refusal(client, 'POST', `/api/generations/${id}/retry`), [409, 'generation.open'])
      assert(['queued', 'running'].includes((await read(client, id)).status))
      await client.json('POST', `/api/generations/${id}/cancel`)
      assert.equal((await client.fetch('DELETE', `/api/generations/${id}`)).status, 204)
    })

    await t.test('asking for the same again under a key gets the first answer, also when that was deleted', async () => {
      const key = crypto.randomUUID()
      const { id } = await client.generate({ prompt: 'once', size: '1K' }, key)
      await client.ended(id)
      assert.equal((await client.fetch('DELETE', `/api/generations/${id}`)).status, 204)
      assert.equal((await client.generate({ prompt: 'once', size: '1K' }, key)).id, id)
    })

    await t.test('twenty who delete at one moment: one does', async () => {
      const { id } = await make(client)
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await client.fetch('DELETE', `/api/generations/${id}`)).status))
      assert.deepEqual(statuses.toSorted((a, b) => a - b), [204, ...Array.from({ length: 19 }, () => 404)])
      assert.deepEqual(await keysOf(storage, id), [])
    })

    await t.test('a leftover in the storage and outputs past their time go, and nothing else', async () => {
      const [kept, old] = [await make(client), await make(client)]
      await app.db.query(sql`update generation_sessions set finished_at = now() - interval '31 days' where id = ${old.id}`)
      const leftover = `generations/${old.id}/0/0`
      await storage.put(leftover, Readable.from([Buffer.from('bytes')]), { maxBytes: 100 })
      assert.equal((await keysOf(storage, old.id)).length, 2)
      const parts = { db: app.db, storage, realtime: new Realtime(app.db, () => undefined), retention: new Map([['free', 30]]), log: silentLogger() }
      assert.equal(await new OutputExpiry(parts).sweep(), 1)
      assert.deepEqual(await keysOf(storage, old.id), [leftover])
      const { leftovers, strangers } = await collectAllOutputs(parts, false)
      assert.deepEqual([leftovers, strangers, await keysOf(storage, old.id)], [1, 0, []])

      const view = await read(client, old.id)
      assert.deepEqual([view.status, view.outputs, view.outputsKeptDays, view.outputsExpireAt, view.charged.credits], ['succeeded', [], 30, null, 1])
      assert.deepEqual(await refusal(client, 'GET', old.outputs[0]!.url), [404, 'asset.missing'])
      assert.deepEqual(await refusal(client, 'GET', `/api/generations/${old.id}/outputs.zip`), [404, 'generation.no_outputs'])
      assert.equal((await client.fetch('GET', kept.outputs[0]!.url)).status, 200)
      const { id } = await client.json<Body>('POST', `/api/generations/${old.id}/retry`)
      await client.ended(id)
      assert.equal((await client.fetch('DELETE', `/api/generations/${old.id}`)).status, 204)
    })

    await t.test('nobody who is not signed in deletes or asks again', async () => {
      const { id } = await make(client)
      assert.equal((await fetch(`${app.address}/api/generations/${id}`, { method: 'DELETE' })).status, 401)
      assert.equal((await fetch(`${app.address}/api/generations/${id}/retry`, { method: 'POST' })).status, 401)
      assert.deepEqual(await refusal(client, 'DELETE', '/api/generations/not-an-id'), [400, 'request.invalid'])
    })

    await t.test('the books balance', () => assertBooks(app.db))
  })
}

test('asking again', { skip: withoutPostgres }, async (t) => {
  const { app } = await places['on disk']!()
  const client = await app.clientWith(20n)

  await t.test('makes a new generation of the same input that says which one it repeats, at the price of today', async () => {
    const first = await make(client, { n: 2, metadata: { order: '17' }, priority: 'bulk', deadlineSeconds: 400 })
    const response = await client.fetch('POST', `/api/generations/${first.id}/retry`)
    const second = (await response.json()) as Body
    assert.deepEqual([response.status, response.headers.get('location')], [202, second.urls.get])
    assert.notEqual(second.id, first.id)
    assert.deepEqual([second.input, second.metadata, second.priority, second.retriedFrom, second.credits.held], [first.input, first.metadata, 'bulk', first.id, 2])
    const [row] = await app.db.query(sql`select round(extract(epoch from deadline_at - created_at))::int as seconds from generation_sessions where id = ${second.id}`)
    assert.deepEqual(row, { seconds: 400 })
    const ended = (await client.ended(second.id)) as Body
    assert.deepEqual([ended.status, ended.outputs.length, ended.retriedFrom], ['succeeded', 2, first.id])
    assert.equal((await read(client, first.id)).retriedFrom, null)
  })

  await t.test('twice under one key is once, and under the same key something else is refused', async () => {
    const [one, other] = [await make(client), await make(client)]
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const answers = [await client.fetch('POST', `/api/generations/${one.id}/retry`, { headers }), await client.fetch('POST', `/api/generations/${one.id}/retry`, { headers })]
    const [first, second] = await Promise.all(answers.map((answer) => answer.text()))
    assert.equal(first, second)
    assert.deepEqual(answers.map(({ headers: own }) => own.get('idempotent-replayed')), [null, 'true'])
    assert.deepEqual(await refusal(client, 'POST', `/api/generations/${other.id}/retry`, { headers }), [409, 'idempotency.mismatch'])
    await client.ended((JSON.parse(first!) as Body).id)
  })

  await t.test('of a failed one costs what it costs, and is refused to who cannot pay', async () => {
    const poor = await app.clientWith(1n)
    const failed = await make(poor, { prompt: 'a fox [[fault:refuse-input]]' })
    assert.equal(failed.status, 'failed')
    const again = await poor.json<Body>('POST', `/api/generations/${failed.id}/retry`, { body: {} })
    assert.deepEqual([again.retriedFrom, again.credits.held], [failed.id, 1])
    await poor.ended(again.id)
    const made = await make(poor)
    assert.deepEqual(await refusal(poor, 'POST', `/api/generations/${made.id}/retry`), [402, 'credits.insufficient'])
  })

  await t.test('holds the price that was quoted for it, and no quote of something else', async () => {
    const first = await make(client)
    const quote = (n: number) => client.json<{ quoteId: string }>('POST', '/api/quotes', { body: { model: 'seedream4', input: { ...first.input, n } } })
    const body = { quoteId: (await quote(1)).quoteId }
    const again = await client.json<Body>('POST', `/api/generations/${first.id}/retry`, { body })
    await client.ended(again.id)
    assert.deepEqual(await refusal(client, 'POST', `/api/generations/${first.id}/retry`, { body: { quoteId: (await quote(2)).quoteId } }), [409, 'quote.mismatch'])
    assert.deepEqual(await refusal(client, 'POST', `/api/generations/${first.id}/retry`, { body: { prompt: 'another' } }), [400, 'request.invalid'])
  })

  await t.test('is checked against the catalogue of today: what a model lacks, that it ended, and that it is gone', async () => {
    const first = await make(client)
    const become = (model: string, input: object) =>
      app.db.query(sql`update generation_sessions set model = ${model}, input = ${JSON.stringify(input)}::json where id = ${first.id}`)
    const retry = `/api/generations/${first.id}/retry`
    await become('seedream4', { ...first.input, negativePrompt: 'fog' })
    assert.deepEqual(await refusal(client, 'POST', retry), [400, 'generation.unsupported_option'])
    await become('gpt-image-1', { prompt: 'a lighthouse', n: 1, size: '1024x1024' })
    assert.deepEqual(await refusal(client, 'POST', retry), [410, 'catalog.model_retired'])
    await become('no-such-model', first.input)
    assert.deepEqual(await refusal(client, 'POST', retry), [404, 'catalog.unknown_model'])
    await become('seedream4', first.input)
    const stranger = await app.clientWith(5n)
    assert.deepEqual(await refusal(stranger, 'POST', retry), [404, 'generation.missing'])
  })

  await t.test('the books balance', () => assertBooks(app.db))
})

test('the plan of an account', { skip: withoutPostgres }, async (t) => {
  const { app } = await places['on disk']!()
  const client = await app.clientWith(20n)
  const admin = await app.clientWith(0n)
  await app.db.query(sql`update auth_users set role = 'admin' where id = ${admin.accountId}`)
  // A sign-in makes the server look at people again.
  await app.clientWith(0n)
  const DAY_MS = 24 * 60 * 60 * 1_000

  await t.test('says until when its outputs are kept, from their end on', async () => {
    const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K' })
    const ended = (await client.ended(id)) as Body
    assert.equal(Date.parse(ended.outputsExpireAt!) - Date.parse(ended.finishedAt!), 30 * DAY_MS)
    const { items } = await client.json<{ items: Body[] }>('GET', '/api/generations')
    assert.deepEqual([items[0]!.outputsExpireAt, items[0]!.outputsRemovedAt], [ended.outputsExpireAt, null])
    const failed = await make(client, { prompt: 'a fox [[fault:refuse-input]]' })
    assert.equal(failed.outputsExpireAt, null)
  })

  await t.test('is changed by an admin alone, with a trail, and decides about what there is', async () => {
    const { id } = await make(client)
    const path = `/api/admin/users/${client.accountId}/plan`
    assert.deepEqual(await refusal(client, 'POST', path, { body: { plan: 'pro' } }), [403, 'auth.forbidden'])
    assert.deepEqual(await refusal(admin, 'POST', path, { body: { plan: 'Not A Plan' } }), [400, 'request.invalid'])
    assert.deepEqual(await refusal(admin, 'POST', `/api/admin/users/${crypto.randomUUID()}/plan`, { body: { plan: 'pro' } }), [404, 'admin.user_missing'])
    const changed = await admin.json('POST', path, { body: { plan: 'pro', reason: 'paid by invoice' } })
    assert.deepEqual(changed, { id: client.accountId, plan: 'pro' })
    const { outputsExpireAt, finishedAt } = await read(client, id)
    assert.equal(Date.parse(outputsExpireAt!) - Date.parse(finishedAt!), 365 * DAY_MS)
    await admin.json('POST', path, { body: { plan: 'unlimited' } })
    assert.equal((await read(client, id)).outputsExpireAt, null)
    const { items } = await admin.json<{ items: { action: string; reason: string; before: object; after: object }[] }>('GET', `/api/admin/audit?accountId=${client.accountId}`)
    assert.deepEqual(items.map(({ action, before, after: then }) => [action, before, then]), [
      ['user.plan', { plan: 'pro' }, { plan: 'unlimited' }], ['user.plan', { plan: 'free' }, { plan: 'pro' }],
    ])
    assert.equal(items[1]!.reason, 'paid by invoice')
    const { items: users } = await admin.json<{ items: { plan: string }[] }>('GET', `/api/admin/users?q=${client.accountId}`)
    assert.deepEqual(users.map(({ plan }) => plan), ['unlimited'])
  })

  await t.test('the books balance', () => assertBooks(app.db))
})
