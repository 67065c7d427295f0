import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

test('asking for pictures over HTTP', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp({ COOLY_PROVIDER_TIMEOUT_SECONDS: '2' })

  await t.test('four pictures arrive, are one\'s own to open, and cost exactly four credits', async () => {
    const client = await app.clientWith(10n)
    const accepted = await client.fetch('POST', '/api/images/seedream4/generate', { body: { prompt: 'a red fox in snow', n: 4, size: '1024x1024' } })
    assert.equal(accepted.status, 202)
    const { id, credits, simulated } = (await accepted.json()) as { id: string; credits: { held: number }; simulated: boolean }
    assert.equal(accepted.headers.get('location'), `/api/generations/${id}`)
    assert.deepEqual([credits.held, simulated], [4, true])
    const done = await client.ended(id)
    assert.equal(done.status, 'succeeded')
    assert.deepEqual(done.outputs.map(({ index }) => index), [0, 1, 2, 3])
    assert.deepEqual(done.credits, { price: 1, chargedPrice: 1, held: 0, captured: 4, released: 0, waived: false } as never)
    const { available, held } = await client.credits()
    assert.deepEqual([available, held], [6, 0])
    const picture = await client.fetch('GET', done.outputs[0]!.url)
    assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg'])
    assert.equal((await picture.arrayBuffer()).byteLength, done.outputs[0]!.bytes)
    assert.deepEqual([done.outputs[0]!.width, done.outputs[0]!.height], [1024, 1024])
    const tags = await Promise.all(done.outputs.map(async ({ url }) => (await client.fetch('GET', `${url}?w=64`)).headers.get('etag')))
    assert.equal(new Set(tags).size, 4, 'four takes, not one picture four times')
  })

  await t.test('the stream tells every step once and in order, and resumes where it was left', async () => {
    const client = await app.clientWith(10n)
    const { id } = await client.generate({ prompt: 'a lighthouse', n: 2, size: '1K' })
    const events = await Array.fromAsync(client.events(id))
    assert.deepEqual(events.map((event) => Number(event.id)), events.map((_, index) => index + 1))
    assert.deepEqual(events.filter(({ event }) => event === 'status').map(({ data }) => data['status']), ['queued', 'running', 'succeeded'])
    assert.equal(events.filter(({ event }) => event === 'output').length, 2)
    const rest = await Array.fromAsync(client.events(id, events[2]!.id))
    assert.deepEqual(rest, events.slice(3))
    const soon = () => AbortSignal.timeout(10_000)
    assert.deepEqual(await Array.fromAsync(client.events(id, events.at(-1)!.id, soon())), [], 'whoever has seen its end is not kept waiting')
    assert.deepEqual(await Array.fromAsync(client.events(id, '999999', soon())), events, 'after an event that it never had comes all of it')
  })

  await t.test('time is explained: the parts are there, and nothing is longer than the whole', async () => {
    const client = await app.clientWith(10n)
    const { id } = await client.generate({ prompt: 'a lighthouse [[delay:300]]', n: 2, size: '1K' })
    const { timing } = await client.ended(id)
    assert(timing !== null)
    assert.deepEqual(new Set(timing.spans.map(({ name }) => name)).isSupersetOf(new Set(['queue', 'provider', 'transfer', 'database'])), true)
    assert(timing.providerMs >= 300 && timing.providerMs <= timing.totalMs)
    assert.equal(timing.spans.filter(({ name }) => name === 'provider').length, 2)
  })

  await t.test('a picture that fails is said and not paid; the others are kept', async () => {
    const client = await app.clientWith(10n)
    const { id } = await client.generate({ prompt: 'a lighthouse [[fault:refuse-output@3]]', n: 4, size: '1K' })
    const done = await client.ended(id)
    assert.equal(done.status, 'succeeded')
    assert.deepEqual(done.failures.map(({ index, code }) => [index, code]), [[2, 'provider.output_rejected']])
    assert.deepEqual([done.credits.captured, done.credits.released], [3, 1])
    assert.equal((await client.credits()).available, 7)
  })

  await t.test('a refused prompt fails with the reason and costs nothing', async () => {
    const client = await app.clientWith(10n)
    const { id } = await client.generate({ prompt: 'a lighthouse [[fault:refuse-input]]', n: 2, size: '1K' })
    const done = await client.ended(id)
    assert.deepEqual([done.status, done.error?.code], ['failed', 'provider.content_rejected'])
    assert.deepEqual([done.credits.captured, done.credits.released], [0, 2])
    assert.equal((await client.credits()).available, 10)
  })

  for (const fault of ['429', '500', 'bad-json', 'expired-url', 'bad-asset', 'lost-reply', 'reset'] as const) {
    await t.test(`a call that meets ${fault} once is made up for`, async () => {
      const client = await app.clientWith(10n)
      const { id } = await client.generate({ prompt: `a lighthouse [[fault:${fault}@1]]`, n: 2, size: '1K' })
      const done = await client.ended(id)
      assert.deepEqual([done.status, done.outputs.length, done.failures.length, done.credits.captured], ['succeeded', 2, 0, 2])
    })
  }

  for (const [fault, code] of [['500', 'provider.failed'], ['lost-reply', 'provider.outcome_unknown'], ['hang', 'provider.outcome_unknown'], ['bad-asset', 'provider.bad_output'], ['expired-url', 'provider.output_gone']] as const) {
    await t.test(`a provider that always answers ${fault} ends as ${code}, costs nothing, and is not asked for ever`, async () => {
      const client = await app.clientWith(10n)
      const { id } = await client.generate({ prompt: `a lighthouse [[fault:${fault}]]`, size: '1K' })
      const done = await client.ended(id)
      assert.deepEqual([done.status, done.error?.code, done.credits.released], ['failed', code, 1])
      const calls = await app.db.query<{ state: string }>(sql`select state from provider_attempts where generation_id = ${id}`)
      assert(calls.length >= 2 && calls.length <= 3, `${calls.length} calls`)
    })
  }

  await t.test('the same key a hundred times at once asks once', async () => {
    const client = await app.clientWith(10n)
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.fetch('POST', '/api/images/seedream4/generate', {
      body: { prompt: 'a lighthouse', n: 2, size: '1K' }, headers: { 'idempotency-key': 'the-same' },
    })))
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]))
    assert.equal(new Set(bodies).size, 1)
    assert.equal(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true').length, 99)
    await client.ended((JSON.parse(bodies[0]!) as { id: string }).id)
    assert.equal((await client.credits()).available, 8)
    const other = await client.fetch('POST', '/api/images/seedream4/generate', { body: { prompt: 'another' }, headers: { 'idempotency-key': 'the-same' } })
    assert.deepEqual([other.status, ((await other.json()) as { code: string }).code], [409, 'idempotency.mismatch'])
  })

  await t.test('two hundred requests of three credits at once against ten: exactly three are accepted', async () => {
    const client = await app.clientWith(10n)
    const answers = await Promise.all(Array.from({ length: 200 }, () => client.fetch('POST', '/api/images/seedream4/generate', { body: { prompt: 'a lighthouse [[delay:60000]]', n: 3, size: '1K' } })))
    assert.equal(answers.filter(({ status }) => status === 202).length, 3)
    const refused = answers.filter(({ status }) => status === 402)
    assert.equal(refused.length, 197)
    const problem = (await refused[0]!.json()) as Record<string, unknown>
    assert.equal(refused[0]!.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    assert.deepEqual([problem['code'], problem['requiredCredits']], ['credits.insufficient', 3])
    assert.deepEqual(await client.credits().then(({ available, held }) => [available, held]), [1, 9])
    for (const answer of answers.filter(({ status }) => status === 202)) {
      const { id } = (await answer.json()) as { id: string }
      const cancelled = await client.json<{ status: string; credits: { released: number } }>('POST', `/api/generations/${id}/cancel`)
      assert.deepEqual([cancelled.status, cancelled.credits.released], ['cancelled', 3])
    }
    assert.equal((await client.credits()).available, 10)
  })

  await t.test('what belongs to somebody else is not there', async () => {
    const [owner, other] = [await app.clientWith(10n), await app.clientWith(10n)]
    const { id } = await owner.generate({ prompt: 'a lighthouse', size: '1K' })
    const { outputs } = await owner.ended(id)
    for (const path of [`/api/generations/${id}`, `/api/generations/${id}/events`, outputs[0]!.url]) {
      assert.equal((await other.fetch('GET', path)).status, 404, path)
    }
    assert.equal((await other.fetch('POST', `/api/generations/${id}/cancel`)).status, 404)
    const list = await other.json<{ items: unknown[] }>('GET', '/api/generations')
    assert.deepEqual(list.items, [])
  })

  await t.test('bytes come whole, in part, not again when known, and smaller on request', async () => {
    const client = await app.clientWith(10n)
    const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K' })
    const { outputs } = await client.ended(id)
    const { url, bytes } = outputs[0]!
    const part = await client.fetch('GET', url, { headers: { range: 'bytes=10-19' } })
    assert.deepEqual([part.status, part.headers.get('content-range'), (await part.arrayBuffer()).byteLength], [206, `bytes 10-19/${bytes}`, 10])
    const known = await client.fetch('GET', url, { headers: { 'if-none-match': part.headers.get('etag')! } })
    assert.equal(known.status, 304)
    assert.equal((await client.fetch('GET', url, { headers: { range: `bytes=${bytes}-` } })).status, 416)
    const preview = await client.fetch('GET', `${url}?w=64`)
    assert.deepEqual([preview.status, preview.headers.get('content-type')], [200, 'image/webp'])
    assert((await preview.arrayBuffer()).byteLength < bytes / 4)
    const download = await client.fetch('GET', `${url}?download=1`)
    assert.match(download.headers.get('content-disposition') ?? '', /^attachment; filename="cooly-[0-9a-f]+\.jpg"$/)
  })

  await t.test('history pages and filters without losing or repeating anything', async () => {
    const client = await app.clientWith(10n)
    const ids: string[] = []
    for (const prompt of ['one', 'two 100%', 'three']) ids.push((await client.generate({ prompt, size: '1K' })).id)
    for (const id of ids) await client.ended(id)
    const first = await client.json<{ items: { id: string }[]; nextCursor: string }>('GET', '/api/generations?limit=2')
    const second = await client.json<{ items: { id: string }[]; nextCursor: null }>('GET', `/api/generations?limit=2&cursor=${first.nextCursor}`)
    assert.deepEqual([...first.items, ...second.items].map(({ id }) => id), ids.toReversed())
    assert.equal(second.nextCursor, null)
    const found = await client.json<{ items: { id: string }[] }>('GET', '/api/generations?q=100%25&status=succeeded')
    assert.deepEqual(found.items.map(({ id }) => id), [ids[1]])
    assert.equal((await client.fetch('GET', '/api/generations?cursor=nonsense')).status, 400)
  })

  await t.test('the statement over HTTP sums to the balance, and comes as CSV', async () => {
    const client = await app.clientWith(10n)
    const { id } = await client.generate({ prompt: 'a lighthouse [[fault:refuse-output@1]]', n: 2, size: '1K' })
    await client.ended(id)
    const page = await client.json<{ items: { kind: string; amount: number; balanceAfter: number; generationId: string | null }[] }>('GET', '/api/credits/transactions?holds=true')
    assert.deepEqual(page.items.map(({ kind }) => kind).toSorted(), ['capture', 'grant', 'hold', 'release'])
    assert.equal(page.items.reduce((sum, { amount }) => sum + amount, 0), 9)
    assert.equal(page.items[0]!.balanceAfter, 9)
    const csv = await client.fetch('GET', '/api/credits/transactions', { headers: { accept: 'text/csv' } })
    assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/)
    const lines = (await csv.text()).trim().split('\r\n')
    assert.deepEqual([lines.length, lines[1]!.includes(id)], [3, true])
  })

  await t.test('input that is wrong is refused by field and holds nothing', async () => {
    const client = await app.clientWith(10n)
    const cases: [unknown, string, string | null][] = [
      [{}, 'request.invalid', '/prompt'],
      [{ prompt: '' }, 'request.invalid', '/prompt'],
      [{ prompt: '   ' }, 'request.invalid', '/prompt'],
      [{ prompt: 'x'.repeat(4_001) }, 'request.invalid', '/prompt'],
      [{ prompt: 'x', n: 0 }, 'request.invalid', '/n'],
      [{ prompt: 'x', n: -1 }, 'request.invalid', '/n'],
      [{ prompt: 'x', n: 1.5 }, 'request.invalid', '/n'],
      [{ prompt: 'x', n: '4' }, 'request.invalid', '/n'],
      [{ prompt: 'x', n: 2 ** 53 }, 'request.invalid', '/n'],
      [{ prompt: 'x', credits: 0 }, 'request.invalid', ''],
      [{ prompt: 'x', size: '8K' }, 'generation.unsupported_option', '/size'],
      [{ prompt: 'x', size: '99999x1' }, 'generation.unsupported_option', '/size'],
      [{ prompt: 'x', seed: 4 }, 'generation.unsupported_option', '/seed'],
      [{ prompt: 'x', webhookUrl: 'https://example.com' }, 'generation.unsupported_option', '/webhookUrl'],
      [{ prompt: 'nul \u0000 byte' }, 'request.not_text', null],
    ]
    for (const [body, code, path] of cases) {
      const response = await client.fetch('POST', '/api/images/seedream4/generate', { body })
      const problem = (await response.json()) as { code: string; errors?: { path: string }[] }
      assert.deepEqual([response.status, problem.code], [400, code], JSON.stringify(body))
      if (path !== null) assert(problem.errors?.some((mistake) => mistake.path.startsWith(path)), JSON.stringify(problem))
    }
    const unknown = await client.fetch('POST', '/api/images/nonesuch/generate', { body: { prompt: 'x' } })
    assert.deepEqual([unknown.status, ((await unknown.json()) as { code: string }).code], [404, 'catalog.unknown_model'])
    assert.deepEqual(await client.credits().then(({ available, held }) => [available, held]), [10, 0])
  })

  await assertBooks(app.db)
})
