import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { ProviderFailure, type VideoCall, type VideoTask } from '../port.ts'
import { shapeOf, startReplay } from '../replay.ts'
import { serveVendors } from '../simulation/index.ts'
import { videoConformance } from '../video-conformance.ts'
import { OmniVideos } from './omni-adapter.ts'
import { googleSimulator } from './simulator/index.ts'

const vendor = googleSimulator({ latencyMs: 0, apiKey: 'key', pictures: 'plain' })
const simulator = await serveVendors([vendor], { host: '127.0.0.1', port: 0 })
after(() => simulator.close())
const base = `${simulator.url}/google/v1beta`
const simulated = new OmniVideos({ apiKey: 'key', baseUrl: base, simulated: true })

describe('the adapter keeps the promises of the port', () => {
  videoConformance({
    open: ({ timeoutMs, baseUrl } = {}) => new OmniVideos({ apiKey: 'key', baseUrl: baseUrl ?? base, simulated: true, timeoutMs }),
    providerModel: 'gemini-omni-1.2-flash',
    settings: { resolution: '720p', durationSeconds: 4, ratio: '16:9' },
    submitsOf: (requestId) => vendor.stats().requests[requestId]?.calls ?? 0,
    billedOf: (requestId) => vendor.stats().requests[requestId]?.billedVideos ?? 0,
  })
})

const replay = await startReplay()
after(() => replay.close())
const KEY = 'AIza-key-that-must-not-leak'
const PIXEL = 'data:image/png;base64,iVBORw0KGgo='
const CALL: VideoCall = { providerModel: 'gemini-omni-1.2-flash', prompt: 'a fox', resolution: '720p', ratio: '9:16', durationSeconds: 8, clientReference: 'reference-1', requestId: 'request-1', callNumber: 1 }
const options = { signal: new AbortController().signal }
const omni = new OmniVideos({ apiKey: KEY, baseUrl: `${replay.origin}/v1beta`, simulated: false })

const UNKNOWN = { error: { code: 404, message: 'Requested entity was not found.', status: 'NOT_FOUND' } }
/** Errors of an interaction in which nothing is said of what was asked for. */
const OURS = [
  [4, 'provider_fault'], ['DEADLINE_EXCEEDED', 'provider_fault'], [504, 'provider_fault'], ['DATA_LOSS', 'provider_fault'], ['NOT_FOUND', 'provider_fault'], [404, 'provider_fault'],
  [7, 'permission'], [403, 'permission'], ['FAILED_PRECONDITION', 'permission'], [401, 'auth'], ['UNAUTHENTICATED', 'auth'],
] as const

function recorded(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
}

function lastReceived() {
  return replay.received.at(-1) ?? assert.fail('nothing was sent')
}

async function pollAs(answer: unknown): Promise<VideoTask> {
  replay.answers(answer)
  return omni.poll('int_1', options)
}

async function refusal(call: Partial<VideoCall> = {}): Promise<ProviderFailure> {
  const error = await omni.submit({ ...CALL, ...call }, options).then(() => assert.fail('it should have failed'), (reason: unknown) => reason)
  assert(error instanceof ProviderFailure, String(error))
  return error
}

describe('what is sent', () => {
  test('a background interaction that delivers by address, with the key in a header', async () => {
    replay.answers(recorded('interaction-in-progress'))
    assert.deepEqual(await omni.submit(CALL, options), { kind: 'task', taskId: 'int_1', providerStatus: 'in_progress', requestId: null })
    const { method, url, headers, body } = lastReceived()
    assert.deepEqual([method, url, headers['x-goog-api-key']], ['POST', '/v1beta/interactions', KEY])
    const { labels, ...rest } = JSON.parse(String(body)) as Record<string, unknown>
    assert.deepEqual(rest, {
      model: 'gemini-omni-1.2-flash',
      input: 'a fox',
      response_format: { type: 'video', aspect_ratio: '9:16', resolution: '720p', duration: '8s', delivery: 'uri' },
      background: true,
      store: true,
    })
    assert.match((labels as { reference: string }).reference, /^[0-9a-f]{32}$/)
    assert.doesNotMatch(JSON.stringify(headers) + String(body), /request-1|reference-1/)
  })

  test('pictures are parts of the input; an address that the vendor would have to fetch is refused', async () => {
    replay.answers(recorded('interaction-in-progress'))
    await omni.submit({ ...CALL, referenceImages: [PIXEL] }, options)
    const { input } = JSON.parse(String(lastReceived().body)) as { input: unknown }
    assert.deepEqual(input, [{ type: 'text', text: 'a fox' }, { type: 'image', data: 'iVBORw0KGgo=', mime_type: 'image/png' }])
    const { reason, field } = await refusal({ referenceImages: ['https://example.com/a.png'] })
    assert.deepEqual([reason, field], ['invalid', 'referenceImages'])
  })

  test('what the model does not take is refused by field, also for a model that is not in the list', async () => {
    const before = replay.received.length
    for (const providerModel of ['gemini-omni-1.2-flash', 'gemini-omni-9']) {
      for (const call of [{ seed: 7 }, { negativePrompt: 'rain' }, { firstFrame: PIXEL }, { audio: false }, { callbackUrl: 'https://cooly.example/x' }] as const) {
        const { reason, field } = await refusal({ providerModel, ...call })
        assert.deepEqual([reason, field], ['invalid', Object.keys(call)[0]])
      }
    }
    assert.equal(replay.received.length, before)
  })
})

describe('recorded answers', () => {
  test('a video by address, with its tokens', async () => {
    const task = await pollAs(recorded('interaction-completed'))
    assert(task.state === 'succeeded')
    assert.equal(task.result.url, 'https://generativelanguage.googleapis.com/v1beta/files/abc')
    assert.deepEqual(task.result.usage, { seconds: null, tokens: 46_000 })
  })

  test('the convenience field is read where the steps hold nothing', async () => {
    const task = await pollAs({ ...recorded('interaction-completed'), steps: [], output_video: { mime_type: 'video/mp4', uri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } })
    assert(task.state === 'succeeded')
    assert.match(task.result.url, /files\/x$/)
  })

  test('a video inside the answer stays at the vendor, and is asked for again when it is fetched', async () => {
    const inline = { ...recorded('interaction-completed'), steps: [{ type: 'model_output', content: [{ type: 'video', mime_type: 'video/mp4', data: 'AAAAGGZ0eXA=' }] }] }
    const task = await pollAs(inline)
    assert(task.state === 'succeeded')
    assert.equal(task.result.url, 'interaction:int_1')
    const { body, contentType } = await omni.fetchOutput(task.result, 'video', options)
    assert.deepEqual([(await buffer(body)).toString('latin1', 4, 8), contentType], ['ftyp', 'video/mp4'])
    replay.answers(UNKNOWN, { status: 404 })
    await assert.rejects(omni.fetchOutput(task.result, 'video', options), { reason: 'output_gone' })
  })

  test('an interaction that the vendor does not know is gone; a 404 of a proxy says nothing', async () => {
    replay.answers(UNKNOWN, { status: 404 })
    assert.equal((await omni.poll('int_1', options)).state, 'gone')
    for (const words of ['<html>404 Not Found</html>', '{}', '{"detail":"Not Found"}']) {
      replay.answers(words, { status: 404 })
      await assert.rejects(omni.poll('int_1', options), ProviderFailure, words)
    }
  })

  test('each status is a state, and a new word is no end', async () => {
    const table: Record<string, string> = { queued: 'queued', in_progress: 'running', dreaming: 'running', cancelled: 'cancelled', requires_action: 'failed', requires_continuation: 'failed', incomplete: 'failed', budget_exceeded: 'failed' }
    for (const [status, state] of Object.entries(table)) assert.equal((await pollAs({ ...recorded('interaction-in-progress'), status })).state, state, status)
  })

  test('a block is told in three ways, and each is a refused result', async () => {
    const step = { type: 'model_output', content: [], error: { code: 'BLOCKED', message: 'x' } }
    const blocked = [recorded('interaction-failed'), { ...recorded('interaction-completed'), steps: [] }, { ...recorded('interaction-in-progress'), status: 'failed', steps: [step] }]
    for (const answer of blocked) {
      const task = await pollAs(answer)
      assert(task.state === 'failed', JSON.stringify(task))
      assert.equal(task.failure.reason, 'content_output')
    }
  })

  test('a fault of the vendor is told apart from a block, as a word and as a number', async () => {
    for (const [code, reason] of [['INTERNAL', 'provider_fault'], [14, 'provider_fault'], [500, 'provider_fault'], ['RESOURCE_EXHAUSTED', 'rate'], ...OURS]) {
      const task = await pollAs({ ...recorded('interaction-failed'), errors: [{ code, message: 'x', details: { novelty: 1 } }] })
      assert(task.state === 'failed')
      assert.equal(task.failure.reason, reason)
    }
  })

  test('every refusal of the table has its reason', async () => {
    for (const [code, status, details, reason] of JSON.parse(readFileSync(new URL('./fixtures/refusals.json', import.meta.url), 'utf8')) as [number, string, unknown[], string][]) {
      replay.answers({ error: { code, message: 'x', status, details } }, { status: code })
      assert.equal((await refusal()).reason, reason, `${code} ${status}`)
    }
    replay.answers(recorded('error-envelope'), { status: 400 })
    assert.equal((await refusal()).reason, 'auth')
    replay.answers({ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'The prompt violates our usage guidelines.' } }, { status: 400 })
    assert.equal((await refusal()).reason, 'content_input')
    // A field that breaks a rule is named; it is no matter of content.
    const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'response_format.duration', description: 'out of range' }] }]
    replay.answers({ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'Field violations: response_format.duration', details } }, { status: 400 })
    assert.equal((await refusal()).reason, 'invalid')
    replay.answers({ error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'x', details: { novelty: 1 } } }, { status: 429, headers: { 'retry-after': '5' } })
    assert.deepEqual(await refusal().then(({ reason, message }) => [reason, message]), ['rate', '429 RESOURCE_EXHAUSTED: x'])
  })

  test('how long to wait is read from the header or from the details, and the field from the violations', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '36.2s' }]
    replay.answers({ error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'x', details } }, { status: 429 })
    assert.equal((await refusal()).retryAfterSeconds, 37)
    replay.answers({ error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'x', details } }, { status: 429, headers: { 'retry-after': '5' } })
    assert.equal((await refusal()).retryAfterSeconds, 5)
    replay.answers({ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'x', details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'input' }] }] } }, { status: 400 })
    assert.equal((await refusal()).field, 'input')
  })

  test('a vendor that echoes the key cannot make us log it', async () => {
    replay.answers({ error: { code: 400, message: `bad key ${KEY}`, status: 'INVALID_ARGUMENT' } }, { status: 400 })
    const failure = await refusal()
    assert.doesNotMatch(`${failure.stack} ${failure.message} ${failure.publicMessage}`, new RegExp(KEY))
  })
})

describe('cancelling', () => {
  const begin = async (prompt: string): Promise<string> => {
    const submission = await simulated.submit({ ...CALL, prompt, requestId: prompt }, options)
    assert(submission.kind === 'task')
    return submission.taskId
  }

  test('a run under way is cancelled once, and is never billed', async () => {
    const taskId = await begin('cancel me [[delay:60000]]')
    assert.equal(await simulated.cancel(taskId, options), 'cancelled')
    assert.equal(await simulated.cancel(taskId, options), 'too_late')
    assert.equal((await simulated.poll(taskId, options)).state, 'cancelled')
    assert.equal(vendor.stats().requests['cancel me [[delay:60000]]']?.billedVideos, 0)
  })

  test('what is removed is gone', async () => {
    const taskId = await begin('remove me')
    await simulated.remove(taskId, options)
    await simulated.remove(taskId, options)
    assert.equal((await simulated.poll(taskId, options)).state, 'gone')
  })
})

describe('the simulator answers in the recorded shapes', () => {
  const begin = async (prompt: string, format: Record<string, unknown> = {}): Promise<Response> =>
    fetch(`${base}/interactions`, {
      method: 'POST',
      headers: { 'x-goog-api-key': 'key' },
      body: JSON.stringify({ model: 'gemini-omni-1.2-flash', input: prompt, response_format: { type: 'video', delivery: 'uri', ...format }, background: true, store: true }),
    })

  test('under way, completed and failed', async () => {
    const shapes = await Promise.all(['a [[fault:endless]]', 'a', 'a [[fault:refuse-output]]'].map(async (prompt) => shapeOf(await (await begin(prompt)).json())))
    assert.deepEqual(shapes, ['interaction-in-progress', 'interaction-completed', 'interaction-failed'].map((name) => shapeOf(recorded(name))))
  })

  test('a file is described at its address, and its bytes are behind a redirect', async () => {
    const { steps } = (await (await begin('a file', { duration: '3s' })).json()) as { steps: { content: { uri: string }[] }[] }
    const uri = steps[1]?.content[0]?.uri ?? ''
    const described = await fetch(uri, { headers: { 'x-goog-api-key': 'key' } })
    assert.match(described.headers.get('content-type') ?? '', /json/)
    assert.equal((await fetch(`${uri}:download?alt=media`, { headers: { 'x-goog-api-key': 'key' }, redirect: 'manual' })).status, 302)
    assert.equal((await fetch(uri)).status, 403)
  })

  test('a key that is wrong, a field that is new, and a duration that is none are refused', async () => {
    const wrong = await fetch(`${base}/interactions`, { method: 'POST', headers: { 'x-goog-api-key': 'other' }, body: '{}' })
    assert.deepEqual([wrong.status, shapeOf(await wrong.json())], [400, { error: { ...(shapeOf(recorded('error-envelope')) as { error: object }).error, details: [{ '@type': 'string', domain: 'string', reason: 'string' }] } }])
    for (const format of [{ seed: 1 }, { duration: 8 }, { duration: '99s' }, { resolution: '8k' }]) assert.equal((await begin('x', format)).status, 400, JSON.stringify(format))
  })
})
