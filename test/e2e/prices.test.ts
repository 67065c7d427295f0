import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import { Client } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

interface Quote {
  readonly quoteId: string
  readonly credits: number
  readonly lines: readonly { readonly what: string; readonly credits: number }[]
  readonly priceVersion: number
  readonly expiresAt: string
}

const GENERATE = '/api/images/seedream4/generate'

test('prices, quotes and usage over HTTP', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp()
  const input = { prompt: 'a lighthouse', n: 3, size: '1K' }

  await t.test('the catalogue shows the price that counts now', async () => {
    const { items } = await new Client(app.address).json<{ items: { id: string; price: object }[] }>('GET', '/api/models')
    assert.deepEqual(items.find(({ id }) => id === 'seedream4')?.price, { unit: 'image', credits: 1, rates: {}, version: 1 })
    assert.deepEqual(items.find(({ id }) => id === 'seedance')?.price, { unit: 'second', credits: 5, rates: { '480p': 2, '720p': 5, '1080p': 11, '4k': 45 }, version: 1 })
  })

  await t.test('a quote says what will be held, and the request that names it holds just that', async () => {
    const client = await app.clientWith(10n)
    const quote = await client.json<Quote>('POST', '/api/quotes', { body: { model: 'seedream4', input } })
    assert.deepEqual([quote.credits, quote.priceVersion, quote.lines], [3, 1, [{ what: '3 images by Seedream 4.0', credits: 3 }]])
    const minutesLeft = (Date.parse(quote.expiresAt) - Date.now()) / 60_000
    assert(minutesLeft > 14 && minutesLeft < 16, `${minutesLeft} minutes`)
    const { id } = await client.generate({ ...input, quoteId: quote.quoteId })
    const done = await client.ended(id)
    assert.deepEqual(done.credits, { price: 1, chargedPrice: 1, held: 0, captured: 3, released: 0, waived: false } as never)
    assert.equal((await client.credits()).available, 7)
  })

  await t.test('the very body of a request can be quoted, and the quote binds with and without what does not change the price', async () => {
    const client = await app.clientWith(30n)
    const rest = { deadlineSeconds: 60, priority: 'bulk', allowFallback: false, metadata: { page: '7' } }
    const quoteOf = (model: string, asked: object) => client.json<Quote>('POST', '/api/quotes', { body: { model, input: asked } })
    const held = async (path: string, body: object) => (await client.json<{ credits: { held: number } }>('POST', path, { body })).credits.held

    const first = await quoteOf('seedream4', { ...input, ...rest })
    const again = await quoteOf('seedream4', { ...input, ...rest, quoteId: first.quoteId })
    const plain = await quoteOf('seedream4', input)
    assert.deepEqual([first.credits, again.credits, plain.credits], [3, 3, 3])
    for (const { quoteId } of [first, again, plain]) {
      assert.equal(await held(GENERATE, { ...input, ...rest, quoteId }), 3)
      assert.equal(await held(GENERATE, { ...input, quoteId }), 3)
    }
    const video = { prompt: 'waves', durationSeconds: 4, resolution: '480p' }
    const quote = await quoteOf('seedance', { ...video, ...rest })
    assert.equal(quote.credits, 8)
    assert.equal(await held('/api/videos/seedance/generate', { ...video, quoteId: quote.quoteId }), 8)
  })

  await t.test('a quote is refused to others, for another input, and when there is none', async () => {
    const [owner, other] = [await app.clientWith(10n), await app.clientWith(10n)]
    const { quoteId } = await owner.json<Quote>('POST', '/api/quotes', { body: { model: 'seedream4', input } })
    const refusal = async (client: Client, body: object) => {
      const response = await client.fetch('POST', GENERATE, { body })
      return [response.status, ((await response.json()) as { code: string }).code]
    }
    assert.deepEqual(await refusal(other, { ...input, quoteId }), [404, 'quote.missing'])
    assert.deepEqual(await refusal(owner, { ...input, n: 4, quoteId }), [409, 'quote.mismatch'])
    assert.deepEqual(await refusal(owner, { ...input, quoteId: crypto.randomUUID() }), [404, 'quote.missing'])
    assert.deepEqual(await refusal(owner, { ...input, quoteId: 'cheap' }), [400, 'request.invalid'])
    assert.deepEqual(await owner.credits().then(({ available, held }) => [available, held]), [10, 0])
  })

  await t.test('what would be refused is refused when it is quoted, by its place in the body; nobody unknown is told a price', async () => {
    const client = await app.clientWith(0n)
    const refusal = async (asker: Client, body: object) => {
      const response = await asker.fetch('POST', '/api/quotes', { body })
      const { code, errors } = (await response.json()) as { code: string; errors?: { path: string }[] }
      return [response.status, code, errors?.map(({ path }) => path)]
    }
    assert.deepEqual(await refusal(client, { model: 'seedream4', input: { ...input, seed: 7 } }), [400, 'generation.unsupported_option', ['/input/seed']])
    assert.deepEqual(await refusal(client, { model: 'seedream4', input: { prompt: '' } }), [400, 'request.invalid', ['/input/prompt', '/input/prompt']])
    assert.deepEqual(await refusal(client, { model: 'seedream4', input: { ...input, deadlineSeconds: 29 } }), [400, 'request.invalid', ['/input/deadlineSeconds']])
    assert.deepEqual(await refusal(client, { model: 'seedream4', input: { ...input, quoteId: 'cheap', priority: 'now', metadata: { a: 1 } } }), [400, 'request.invalid', ['/input/quoteId', '/input/priority', '/input/metadata/a']])
    assert.deepEqual(await refusal(client, { model: 'seedream4', input: { ...input, deadline: 60 } }), [400, 'request.invalid', ['/input/deadline']])
    assert.deepEqual(await refusal(client, { model: 'seedream4', input: { ...input, webhookUrl: 'https://example.com/hook' } }), [400, 'generation.unsupported_option', ['/input/webhookUrl']])
    assert.deepEqual(await refusal(client, { model: 'unheard-of', input }), [404, 'catalog.unknown_model', undefined])
    assert.deepEqual(await refusal(new Client(app.address), { model: 'seedream4', input }), [401, 'auth.required', undefined])
  })

  await t.test('a key whose first request is not decided yet: come again in a second', async () => {
    const client = await app.clientWith(10n)
    const { promise: undecided, resolve: decide } = Promise.withResolvers<void>()
    const { promise: held, resolve: hold } = Promise.withResolvers<void>()
    const elsewhere = app.db.transaction(async (tx) => {
      await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${client.accountId}::text || ' ' || 'slow', 0))`)
      hold()
      await undecided
    })
    await held
    const response = await client.fetch('POST', GENERATE, { body: input, headers: { 'idempotency-key': 'slow' } })
    assert.deepEqual([response.status, response.headers.get('retry-after')], [409, '1'])
    assert.equal(((await response.json()) as { code: string }).code, 'idempotency.in_flight')
    decide()
    await elsewhere
    const { id } = await client.generate(input, 'slow')
    const cancelled = await client.fetch('POST', `/api/generations/${id}/cancel`, { headers: { 'idempotency-key': 'stop' } })
    assert.equal(cancelled.status, 200)
  })

  await t.test('the summary of usage counts what was charged, by model and by day', async () => {
    const client = await app.clientWith(10n)
    await client.ended((await client.generate({ ...input, n: 2 })).id)
    await client.ended((await client.generate({ ...input, prompt: 'a lighthouse [[fault:refuse-input]]' })).id)
    const counts = { generations: 1, outputs: 2, credits: 2 }
    const byModel = await client.json<{ from: string; to: string; items: object[]; total: object }>('GET', '/api/credits/usage')
    assert.deepEqual([byModel.items, byModel.total], [[{ key: 'seedream4', ...counts }], counts])
    assert.equal((Date.parse(byModel.to) - Date.parse(byModel.from)) / 86_400_000, 29)
    const byDay = await client.json<{ items: { key: string }[]; total: object }>('GET', '/api/credits/usage?by=day')
    assert.deepEqual([byDay.items.length, byDay.total], [1, counts])
    assert.deepEqual((await client.json<{ items: object[] }>('GET', '/api/credits/usage?from=2026-01-01&to=2026-01-01')).items, [])
    const none = await (await app.clientWith(0n)).json<{ items: object[]; total: object }>('GET', '/api/credits/usage')
    assert.deepEqual([none.items, none.total], [[], { generations: 0, outputs: 0, credits: 0 }])
  })

  await t.test('a range that is backwards, too long or no range is refused', async () => {
    const client = await app.clientWith(0n)
    for (const query of ['from=2026-02-01&to=2026-01-01', 'from=2025-01-01&to=2026-01-02', 'from=yesterday', 'by=key', 'to=0000-01-01']) {
      const response = await client.fetch('GET', `/api/credits/usage?${query}`)
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'request.invalid'], query)
    }
    assert.equal((await client.fetch('GET', '/api/credits/usage?from=2025-01-01&to=2026-01-01')).status, 200)
    assert.equal((await new Client(app.address).fetch('GET', '/api/credits/usage')).status, 401)
  })

  await assertBooks(app.db)
})
