/** What is made from pictures: images from references, videos from frames. The simulators tint what they make with the colour of what it is made from. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { listNamedUploads } from '#domains/generations'
import { collectUnused } from '#domains/uploads'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { sql } from '#platform/db'
import { openStorage } from '#platform/storage'
import { OPERATOR_KEY, openTestApp } from '#test/app'
import type { Client, GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'
import { meanColour, plainPicture, uploadPicture } from '#test/pictures'

const VIDEO = '/api/videos/seedance/generate'
const small = { prompt: 'waves', durationSeconds: 4, resolution: '480p' }
type Body = GenerationBody & { readonly input: Record<string, unknown>; readonly charged: { class: string; credits: number } }

test('inputs', { skip: withoutPostgres }, async (t) => {
  const openai = openaiSimulator({ latencyMs: 0, pictures: 'plain' })
  const server = await serveVendors([openai], { host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  const app = await openTestApp({ OPENAI_BASE_URL: `${server.url}/openai/v1` })
  const operator = { headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'x-cooly-operator': 'ada' } }
  const clerk = await app.clientWith(0n)
  const order = async (path: string, body: object = {}) => {
    const response = await clerk.fetch('POST', path, { ...operator, body: { reason: 'a test', ...body } })
    assert(response.ok, `${path}: ${response.status} ${await response.text()}`)
  }
  const asked = async (client: Client, path: string, body: object) => (await client.json<Body>('POST', path, { body })).id
  const made = async (client: Client, path: string, body: object) => client.ended(await asked(client, path, body)) as Promise<Body>
  const colourOf = async (client: Client, address: string) => meanColour(Buffer.from(await (await client.fetch('GET', address)).arrayBuffer()))

  for (const [model, field] of [['seedream4', '1K'], ['seedream-5-pro', '1K'], ['gpt-image-2', '1024x1024']] as const) {
    await t.test(`${model} works from the picture that was handed in, and it shows`, async () => {
      const client = await app.clientWith(20n)
      const [red, green] = [await uploadPicture(client, await plainPicture('#f01010')), await uploadPicture(client, await plainPicture('#10f010', { format: 'jpeg' }))]
      const fromOne = async (id: string) => {
        const done = await made(client, `/api/images/${model}/generate`, { prompt: 'a fox', n: 1, size: field, referenceImages: [id] })
        assert.equal(done.status, 'succeeded', JSON.stringify(done.error))
        assert.deepEqual(done.input['referenceImages'], [id])
        return colourOf(client, done.outputs[0]!.url)
      }
      const [fromRed, fromGreen] = [await fromOne(red.id), await fromOne(green.id)]
      assert(fromRed.red > fromGreen.red + 60 && fromGreen.green > fromRed.green + 60, JSON.stringify({ fromRed, fromGreen }))
    })
  }

  await t.test('an image from three pictures is costed with those that the vendor charges for, in the size that was made', async () => {
    const client = await app.clientWith(20n)
    const { id } = await uploadPicture(client, await plainPicture('#f01010'))
    const done = await made(client, '/api/images/seedream-5-pro/generate', { prompt: 'a fox', n: 1, size: '1K', referenceImages: [id, id, id] })
    const rows = await app.db.query(sql`select nominal_micro_usd::int as cost from provider_usage_logs where generation_id = ${done.id}`)
    assert.deepEqual(rows, [{ cost: 45_000 + 2 * 3_000 }])
  })

  await t.test('ten pictures of several megabytes go into one call, and all outputs are made from them', async () => {
    const client = await app.clientWith(20n)
    const noise = await sharp({ create: { width: 1_400, height: 1_400, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 90 } } }).png({ compressionLevel: 1 }).toBuffer()
    const { id, bytes } = await uploadPicture(client, noise)
    assert(bytes > 3_000_000, `${bytes} bytes`)
    const done = await made(client, '/api/images/seedream4/generate', { prompt: 'a fox', n: 2, size: '1K', referenceImages: Array.from({ length: 10 }, () => id) })
    assert.deepEqual([done.status, done.outputs.length, done.credits.captured], ['succeeded', 2, 2])
  })

  await t.test('a video begins and ends with the pictures that were handed in, and one made from references shows them', async () => {
    const client = await app.clientWith(100n)
    const [red, green] = [await uploadPicture(client, await plainPicture('#f01010')), await uploadPicture(client, await plainPicture('#10f010'))]
    const framed = await made(client, VIDEO, { ...small, firstFrame: red.id, lastFrame: red.id })
    assert.deepEqual([framed.status, framed.input['firstFrame'], framed.input['lastFrame']], ['succeeded', red.id, red.id], JSON.stringify(framed.error))
    const referenced = await made(client, VIDEO, { ...small, referenceImages: [green.id, green.id] })
    const [first, second] = await Promise.all([framed, referenced].map((done) => colourOf(client, `${done.outputs[0]!.url}?w=320`)))
    assert(first!.red > second!.red + 60 && second!.green > first!.green + 60, JSON.stringify({ first, second }))
  })

  await t.test('the schema of a model names every field that a request may have, and none that is refused', async () => {
    const client = await app.clientWith(0n)
    const { items } = await client.json<{ items: { id: string; kind: string; inputSchema: { properties: Record<string, { default?: unknown; maximum?: number }> } }[] }>('GET', '/api/models')
    for (const { id, kind, inputSchema: { properties } } of items) {
      for (const name of ['deadlineSeconds', 'metadata', 'priority', 'allowFallback', 'quoteId']) assert(name in properties, `${name} of ${id}`)
      assert.deepEqual([properties['deadlineSeconds']?.default, properties['deadlineSeconds']?.maximum, 'webhookUrl' in properties], [kind === 'image' ? 900 : 3_600, 86_400, false], id)
    }
  })

  await t.test('the catalogue says how many pictures each model takes, and where', async () => {
    const client = await app.clientWith(0n)
    type Listed = { id: string; kind: string; limits: { referenceImages: { max: number }; options: string[] }; inputSchema: { properties: Record<string, { maxItems?: number }> } }
    const { items } = await client.json<{ items: Listed[] }>('GET', '/api/models')
    for (const { id, limits, inputSchema } of items.filter(({ kind }) => kind === 'image')) {
      assert.deepEqual([limits.referenceImages.max, inputSchema.properties['referenceImages']?.maxItems, limits.options.includes('referenceImages')], [10, 10, true], id)
    }
    const seedance = items.find(({ id }) => id === 'seedance')!
    assert.deepEqual([seedance.limits.referenceImages.max, seedance.inputSchema.properties['referenceImages']?.maxItems], [9, 9])
    for (const option of ['firstFrame', 'lastFrame', 'referenceImages']) assert(seedance.limits.options.includes(option) && option in seedance.inputSchema.properties, option)
  })

  await t.test('an upload that nobody used for long is collected, but not while open work names it, as reference or as frame', async () => {
    const client = await app.clientWith(100n)
    const uploads = []
    for (const colour of ['#f01010', '#10f010', '#1010f0', '#101010']) uploads.push(await uploadPicture(client, await plainPicture(colour)))
    const [reference, first, last, unused] = uploads.map(({ id }) => id)
    for (const lane of ['image', 'video']) await order(`/api/admin/queues/${lane}/pause`)
    const ids = [await asked(client, '/api/images/seedream4/generate', { prompt: 'a fox', n: 1, size: '1K', referenceImages: [reference, reference] }), await asked(client, VIDEO, { ...small, firstFrame: first, lastFrame: last })]
    const collect = async () => {
      await app.db.query(sql`update uploads set last_used_at = now() - interval '31 days' where account_id = ${client.accountId}`)
      await collectUnused({ db: app.db, storage: await openStorage({ directory: join(app.dataDirectory, 'files') }), keptDays: 30, listNamed: (named) => listNamedUploads(app.db, named) })
      return (await client.json<{ items: { id: string }[] }>('GET', '/api/uploads')).items.map(({ id }) => id)
    }
    assert.deepEqual(await collect(), [last, first, reference])
    assert.equal((await client.fetch('GET', `/api/uploads/${unused}`)).status, 404)
    for (const lane of ['image', 'video']) await order(`/api/admin/queues/${lane}/resume`)
    for (const id of ids) assert.equal((await client.ended(id)).status, 'succeeded')
    assert.deepEqual(await collect(), [])
  })

  await t.test('what does not go together, or the model does not take, is refused by its field and holds nothing; a quote says the same', async () => {
    const client = await app.clientWith(100n)
    const { id } = await uploadPicture(client, await plainPicture('#f01010'))
    const [tiny, long] = [await uploadPicture(client, await plainPicture('#f01010', { width: 200, height: 200 })), await uploadPicture(client, await plainPicture('#f01010', { width: 1_200, height: 400 }))]
    const cases: readonly (readonly [path: string, body: object, paths: readonly string[], quoted: boolean])[] = [
      [VIDEO, { ...small, lastFrame: id }, ['/lastFrame'], true],
      [VIDEO, { ...small, firstFrame: id, referenceImages: [id] }, ['/referenceImages'], true],
      [VIDEO, { ...small, referenceImages: Array.from({ length: 10 }, () => id) }, ['/referenceImages'], true],
      // The shape of a picture is known once it is looked for, which a quote does not.
      [VIDEO, { ...small, firstFrame: tiny.id, lastFrame: long.id }, ['/firstFrame', '/lastFrame'], false],
    ]
    for (const [path, body, paths, quoted] of cases) {
      const response = await client.fetch('POST', path, { body })
      const { code, errors } = (await response.json()) as { code: string; errors: { path: string }[] }
      assert.deepEqual([response.status, code, errors.map((each) => each.path)], [400, 'generation.unsupported_option', paths])
      const quote = await client.fetch('POST', '/api/quotes', { body: { model: 'seedance', input: body } })
      assert.equal(quote.status, quoted ? 400 : 200)
    }
    const missing = await client.fetch('POST', VIDEO, { body: { ...small, firstFrame: crypto.randomUUID() } })
    const { code, errors } = (await missing.json()) as { code: string; errors: { path: string; code: string }[] }
    assert.deepEqual([missing.status, code, errors.map((each) => [each.path, each.code])], [422, 'upload.not_usable', [['/firstFrame', 'upload.missing']]])
    assert.deepEqual((await client.credits()).held, 0)
    assert.equal((await app.db.query(sql`select 1 from generation_sessions where account_id = ${client.accountId}`)).length, 0)
  })

  await t.test('a picture that is deleted before it is used ends the work with a code of its own and no charge; with another one an operator has it tried again', async () => {
    const client = await app.clientWith(20n)
    const [gone, other] = [await uploadPicture(client, await plainPicture('#f01010')), await uploadPicture(client, await plainPicture('#10f010'))]
    await order('/api/admin/queues/image/pause')
    const id = await asked(client, '/api/images/seedream4/generate', { prompt: 'a fox', n: 2, size: '1K', referenceImages: [gone.id] })
    assert.equal((await client.fetch('DELETE', gone.url)).status, 204)
    await order('/api/admin/queues/image/resume')
    const done = (await client.ended(id)) as Body
    assert.deepEqual([done.status, done.error?.code, done.charged], ['failed', 'generation.input_missing', { ...done.charged, class: 'input_missing', credits: 0 }])
    assert.deepEqual(await client.credits().then(({ available, held }) => [available, held]), [20, 0])
    assert.equal(app.simulator.stats().requests[id], undefined)
    const { items } = await client.json<{ items: { id: string; generationId: string }[] }>('GET', '/api/admin/dlq/messages', operator)
    const letter = items.find(({ generationId }) => generationId === id)!
    const address = await client.fetch('POST', `/api/admin/dlq/messages/${letter.id}/retry`, { ...operator, body: { reason: 'a test', input: { referenceImages: ['https://example.com/a.png'] } } })
    assert.equal(((await address.json()) as { code: string }).code, 'generation.unsupported_option')
    await order(`/api/admin/dlq/messages/${letter.id}/retry`, { input: { referenceImages: [other.id] } })
    const again = (await client.ended(id)) as Body
    assert.deepEqual([again.status, again.outputs.length, again.input['referenceImages']], ['succeeded', 2, [other.id]])
  })

  await t.test('the books are right', () => assertBooks(app.db))
})
