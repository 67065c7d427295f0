import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { imageConformance } from '../conformance.ts'
import { ProviderFailure, type ImageResult } from '../port.ts'
import { BytedanceImages } from './adapter.ts'
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
