/** Videos over HTTP, from the quote to the file that plays, on the simulator. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probeVideo, sourceOfBytes } from '#platform/media'
import { openTestApp } from '#test/app'
import type { Client, GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'

interface Video extends Omit<GenerationBody, 'outputs'> {
  readonly kind: string
  readonly outputs: readonly (GenerationBody['outputs'][number] & { durationSeconds: number | null; posterUrl: string | null })[]
  readonly input: Record<string, unknown>
}

const GENERATE = '/api/videos/seedance/generate'
const small = { prompt: 'waves at a lighthouse', durationSeconds: 4, resolution: '480p' }

async function refusal(client: Client, path: string, body: object): Promise<unknown> {
  const response = await client.fetch('POST', path, { body })
  const { code, errors } = (await response.json()) as { code: string; errors?: { path: string }[] }
  return [response.status, code, errors?.map((error) => error.path)]
}

test('videos over HTTP', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp()

  await t.test('a quote by the second, a request that names it, a video that plays, a poster, and exactly the quoted price', async () => {
    const client = await app.clientWith(100n)
    const quote = await client.json<{ quoteId: string; credits: number; lines: unknown }>('POST', '/api/quotes', { body: { model: 'seedance', input: small } })
    assert.deepEqual([quote.credits, quote.lines], [8, [{ what: '4 seconds of video by Seedance 2.0 at 480p', credits: 8 }]])
    const accepted = await client.json<Video>('POST', GENERATE, { body: { ...small, quoteId: quote.quoteId } })
    assert.deepEqual([accepted.kind, accepted.status, accepted.simulated, accepted.credits.held], ['video', 'queued', true, 8])
    assert.deepEqual(accepted.input, { ...small, aspectRatio: '16:9', generateAudio: true })
    const done = (await client.ended(accepted.id)) as Video
    assert.equal(done.status, 'succeeded', JSON.stringify(done))
    assert.deepEqual([done.credits.captured, done.credits.released], [8, 0])
    const [output] = done.outputs
    const bytes = Buffer.from(await (await client.fetch('GET', output!.url)).arrayBuffer())
    const found = await probeVideo(sourceOfBytes(bytes))
    assert.deepEqual([found.contentType, found.codec, found.width, found.height, Math.round(found.seconds)], ['video/mp4', 'avc', output!.width, output!.height, 4])
    assert.equal(Math.round(output!.durationSeconds!), 4)
    const poster = await client.fetch('GET', output!.posterUrl!)
    assert.deepEqual([poster.status, poster.headers.get('content-type')], [200, 'image/webp'])
    const part = await client.fetch('GET', output!.url, { headers: { range: 'bytes=100-199' } })
    assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer())], [206, bytes.subarray(100, 200)])
    assert.deepEqual(app.simulator.stats().requests[accepted.id], { calls: 1, billedImages: 0, billedVideos: 1 })
  })

  await t.test('what the model cannot do is refused by its field, before anything is held', async () => {
    const client = await app.clientWith(100n)
    const wrong = { prompt: 'x', durationSeconds: 3, resolution: '8k', aspectRatio: '2:1', seed: 1, lastFrame: 'https://example.com/a.png' }
    const paths = ['/resolution', '/aspectRatio', '/durationSeconds', '/seed', '/lastFrame']
    assert.deepEqual(await refusal(client, GENERATE, wrong), [400, 'generation.unsupported_option', paths])
    assert.deepEqual(await refusal(client, '/api/quotes', { model: 'seedance', input: wrong }), [400, 'generation.unsupported_option', paths.map((path) => `/input${path}`)])
    assert.deepEqual(await refusal(client, '/api/quotes', { model: 'seedance', input: { prompt: 'x', size: '1K' } }), [400, 'generation.unsupported_option', ['/input/size']])
    assert.deepEqual(await refusal(client, '/api/videos/seedream4/generate', { prompt: 'x' }), [404, 'catalog.unknown_model', undefined])
    assert.deepEqual(await refusal(client, '/api/images/seedance/generate', { prompt: 'x' }), [404, 'catalog.unknown_model', undefined])
    assert.deepEqual(await refusal(await app.clientWith(7n), GENERATE, small), [402, 'credits.insufficient', undefined])
    assert.deepEqual(await client.credits().then(({ available, held }) => [available, held]), [100, 0])
  })

  await t.test('a key is one video, and the same answer again', async () => {
    const client = await app.clientWith(100n)
    const headers = { 'idempotency-key': 'one' }
    const [first, second] = [await client.fetch('POST', GENERATE, { body: small, headers }), await client.fetch('POST', GENERATE, { body: small, headers })]
    assert.deepEqual([first.status, second.status, second.headers.get('idempotent-replayed')], [202, 202, 'true'])
    const text = await first.text()
    assert.equal(await second.text(), text)
    await client.ended((JSON.parse(text) as Video).id)
    assert.equal((await client.credits()).available, 92)
  })

  await t.test('a refusal of the content after the run costs nothing and is said', async () => {
    const client = await app.clientWith(100n)
    const { id } = await client.json<Video>('POST', GENERATE, { body: { ...small, prompt: 'waves [[fault:refuse-output]]' } })
    const done = await client.ended(id)
    assert.deepEqual([done.status, done.error?.code, done.credits.captured, done.credits.released], ['failed', 'provider.output_rejected', 0, 8])
  })

  await t.test('it shows in the history by kind, and counts as one output in the usage', async () => {
    const client = await app.clientWith(100n)
    const { id } = await client.json<Video>('POST', GENERATE, { body: small })
    await client.ended(id)
    const { items } = await client.json<{ items: Video[] }>('GET', '/api/generations?kind=video')
    assert.deepEqual(items.map((item) => item.id), [id])
    const { total } = await client.json<{ total: unknown }>('GET', '/api/credits/usage')
    assert.deepEqual(total, { generations: 1, outputs: 1, credits: 8 })
  })

  await t.test('the books are right', () => assertBooks(app.db))
})
