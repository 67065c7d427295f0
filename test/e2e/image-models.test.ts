import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import type { GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

interface ModelBody {
  readonly id: string
  readonly status: string
  readonly kind: string
  readonly providerModel: string
  readonly shutdownAt: string | null
  readonly replacement: string | null
  readonly simulated: boolean
  readonly price: { readonly credits: number }
  readonly limits: { readonly options: readonly string[]; readonly outputFormats: readonly string[]; readonly size: { readonly default: string; readonly presets: readonly string[] } }
}

interface ProblemBody {
  readonly code: string
  readonly errors: readonly { path: string; message: string }[]
  readonly replacement: string | null
  readonly shutdownAt: string
}

test('the image models', { skip: withoutPostgres }, async (t) => {
  const openai = openaiSimulator({ latencyMs: 0, pictures: 'plain' })
  const server = await serveVendors([openai], { host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  const app = await openTestApp({ OPENAI_BASE_URL: `${server.url}/openai/v1` })
  const client = await app.clientWith(100n)
  const { items: models } = await client.json<{ items: ModelBody[] }>('GET', '/api/models')
  const ask = (model: string, body: object, key?: string) =>
    client.fetch('POST', `/api/images/${model}/generate`, { body, headers: key === undefined ? {} : { 'idempotency-key': key } })

  await t.test('every model that can be asked makes a picture of its default size, at its price', async () => {
    const offered = models.filter(({ status, kind }) => status === 'available' && kind === 'image')
    assert.deepEqual(offered.map(({ id }) => id), ['seedream4', 'seedream-4-5', 'seedream-5', 'seedream-5-flash', 'seedream-5-pro', 'gpt-image-2'])
    for (const { id, price, limits, simulated } of offered) {
      const accepted = await client.json<GenerationBody>('POST', `/api/images/${id}/generate`, { body: { prompt: 'a lighthouse' } })
      const { status, credits, outputs } = await client.ended(accepted.id)
      assert.deepEqual([id, status, credits.captured, simulated], [id, 'succeeded', price.credits, true])
      assert.equal(`${outputs[0]!.width}x${outputs[0]!.height}`, limits.size.default)
    }
  })

  await t.test('what a model honours reaches the provider: a WebP, a transparent background', async () => {
    const webp = await (await ask('gpt-image-2', { prompt: 'a fox', outputFormat: 'webp', outputCompression: 50, quality: 'low' })).json() as GenerationBody
    assert.equal((await client.ended(webp.id)).outputs[0]!.contentType, 'image/webp')
    const png = await (await ask('seedream-5-pro', { prompt: 'a fox', outputFormat: 'png', background: 'transparent' })).json() as GenerationBody
    assert.equal((await client.ended(png.id)).outputs[0]!.contentType, 'image/png')
  })

  await t.test('an answer that is itself the picture is paid for once, and nothing is kept of it once the picture is stored', async () => {
    const { id } = await (await ask('gpt-image-2', { prompt: 'a fox', n: 3 })).json() as GenerationBody
    assert.equal((await client.ended(id)).outputs.length, 3)
    assert.equal(openai.stats().requests[id]!.billedImages, 3)
    assert.deepEqual(filesBelow(join(app.dataDirectory, 'files', 'provider-answers')), [])
  })

  await t.test('what a model does not take is refused by field, all at once, and nothing is held or asked', async () => {
    const before = await client.credits()
    const cases: readonly [model: string, body: object, paths: readonly string[]][] = [
      ['seedream4', { seed: 1, guidanceScale: 2, negativePrompt: 'rain', quality: 'low', outputFormat: 'png' }, ['/outputFormat', '/quality', '/seed', '/negativePrompt', '/guidanceScale']],
      ['seedream-4-5', { size: '1K' }, ['/size']],
      ['seedream-4-5', { size: '1024x1024' }, ['/size']],
      ['seedream-5-pro', { size: '4096x4096', background: 'pink' }, ['/size', '/background']],
      ['gpt-image-2', { size: '1000x1000' }, ['/size']],
      ['gpt-image-2', { size: '3840x2160', quality: 'high' }, ['/size', '/quality']],
      ['gpt-image-2', { outputFormat: 'png', outputCompression: 40 }, ['/outputCompression']],
    ]
    for (const [model, body, paths] of cases) {
      const refused = await ask(model, { prompt: 'a fox', ...body })
      const { code, errors } = await refused.json() as ProblemBody
      assert.deepEqual([refused.status, code, errors.map(({ path }) => path)], [400, 'generation.unsupported_option', paths], `${model} ${JSON.stringify(body)}`)
    }
    assert.deepEqual(await client.credits(), before)
  })

  await t.test('a model that its provider stopped is listed as retired and answers 410 with what to ask instead; its quotes too', async () => {
    const retired = models.find(({ id }) => id === 'gpt-image-1')!
    assert.deepEqual([retired.status, retired.shutdownAt, retired.replacement], ['retired', '2026-10-23T00:00:00.000Z', 'gpt-image-2'])
    for (const refused of [await ask('gpt-image-1', { prompt: 'a fox' }), await client.fetch('POST', '/api/quotes', { body: { model: 'gpt-image-1', input: { prompt: 'a fox' } } })]) {
      const { code, replacement, shutdownAt } = await refused.json() as ProblemBody
      assert.deepEqual([refused.status, code, replacement, shutdownAt], [410, 'catalog.model_retired', 'gpt-image-2', retired.shutdownAt])
    }
  })

  await t.test('a default is the same said or left out, for a quote and for a repetition', async () => {
    const { quoteId } = await client.json<{ quoteId: string }>('POST', '/api/quotes', { body: { model: 'gpt-image-2', input: { prompt: 'a fox' } } })
    const accepted = await ask('gpt-image-2', { prompt: 'a fox', quality: 'medium', size: '1024x1024', quoteId })
    assert.equal(accepted.status, 202)
    const { id } = await accepted.json() as GenerationBody
    const [row] = await app.db.query<{ input: unknown }>(sql`select input from generation_sessions where id = ${id}`)
    assert.deepEqual(row!.input, { prompt: 'a fox', n: 1, quality: 'medium', size: '1024x1024' })
    await client.ended(id)
  })

  await t.test('the books are right', () => assertBooks(app.db))
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name)
}
