import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { imageConformance } from '../conformance.ts'
import { inspectImage } from '../inspect-image.ts'
import { ProviderFailure, type ImageCall, type ImageResult } from '../port.ts'
import { BytedanceImages } from './adapter.ts'
import { IMAGE_MODELS } from './models.ts'
import { startBytedanceSimulator } from './simulator/index.ts'

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3600, apiKey: 'key', pictures: 'plain' })
after(() => simulator.close())

describe('the adapter keeps the promises of the port', () => {
  imageConformance({
    open: ({ timeoutMs, baseUrl } = {}) => new BytedanceImages({ apiKey: 'key', baseUrl: baseUrl ?? `${simulator.url}/api/v3`, simulated: true, timeoutMs }),
    providerModel: 'seedream-4-0-250828',
    size: '1K',
    callsOf: (requestId) => simulator.stats().requests[requestId]?.calls ?? 0,
    billedOf: (requestId) => simulator.stats().requests[requestId]?.billedImages ?? 0,
  })
})

// A vendor that says what was recorded, and remembers what it was sent.
let respond: (response: ServerResponse) => void = (response) => response.end()
let received: { url: string; headers: IncomingHttpHeaders; body: string } = { url: '', headers: {}, body: '' }
const replay = createServer((request, response) => {
  void text(request).then((body) => {
    received = { url: request.url ?? '', headers: request.headers, body }
    respond(response)
  })
})
replay.listen(0, '127.0.0.1')
await once(replay, 'listening')
after(() => replay.close())
const baseUrl = `http://127.0.0.1:${(replay.address() as AddressInfo).port}/api/v3/`

const KEY = 'ark-key-that-must-not-leak'
const CALL = { providerModel: 'seedream-4-0-250828', prompt: 'a fox', size: '2K', index: 2, requestId: 'request-1', callNumber: 3 }
const options = { signal: new AbortController().signal }

function generate(simulated = false): Promise<ImageResult> {
  return new BytedanceImages({ apiKey: KEY, baseUrl, simulated }).generateImage(CALL, options)
}

async function refusal(): Promise<ProviderFailure> {
  const error = await generate().then(() => assert.fail('it should have failed'), (reason: unknown) => reason)
  assert(error instanceof ProviderFailure, String(error))
  return error
}

function recorded(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')
}

function answers(body: string, { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {}): void {
  respond = (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

describe('what is sent', () => {
  test('the documented fields and no others, with the key as bearer', async () => {
    answers(recorded('answer-one-image'))
    await generate()
    assert.equal(received.url, '/api/v3/images/generations')
    assert.equal(received.headers.authorization, `Bearer ${KEY}`)
    assert.deepEqual(JSON.parse(received.body), {
      model: 'seedream-4-0-250828',
      prompt: 'a fox',
      size: '2K',
      response_format: 'url',
      watermark: false,
      sequential_image_generation: 'disabled',
    })
  })

  test('a real vendor never sees our ids; a simulator does', async () => {
    answers(recorded('answer-one-image'))
    await generate()
    assert.deepEqual(Object.keys(received.headers).filter((name) => name.startsWith('x-')), [])
    assert.doesNotMatch(JSON.stringify(received.headers) + received.body, /request-1/)
    await generate(true)
    assert.deepEqual([received.headers['x-simulator-request'], received.headers['x-simulator-call']], ['request-1', '3'])
  })
})

describe('what each model of the family takes', () => {
  const send = async (call: Partial<ImageCall>): Promise<Record<string, unknown>> => {
    answers(recorded('answer-one-image'))
    await new BytedanceImages({ apiKey: KEY, baseUrl, simulated: false }).generateImage({ ...CALL, ...call }, options)
    return JSON.parse(received.body) as Record<string, unknown>
  }
  const PRO = 'dola-seedream-5-0-pro-260628'
  const LITE = 'seedream-5-0-260128'

  test('5.0 pro and flash: a format, a background, references, and no word of groups', async () => {
    const body = await send({ providerModel: PRO, outputFormat: 'png', background: 'transparent', referenceImages: ['https://example.com/a.png'] })
    assert.deepEqual(body, { model: PRO, prompt: 'a fox', size: '2K', response_format: 'url', watermark: false, image: ['https://example.com/a.png'], output_format: 'png', background: 'transparent' })
  })

  test('a transparent background without a format is a PNG: the vendor would make a JPEG', async () => {
    const format = async (call: Partial<ImageCall>) => (await send({ providerModel: PRO, ...call }))['output_format']
    assert.deepEqual([await format({ background: 'transparent' }), await format({ background: 'opaque' }), await format({})], ['png', undefined, undefined])
  })

  test('5.0 lite takes a format; 4.x makes JPEGs and has no field for it', async () => {
    assert.equal((await send({ providerModel: LITE, outputFormat: 'png' }))['output_format'], 'png')
    assert.equal('output_format' in (await send({ outputFormat: 'jpeg' })), false)
  })

  test('a reference can be a data URL', async () => {
    assert.deepEqual((await send({ referenceImages: ['data:image/png;base64,AAAA'] }))['image'], ['data:image/png;base64,AAAA'])
  })

  const refused: Record<string, [call: Partial<ImageCall>, field: string]> = {
    'a PNG of 4.5': [{ providerModel: 'seedream-4-5-251128', outputFormat: 'png' }, 'outputFormat'],
    '1K of 4.5': [{ providerModel: 'seedream-4-5-251128', size: '1K' }, 'size'],
    '4K of 5.0 pro': [{ providerModel: PRO, size: '4K' }, 'size'],
    'too few pixels for 5.0 lite': [{ providerModel: LITE, size: '1024x1024' }, 'size'],
    'a ratio past sixteen': [{ size: '8000x400' }, 'size'],
    'a seed': [{ seed: 7 }, 'seed'],
    'a negative prompt': [{ negativePrompt: 'text' }, 'negativePrompt'],
    'a background of 4.0': [{ background: 'transparent' }, 'background'],
    'a quality': [{ quality: 'high' }, 'quality'],
    'eleven references of 5.0 pro': [{ providerModel: PRO, referenceImages: Array.from({ length: 11 }, () => 'https://example.com/a.png') }, 'referenceImages'],
    'a seed of a model that we do not know': [{ providerModel: 'ep-20261122-x', seed: 7 }, 'seed'],
    'a negative prompt of a model that we do not know': [{ providerModel: 'ep-20261122-x', negativePrompt: 'text' }, 'negativePrompt'],
    'a quality of a model that we do not know': [{ providerModel: 'ep-20261122-x', quality: 'high' }, 'quality'],
    'a compression of a model that we do not know': [{ providerModel: 'ep-20261122-x', outputFormat: 'jpeg', outputCompression: 50 }, 'outputCompression'],
    'a reference that is no address': [{ referenceImages: ['file:///etc/passwd'] }, 'referenceImages'],
  }
  for (const [title, [call, field]] of Object.entries(refused)) {
    test(`refused before it is sent: ${title}`, async () => {
      received = { url: '', headers: {}, body: '' }
      await assert.rejects(send(call), (error: unknown) => error instanceof ProviderFailure && error.reason === 'invalid' && error.field === field)
      assert.equal(received.url, '')
    })
  }

  test('every model makes its images through the simulator, as fields and all', async () => {
    const provider = new BytedanceImages({ apiKey: 'key', baseUrl: `${simulator.url}/api/v3`, simulated: true })
    for (const { id, aliases = [], presets, outputFormats, backgrounds } of IMAGE_MODELS) {
      for (const providerModel of [id, ...aliases]) {
        const result = await provider.generateImage({ ...CALL, providerModel, size: presets[0] ?? '', outputFormat: outputFormats[0], background: backgrounds[0], referenceImages: ['https://example.com/a.png'] }, options)
        const { body, contentType } = await provider.fetchOutput(result, options)
        body.destroy()
        assert.equal(contentType, `image/${outputFormats[0]}`, providerModel)
      }
    }
  })
})

describe('groups', () => {
  const group = (prompt: string, imagesMax = 4, call: Partial<ImageCall> = {}) =>
    new BytedanceImages({ apiKey: 'key', baseUrl: `${simulator.url}/api/v3`, simulated: true }).generateGroup({ ...CALL, size: '1K', ...call, prompt, imagesMax }, options)

  test('one call makes several images, each with its own share of the tokens', async () => {
    const items = await group('three images of a fox')
    assert.deepEqual(items.map((item) => item.kind === 'image' && item.result.usage), Array.from({ length: 3 }, () => ({ images: 1, tokens: 4096 })))
  })

  test('one that was refused is a reason in its place, and the others are there', async () => {
    const items = await group('three images of a fox [[fault:refuse-output]]')
    assert.deepEqual(items.map((item) => (item.kind === 'image' ? 'image' : item.failure.reason)), ['image', 'content_output', 'image'])
  })

  test('the documented fields ask for it', async () => {
    answers(recorded('answer-image-and-refused-item'))
    const items = await new BytedanceImages({ apiKey: KEY, baseUrl, simulated: false }).generateGroup({ ...CALL, imagesMax: 5 }, options)
    const { sequential_image_generation, sequential_image_generation_options } = JSON.parse(received.body) as Record<string, unknown>
    assert.deepEqual([sequential_image_generation, sequential_image_generation_options], ['auto', { max_images: 5 }])
    assert.deepEqual(items.map(({ kind }) => kind), ['image', 'failed'])
  })

  test('one whose address is none does not take the others with it', async () => {
    answers(JSON.stringify({ data: [{ url: 'https://tos.example/a', size: '1024x1024' }, { url: '::' }, { url: 'https://tos.example/b' }] }))
    const items = await new BytedanceImages({ apiKey: KEY, baseUrl, simulated: false }).generateGroup({ ...CALL, imagesMax: 3 }, options)
    assert.deepEqual(items.map((item) => (item.kind === 'image' ? item.result.url : item.failure.reason)), ['https://tos.example/a', 'bad_response', 'https://tos.example/b'])
  })

  test('a group of which nothing came is a failure of the call', async () => {
    answers(recorded('answer-refused-item-only'))
    await assert.rejects(new BytedanceImages({ apiKey: KEY, baseUrl, simulated: false }).generateGroup({ ...CALL, imagesMax: 2 }, options), { reason: 'content_output' })
  })

  test('more than fifteen with the references, or any on a model without groups, is refused', async () => {
    await assert.rejects(group('a fox', 16), { reason: 'invalid', field: 'imagesMax' })
    await assert.rejects(group('a fox', 10, { referenceImages: Array.from({ length: 6 }, () => 'https://example.com/a.png') }), { reason: 'invalid', field: 'referenceImages' })
    await assert.rejects(group('a fox', 2, { providerModel: 'dola-seedream-5-0-pro-260628' }), { reason: 'invalid', field: 'imagesMax' })
  })
})

describe('hostile results', () => {
  for (const [fault, judge] of [['pixel-flood', 'inspect'], ['bad-asset', 'inspect'], ['too-large', 'fetch'], ['redirect-private', 'fetch']] as const) {
    test(`${fault} is bad_output when it is ${judge}ed`, async () => {
      const provider = new BytedanceImages({ apiKey: 'key', baseUrl: `${simulator.url}/api/v3`, simulated: true })
      const result = await provider.generateImage({ ...CALL, size: '1K', prompt: `a fox [[fault:${fault}]]` }, options)
      const opening = provider.fetchOutput(result, options)
      await assert.rejects(judge === 'fetch' ? opening : inspectImage((await opening).body), { reason: 'bad_output' })
    })
  }
})

describe('recorded answers', () => {
  const image = { url: 'https://tos.example/img0.jpeg?sig=x', width: 2048, height: 2048, requestId: '021', usage: { images: 1, tokens: 16384 } }

  test('an image is read, with its size, its cost and the request id', async () => {
    answers(recorded('answer-one-image'), { headers: { 'x-request-id': '021' } })
    assert.deepEqual(await generate(), image)
  })

  test('an image beside a refused item is an image', async () => {
    answers(recorded('answer-image-and-refused-item'), { headers: { 'x-request-id': '021' } })
    assert.deepEqual(await generate(), image)
  })

  test('a 200 whose only item is an error is a refusal', async () => {
    answers(recorded('answer-refused-item-only'))
    assert.equal((await refusal()).reason, 'content_output')
  })

  test('fields that are new to us are ignored, and those that are missing are null', async () => {
    answers(JSON.stringify({ novelty: 1, data: [{ url: 'https://tos.example/x', novelty: {} }] }))
    const { width, height, requestId, usage } = await generate()
    assert.deepEqual({ width, height, requestId, usage }, { width: null, height: null, requestId: null, usage: { images: 1, tokens: null } })
  })

  test('the envelope gives reason and field, and its text stays out of what strangers read', async () => {
    answers(recorded('error-envelope'), { status: 400 })
    const { reason, field, message, publicMessage } = await refusal()
    assert.deepEqual([reason, field], ['invalid', 'size'])
    assert.match(message, /pixel range/)
    assert.doesNotMatch(publicMessage, /pixel range|0217example/)
  })

  test('every code of the table has its reason, and an unknown one follows its status', async () => {
    const table = JSON.parse(recorded('refusals')) as [number, string, string][]
    for (const [status, code, reason] of table) {
      answers(JSON.stringify({ error: { code, message: 'x', param: '', type: '' } }), { status })
      assert.equal((await refusal()).reason, reason, `${status} ${code}`)
    }
  })

  test('a refusal that is not an envelope follows its status', async () => {
    for (const [status, reason] of [[503, 'provider_fault'], [504, 'outcome_unknown'], [429, 'rate'], [307, 'bad_response']] as const) {
      answers('<html>gateway</html>', { status, headers: { location: 'http://127.0.0.1:1/' } })
      assert.equal((await refusal()).reason, reason, String(status))
    }
  })

  test('Retry-After is read as seconds and as a date', async () => {
    answers('{}', { status: 429, headers: { 'retry-after': '17' } })
    assert.equal((await refusal()).retryAfterSeconds, 17)
    answers('{}', { status: 429, headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() } })
    const { retryAfterSeconds } = await refusal()
    assert(retryAfterSeconds !== null && retryAfterSeconds > 3000 && retryAfterSeconds <= 3600)
  })
})

describe('answers that are no answers', () => {
  for (const [name, body] of Object.entries({ 'cut JSON': '{"data":[{"url":"htt', nothing: '', 'an empty list': '{"data":[]}', null: 'null', 'another shape': '{"data":{"url":1}}', 'an address that is none': '{"data":[{"url":"::"}]}' })) {
    test(`${name} is bad_response`, async () => {
      answers(body)
      assert.equal((await refusal()).reason, 'bad_response')
    })
  }

  test('an answer without end is cut off as bad_response', async () => {
    answers(`{"data":[],"x":"${'x'.repeat(2 * 1024 * 1024)}"}`)
    assert.equal((await refusal()).reason, 'bad_response')
  })

  test('a refusal counts by its status, though its body breaks off, drips or has no end', async () => {
    const refuseWith = (write: (response: ServerResponse) => void) => {
      respond = (response) => {
        response.writeHead(429, { 'retry-after': '7' })
        write(response)
      }
    }
    refuseWith((response) => response.write('{"error":', () => response.destroy()))
    assert.deepEqual(await refusal().then(({ reason, retryAfterSeconds }) => [reason, retryAfterSeconds]), ['rate', 7])
    refuseWith((response) => response.end('x'.repeat(5 * 1024 * 1024)))
    assert.equal((await refusal()).reason, 'rate')
    refuseWith((response) => response.write('{'))
    const impatient = new BytedanceImages({ apiKey: KEY, baseUrl, simulated: false, timeoutMs: 2_000 })
    await assert.rejects(impatient.generateImage(CALL, options), { reason: 'rate' })
  })

  test('a connection that breaks within the answer is outcome_unknown', async () => {
    respond = (response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"data":', () => response.destroy())
    }
    assert.equal((await refusal()).reason, 'outcome_unknown')
  })

  test('a vendor that echoes the key cannot make us log it', async () => {
    answers(JSON.stringify({ error: { code: 'AuthenticationError', message: `bad key ${KEY}` } }), { status: 401 })
    const failure = await refusal()
    assert.doesNotMatch(`${failure.stack} ${failure.message} ${failure.publicMessage}`, new RegExp(KEY))
  })
})

test('a real vendor is never fetched from over plain http', async () => {
  const real = new BytedanceImages({ apiKey: KEY, baseUrl, simulated: false })
  const result = { url: new URL('/img', baseUrl).href, width: null, height: null, requestId: null, usage: { images: 1, tokens: null } }
  received = { url: '', headers: {}, body: '' }
  await assert.rejects(real.fetchOutput(result, options), { reason: 'bad_output' })
  assert.equal(received.url, '')
})

test('a result of a simulator is fetched from where the simulator stands now', async () => {
  const before = new BytedanceImages({ apiKey: 'key', baseUrl: `${simulator.url}/api/v3`, simulated: true })
  const result = await before.generateImage({ ...CALL, size: '1K' }, options)
  const moved = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3600, pictures: 'plain' })
  try {
    const later = new BytedanceImages({ apiKey: 'key', baseUrl: `${moved.url}/api/v3`, simulated: true })
    const fetched = await later.fetchOutput(result, options)
    assert.equal(fetched.contentType, 'image/jpeg')
    fetched.body.destroy()
  } finally {
    await moved.close()
  }
})
