import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { imageConformance } from '../conformance.ts'
import { InlineOutputs } from '../inline-outputs.ts'
import { ProviderFailure, type ImageCall, type ImageResult } from '../port.ts'
import { startReplay } from '../replay.ts'
import { serveVendors } from '../simulation/index.ts'
import { OpenaiImages } from './image-adapter.ts'
import type { OpenaiImageSettings } from './settings.ts'
import { openaiSimulator } from './simulator/index.ts'

const stored = new Map<string, Buffer>()
const store = {
  put: async (key: string, body: Readable): Promise<void> => void stored.set(key, await buffer(body)),
  open: (key: string): Promise<{ body: Readable; bytes: number }> => {
    const bytes = stored.get(key)
    if (bytes === undefined) return Promise.reject(Object.assign(new Error('nothing there'), { code: 'storage.missing' }))
    return Promise.resolve({ body: Readable.from([bytes], { objectMode: false }), bytes: bytes.length })
  },
  delete: (key: string): Promise<void> => Promise.resolve(void stored.delete(key)),
}
const freshOutputs = (): InlineOutputs => new InlineOutputs({ store })

const vendor = openaiSimulator({ latencyMs: 0, apiKey: 'key', pictures: 'plain' })
const simulator = await serveVendors([vendor], { host: '127.0.0.1', port: 0 })
after(() => simulator.close())

describe('the adapter keeps the promises of the port', () => {
  imageConformance({
    open: ({ timeoutMs, baseUrl } = {}) =>
      new OpenaiImages({ apiKey: 'key', baseUrl: baseUrl ?? `${simulator.url}/openai/v1`, simulated: true, timeoutMs, inlineOutputs: freshOutputs() }),
    providerModel: 'gpt-image-2-2026-04-21',
    size: '1024x1024',
    inline: true,
    claims: 'image/png',
    refusedOutput: 'content_input',
    callsOf: (requestId) => vendor.stats().requests[requestId]?.calls ?? 0,
    billedOf: (requestId) => vendor.stats().requests[requestId]?.billedImages ?? 0,
  })
})

const replay = await startReplay()
after(() => replay.close())
const baseUrl = `${replay.origin}/v1/`

const KEY = 'sk-key-that-must-not-leak'
const CALL: ImageCall = { providerModel: 'gpt-image-2-2026-04-21', prompt: 'a fox', size: '1024x1536', index: 2, requestId: 'request-1', callNumber: 3 }
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
const options = { signal: new AbortController().signal }

function open(settings: Partial<OpenaiImageSettings> = {}): OpenaiImages {
  return new OpenaiImages({ apiKey: KEY, baseUrl, simulated: false, inlineOutputs: freshOutputs(), ...settings })
}

function generate(call: Partial<ImageCall> = {}, settings: Partial<OpenaiImageSettings> = {}): Promise<ImageResult> {
  return open(settings).generateImage({ ...CALL, ...call }, options)
}

async function refusal(call: Partial<ImageCall> = {}): Promise<ProviderFailure> {
  const error = await generate(call).then(() => assert.fail('it should have failed'), (reason: unknown) => reason)
  assert(error instanceof ProviderFailure, String(error))
  return error
}

function recorded(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')
}

function lastReceived() {
  return replay.received.at(-1) ?? assert.fail('nothing was sent')
}

describe('what is sent', () => {
  test('words alone go as JSON, with the documented fields and no others', async () => {
    replay.answers(recorded('answer-one-image'))
    await generate({ quality: 'high', background: 'transparent', outputFormat: 'webp', outputCompression: 80, endUser: 'digest' }, { simulated: true })
    const { url, headers, body } = lastReceived()
    assert.equal(url, '/v1/images/generations')
    assert.equal(headers.authorization, `Bearer ${KEY}`)
    assert.deepEqual(JSON.parse(String(body)), {
      model: 'gpt-image-2-2026-04-21',
      prompt: 'a fox',
      n: 1,
      size: '1024x1536',
      quality: 'high',
      background: 'transparent',
      output_format: 'webp',
      output_compression: 80,
      safety_identifier: 'digest',
    })
  })

  test('a gateway is not told who it is for: it may not know the field', async () => {
    replay.answers(recorded('answer-one-image'))
    await generate({ endUser: 'digest' })
    assert(!String(lastReceived().body).includes('digest'))
  })

  test('what was left out is left out, so that the vendor decides', async () => {
    replay.answers(recorded('answer-one-image'))
    await generate()
    assert.deepEqual(JSON.parse(String(lastReceived().body)), { model: 'gpt-image-2-2026-04-21', prompt: 'a fox', n: 1, size: '1024x1536' })
  })

  test('pictures to work from go as files of a form', async () => {
    replay.answers(recorded('answer-one-image'))
    await generate({ referenceImages: [PIXEL, PIXEL] })
    const { url, headers, body } = lastReceived()
    assert.equal(url, '/v1/images/edits')
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData()
    assert.deepEqual([...form.keys()], ['model', 'prompt', 'n', 'size', 'image[]', 'image[]'])
    const [first] = form.getAll('image[]')
    assert(first instanceof File)
    assert.deepEqual([first.type, first.name, first.size], ['image/png', 'reference-0.png', 70])
  })

  test('a picture that the vendor would have to fetch is refused by field, and nothing is sent', async () => {
    const before = replay.received.length
    const { reason, field } = await refusal({ referenceImages: ['https://example.com/a.png'] })
    assert.deepEqual([reason, field, replay.received.length], ['invalid', 'referenceImages', before])
  })

  for (const [field, call] of Object.entries<Partial<ImageCall>>({
    seed: { seed: 7 },
    negativePrompt: { negativePrompt: 'rain' },
    size: { size: '1000x1000' },
    quality: { quality: 'max' },
    outputFormat: { outputFormat: 'gif' },
    outputCompression: { outputCompression: 101, outputFormat: 'webp' },
    'outputCompression without a format that loses': { outputCompression: 80 },
    background: { background: 'transparent', outputFormat: 'jpeg' },
  })) {
    test(`what the model does not take is refused by field: ${field}`, async () => {
      const before = replay.received.length
      const failure = await refusal(call)
      assert.deepEqual([failure.reason, failure.field, replay.received.length], ['invalid', field.split(' ')[0], before])
    })
  }

  test('a model that is not in the list is the gateway\'s own, and its sizes too', async () => {
    replay.answers(recorded('answer-one-image'))
    await generate({ providerModel: 'gateway-image-9', size: '1000x1000' })
    assert.equal((JSON.parse(String(lastReceived().body)) as { size: string }).size, '1000x1000')
  })

  test('a real vendor never sees our ids; a simulator does; an organization is named', async () => {
    replay.answers(recorded('answer-one-image'))
    await generate({}, { organization: 'org-1', project: 'proj-1' })
    const { headers, body } = lastReceived()
    assert.deepEqual([headers['openai-organization'], headers['openai-project']], ['org-1', 'proj-1'])
    assert.doesNotMatch(JSON.stringify(headers) + String(body), /request-1|x-simulator/)
    await generate({}, { simulated: true })
    assert.deepEqual([lastReceived().headers['x-simulator-request'], lastReceived().headers['x-simulator-call']], ['request-1', '3'])
  })
})

describe('recorded answers', () => {
  test('an image is read, with its size, its tokens and the request id, and the result holds no bytes', async () => {
    replay.answers(recorded('answer-one-image'), { headers: { 'x-request-id': 'req_1' } })
    const { url, ...rest } = await generate()
    assert.match(url, /^inline:provider-answers\/openai\/[0-9a-f-]{36}\.png$/)
    assert.deepEqual(rest, {
      inline: true,
      width: 1024,
      height: 1024,
      requestId: 'req_1',
      usage: { images: 1, tokens: 1056, inputTextTokens: 14, inputImageTokens: 0 },
    })
    assert.equal(stored.get(url.slice('inline:'.length))?.toString('hex'), '89504e470d0a1a0a')
  })

  test('a gateway that answers with an address is believed', async () => {
    replay.answers({ data: [{ url: 'https://gateway.example/a.png' }] })
    const { url, inline } = await generate()
    assert.deepEqual([url, inline], ['https://gateway.example/a.png', false])
  })

  test('the envelope gives reason and field, and its text stays out of what strangers read', async () => {
    replay.answers(recorded('error-envelope'), { status: 400 })
    const { reason, field, message, publicMessage } = await refusal()
    assert.deepEqual([reason, field], ['invalid', 'foo'])
    assert.match(message, /Unknown parameter/)
    assert.doesNotMatch(publicMessage, /foo/)
  })

  test('every code of the table has its reason, and an unknown one follows its status', async () => {
    for (const [status, type, code, reason] of JSON.parse(recorded('refusals')) as [number, string | null, string | null, string][]) {
      replay.answers({ error: { message: 'x', type, param: null, code } }, { status })
      assert.equal((await refusal()).reason, reason, `${status} ${code}`)
    }
  })

  test('how long to wait is read to the millisecond, as a header, or from the limits that are used up', async () => {
    const cases: [Record<string, string>, number | null][] = [
      [{ 'retry-after-ms': '1200', 'retry-after': '9' }, 2],
      [{ 'retry-after': '17' }, 17],
      [{ 'x-ratelimit-remaining-images': '0', 'x-ratelimit-reset-images': '1m30s', 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-tokens': '2h' }, 90],
      [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms' }, 1],
      [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': 'soon' }, null],
      [{}, null],
    ]
    for (const [headers, seconds] of cases) {
      replay.answers('{}', { status: 429, headers })
      assert.equal((await refusal()).retryAfterSeconds, seconds, JSON.stringify(headers))
    }
  })

  test('a 429 that the vendor asks not to repeat is a matter of quota', async () => {
    replay.answers('{}', { status: 429, headers: { 'x-should-retry': 'false' } })
    assert.equal((await refusal()).reason, 'quota')
  })

  test('the end of a model is passed on, from a success and from a refusal', async () => {
    const heard: unknown[] = []
    const onLifeNotice = (model: string, notice: unknown): void => void heard.push([model, notice])
    const headers = { deprecation: '@1795340000', sunset: 'Tue, 01 Dec 2026 00:00:00 GMT' }
    replay.answers(recorded('answer-one-image'), { headers })
    await generate({}, { onLifeNotice })
    replay.answers('{}', { status: 404, headers })
    await assert.rejects(generate({}, { onLifeNotice }), { reason: 'model_retired', message: /ends 2026-12-01/ })
    const notice = { deprecatedAt: '2026-11-22T09:33:20.000Z', sunsetAt: '2026-12-01T00:00:00.000Z', link: null }
    assert.deepEqual(heard, [[CALL.providerModel, notice], [CALL.providerModel, notice]])
  })

  test('the vendor\'s list of models says when each ends', async () => {
    replay.answers(recorded('models'))
    assert.deepEqual(await open().listModels(options), [
      { id: 'gpt-image-1.5', shutdownAt: '2026-12-01' },
      { id: 'gpt-image-2', shutdownAt: null },
      { id: 'gpt-4o', shutdownAt: null },
    ])
    replay.answers('<html>', { status: 200 })
    await assert.rejects(open().listModels(options), { reason: 'bad_response' })
  })
})

describe('answers that are no answers', () => {
  for (const [name, body] of Object.entries({ 'cut JSON': '{"data":[{"b64_json":"iVBO', nothing: '', 'an empty list': '{"data":[]}', null: 'null', 'another shape': '{"data":{"b64_json":1}}', 'an empty image': '{"data":[{"b64_json":"!"}]}', 'an address that is none': '{"data":[{"url":"::"}]}' })) {
    test(`${name} is bad_response`, async () => {
      replay.answers(body)
      assert.equal((await refusal()).reason, 'bad_response')
    })
  }

  test('a connection that breaks within the answer is outcome_unknown', async () => {
    replay.respond((response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"data":', () => response.destroy())
    })
    assert.equal((await refusal()).reason, 'outcome_unknown')
  })

  test('a vendor that echoes the key cannot make us log it', async () => {
    replay.answers({ error: { code: 'invalid_api_key', message: `Incorrect API key provided: ${KEY}` } }, { status: 401 })
    const failure = await refusal()
    assert.doesNotMatch(`${failure.stack} ${failure.message} ${failure.publicMessage}`, new RegExp(KEY))
  })
})

test('a result is fetched after a restart, paid once, until it is discarded', async () => {
  const before = replay.received.length
  replay.answers(recorded('answer-one-image'))
  const result = JSON.parse(JSON.stringify(await generate())) as ImageResult
  const restarted = open()
  for (const _ of [1, 2]) {
    const { body, contentType, contentLength } = await restarted.fetchOutput(result, options)
    assert.deepEqual([(await buffer(body)).toString('hex'), contentType, contentLength], ['89504e470d0a1a0a', 'image/png', 8])
  }
  assert.equal(replay.received.length, before + 1)
  await restarted.discardOutput(result)
  await restarted.discardOutput(result)
  await assert.rejects(open().fetchOutput(result, options), { reason: 'output_gone' })
})
