/** The whole catalogue over HTTP: whatever GET /api/models says can be asked makes a result, by the rules that it tells, on the simulators. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probeVideo, sourceOfBytes } from '#platform/media'
import { startSimulators } from '#platform/providers/simulators'
import { openTestApp, OPERATOR_KEY } from '#test/app'
import { Client, type GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

interface ModelBody {
  readonly id: string
  readonly kind: 'image' | 'video'
  readonly status: string
  readonly simulated: boolean
  readonly shutdownAt: string | null
  readonly replacement: string | null
  readonly price: { readonly unit: string; readonly credits: number; readonly rates: Readonly<Record<string, number>> }
  readonly limits: VideoLimits
}

interface VideoLimits {
  readonly resolution: { readonly default: string; readonly values: readonly string[] }
  readonly aspectRatio: { readonly default: string; readonly values: readonly string[] } | null
  readonly durationSeconds: { readonly default: number; readonly min: number; readonly max: number; readonly values: readonly number[] | null; readonly byResolution: Readonly<Record<string, readonly number[]>> }
  readonly audio: { readonly default: boolean; readonly optional: boolean } | null
  readonly options: readonly string[]
}

type Request = Readonly<Record<string, unknown>>

const list = async (client: Client): Promise<readonly ModelBody[]> => (await client.json<{ items: ModelBody[] }>('GET', '/api/models')).items

/** The shortest video that the model's own rules allow at this resolution, with everything said that can be said. */
function shortest({ durationSeconds: { min, byResolution }, aspectRatio, audio, options }: VideoLimits, resolution: string): Request & { durationSeconds: number } {
  return {
    prompt: 'waves at a lighthouse', resolution, durationSeconds: byResolution[resolution]?.[0] ?? min,
    ...(aspectRatio === null ? {} : { aspectRatio: aspectRatio.values.at(-1) }),
    ...(audio === null ? {} : { generateAudio: audio.default }),
    ...(options.includes('seed') ? { seed: 7 } : {}),
    ...(options.includes('negativePrompt') ? { negativePrompt: 'rain' } : {}),
  }
}

async function refusal(client: Client, path: string, body: Request): Promise<readonly [status: number, code: string, paths: readonly string[]]> {
  const response = await client.fetch('POST', path, { body })
  const { code, errors = [] } = (await response.json()) as { code: string; errors?: { path: string }[] }
  return [response.status, code, errors.map((error) => error.path)]
}

test('every model of the catalogue', { skip: withoutPostgres }, async (t) => {
  const simulators = await startSimulators({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
  t.after(() => simulators.close())
  const app = await openTestApp({
    OPENAI_BASE_URL: `${simulators.url}/openai/v1`, GOOGLE_BASE_URL: `${simulators.url}/google/v1beta`, GOOGLE_VEO: 'true', GOOGLE_VERTEX_BASE_URL: `${simulators.url}/google/vertex/v1`,
  })
  const client = await app.clientWith(100_000n)
  const models = await list(client)
  const offered = models.filter(({ status }) => status === 'available' || status === 'deprecated')
  const videos = offered.filter(({ kind }) => kind === 'video')

  await t.test('all that can be asked are listed, those of gateways among them, and each says that it is simulated', () => {
    assert.deepEqual(videos.map(({ id }) => id), ['seedance', 'seedance-fast', 'seedance-mini', 'seedance-2-5', 'veo', 'veo-preview', 'omni', 'sora'])
    assert(offered.length > videos.length)
    assert.deepEqual(offered.filter(({ simulated }) => !simulated), [])
  })

  await t.test('an image model makes a picture with nothing but a prompt, at its price', async () => {
    await Promise.all(offered.filter(({ kind }) => kind === 'image').map(async ({ id, price }) => {
      const { id: generation } = await client.json<GenerationBody>('POST', `/api/images/${id}/generate`, { body: { prompt: 'a lighthouse' } })
      const { status, outputs, credits } = await client.ended(generation)
      assert.deepEqual([id, status, outputs.length, credits.captured], [id, 'succeeded', 1, price.credits])
    }))
  })

  await t.test('a video model makes a video with nothing but a prompt, of its usual length, at the price of its quote', async () => {
    await Promise.all(videos.map(async ({ id, price, limits }) => {
      const seconds = limits.durationSeconds.default
      const { quoteId, credits } = await client.json<{ quoteId: string; credits: number }>('POST', '/api/quotes', { body: { model: id, input: { prompt: 'waves' } } })
      assert.equal(credits, seconds * price.credits)
      const { id: generation } = await client.json<GenerationBody>('POST', `/api/videos/${id}/generate`, { body: { prompt: 'waves', quoteId } })
      const done = await client.ended(generation)
      assert.deepEqual([id, done.status, done.simulated, done.credits.captured], [id, 'succeeded', true, credits], JSON.stringify(done.error))
      await assertPlayable(client, done, seconds)
    }))
  })

  await t.test('a video model makes every resolution, with every option that it has, by the rate of that resolution', async () => {
    const cases = videos.flatMap(({ limits, ...model }) => limits.resolution.values.map((resolution) => ({ ...model, resolution, body: shortest(limits, resolution) })))
    await Promise.all(cases.map(async ({ id, price, resolution, body }) => {
      const accepted = await client.json<GenerationBody & { input: Request }>('POST', `/api/videos/${id}/generate`, { body })
      const { status, credits, error } = await client.ended(accepted.id)
      assert.deepEqual([id, resolution, status, credits.captured], [id, resolution, 'succeeded', body.durationSeconds * price.rates[resolution]!], JSON.stringify(error))
      for (const [name, value] of Object.entries(body)) assert.deepEqual([name, accepted.input[name]], [name, value])
    }))
  })

  await t.test('what a video model does not take is refused by its field, for the request and for its quote, and nothing is held', async () => {
    const before = await client.credits()
    const cases: readonly [model: string, body: Request, paths: readonly string[]][] = [
      ['veo', { durationSeconds: 5 }, ['/durationSeconds']],
      ['veo', { durationSeconds: 4, resolution: '1080p' }, ['/durationSeconds']],
      ['veo', { durationSeconds: 4, resolution: '480p', aspectRatio: '1:1' }, ['/resolution', '/aspectRatio']],
      ['veo-preview', { seed: 1, generateAudio: false }, ['/seed', '/generateAudio']],
      ['omni', { durationSeconds: 16, seed: 1, negativePrompt: 'rain', generateAudio: false }, ['/durationSeconds', '/seed', '/negativePrompt', '/generateAudio']],
      ['sora', { durationSeconds: 5, resolution: '720p', aspectRatio: '16:9' }, ['/resolution', '/aspectRatio', '/durationSeconds']],
      ['seedance-fast', { resolution: '1080p' }, ['/resolution']],
      ['seedance-2-5', { durationSeconds: 31, resolution: '1080p' }, ['/resolution', '/durationSeconds']],
      ['seedance', { aspectRatio: 'adaptive', seed: 1 }, ['/aspectRatio', '/seed']],
    ]
    for (const [model, body, paths] of cases) {
      const input = { prompt: 'x', ...body }
      assert.deepEqual(await refusal(client, `/api/videos/${model}/generate`, input), [400, 'generation.unsupported_option', paths], `${model} ${JSON.stringify(body)}`)
      assert.deepEqual(await refusal(client, '/api/quotes', { model, input }), [400, 'generation.unsupported_option', paths.map((path) => `/input${path}`)])
    }
    assert.deepEqual(await client.credits(), before)
  })

  await t.test('an operator changes the words and the seed of a video that failed, where its model takes them, and nothing that its price was for', async () => {
    const failed = async (model: string): Promise<{ id: string; letter: string }> => {
      const { id } = await client.json<GenerationBody>('POST', `/api/videos/${model}/generate`, { body: { prompt: 'waves [[fault:refuse-output]]', durationSeconds: 4 } })
      assert.deepEqual((await client.ended(id)).error?.code, 'provider.output_rejected')
      const { items } = await operator.json<{ items: { id: string; generationId: string }[] }>('GET', '/api/admin/dlq/messages', { headers })
      return { id, letter: items.find(({ generationId }) => generationId === id)!.id }
    }
    const operator = new Client(app.address)
    const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'x-cooly-operator': 'ada' }
    const retry = (letter: string, input: Request) => operator.fetch('POST', `/api/admin/dlq/messages/${letter}/retry`, { headers, body: { input } })
    const [veo, sora] = [await failed('veo'), await failed('sora')]
    const changed = { prompt: 'calm waves', negativePrompt: 'rain', seed: 7 }
    assert.equal((await retry(veo.letter, changed)).status, 200)
    const done = (await client.ended(veo.id)) as GenerationBody & { input: Request }
    assert.deepEqual([done.status, done.input], ['succeeded', { ...done.input, ...changed, durationSeconds: 4 }])
    for (const [input, path] of [[{ seed: 7 }, '/input/seed'], [{ size: '1280x720' }, '/input/size']] as const) {
      const refused = await retry(sora.letter, input)
      const { code, errors } = (await refused.json()) as { code: string; errors: { path: string }[] }
      assert.deepEqual([refused.status, code, errors.map((error) => error.path)], [400, 'generation.unsupported_option', [path]])
    }
  })

  await t.test('the books are right', () => assertBooks(app.db))
})

async function assertPlayable(client: Client, { outputs: [output] }: GenerationBody, seconds: number): Promise<void> {
  const bytes = Buffer.from(await (await client.fetch('GET', output!.url)).arrayBuffer())
  const found = await probeVideo(sourceOfBytes(bytes))
  assert.deepEqual([found.codec, Math.round(found.seconds), bytes.length], ['avc', seconds, output!.bytes])
}
