import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import type { VideoCall, VideoTask } from '../port.ts'
import { shapeOf, startReplay } from '../replay.ts'
import { serveVendors } from '../simulation/index.ts'
import { videoConformance } from '../video-conformance.ts'
import type { AccessTokens, VertexSettings } from './settings.ts'
import { googleSimulator } from './simulator/index.ts'
import { VeoVideos } from './veo-adapter.ts'
import { geminiHost, vertexHost } from './veo-hosts.ts'

const vendor = googleSimulator({ latencyMs: 0, apiKey: 'key', pictures: 'plain' })
const simulator = await serveVendors([vendor], { host: '127.0.0.1', port: 0 })
after(() => simulator.close())

const tokens: AccessTokens = { token: () => Promise.resolve('token-1'), forget: () => undefined }
const counts = {
  submitsOf: (requestId: string) => vendor.stats().requests[requestId]?.calls ?? 0,
  billedOf: (requestId: string) => vendor.stats().requests[requestId]?.billedVideos ?? 0,
}
const settings = { resolution: '720p', durationSeconds: 4, ratio: '16:9' }

function simulatedVertex(more: Partial<VertexSettings> = {}): VeoVideos {
  const { timeoutMs, ...rest } = more
  const host = vertexHost({ project: 'p', location: 'us-central1', baseUrl: `${simulator.url}/google/vertex/v1`, storageBaseUrl: `${simulator.url}/google`, storageUri: 'gs://results/cooly', tokens, simulated: true, ...rest })
  return new VeoVideos(host, { timeoutMs })
}

describe('on Vertex, results in a bucket: the promises of the port', () => {
  videoConformance({
    open: ({ timeoutMs, baseUrl } = {}) => simulatedVertex({ timeoutMs, ...(baseUrl === undefined ? {} : { baseUrl }) }),
    providerModel: 'veo-3.1-fast-generate-001',
    settings: { ...settings, audio: false, seed: 7, negativePrompt: 'rain' },
    ...counts,
  })
})

describe('on the Gemini API: the promises of the port', () => {
  videoConformance({
    open: ({ timeoutMs, baseUrl } = {}) => new VeoVideos(geminiHost({ apiKey: 'key', baseUrl: baseUrl ?? `${simulator.url}/google/v1beta`, simulated: true }), { timeoutMs }),
    providerModel: 'veo-3.1-generate-preview',
    settings,
    ...counts,
  })
})

const replay = await startReplay()
after(() => replay.close())
const PIXEL = 'data:image/png;base64,iVBORw0KGgo='
const CALL: VideoCall = { providerModel: 'veo-3.1-generate-001', prompt: 'a lighthouse at dawn', resolution: '720p', ratio: '16:9', durationSeconds: 8, clientReference: 'reference-1', requestId: 'request-1', callNumber: 1 }
const OPERATION = 'projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/op1'
const options = { signal: new AbortController().signal }
const asVertex = (more: Partial<VertexSettings> = {}): VeoVideos => new VeoVideos(vertexHost({ project: 'p', location: 'us-central1', baseUrl: `${replay.origin}/v1`, tokens, simulated: false, ...more }))
const asGemini = new VeoVideos(geminiHost({ apiKey: 'key', baseUrl: `${replay.origin}/v1beta`, simulated: false }))

function recorded(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
}

function lastReceived() {
  return replay.received.at(-1) ?? assert.fail('nothing was sent')
}

function pollAs(veo: VeoVideos, name: string): Promise<VideoTask> {
  replay.answers(recorded(name))
  return veo.poll(OPERATION, options)
}

describe('what is sent', () => {
  test('to Vertex: the bearer, the bucket, the frames as bytes, and what only Vertex can be told', async () => {
    replay.answers({ name: OPERATION })
    const call = { ...CALL, firstFrame: PIXEL, lastFrame: PIXEL, audio: false, seed: 7, negativePrompt: 'text' }
    assert.deepEqual(await asVertex({ storageUri: 'gs://results/cooly' }).submit(call, options), { kind: 'task', taskId: OPERATION, providerStatus: 'accepted', requestId: null })
    const { method, url, headers, body } = lastReceived()
    assert.deepEqual([method, url, headers.authorization], ['POST', '/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001:predictLongRunning', 'Bearer token-1'])
    const picture = { bytesBase64Encoded: 'iVBORw0KGgo=', mimeType: 'image/png' }
    assert.deepEqual(JSON.parse(String(body)), {
      instances: [{ prompt: 'a lighthouse at dawn', image: picture, lastFrame: picture }],
      parameters: { aspectRatio: '16:9', resolution: '720p', durationSeconds: 8, sampleCount: 1, negativePrompt: 'text', generateAudio: false, seed: 7, storageUri: 'gs://results/cooly' },
    })
    assert.doesNotMatch(JSON.stringify(headers) + String(body), /request-1|reference-1/)
  })

  test('to the Gemini API: the key, and neither audio nor seed, which it refuses', async () => {
    replay.answers(recorded('operation-accepted'))
    await asGemini.submit({ ...CALL, providerModel: 'veo-3.1-generate-preview', audio: true }, options)
    assert.equal(lastReceived().url, '/v1beta/models/veo-3.1-generate-preview:predictLongRunning')
    assert.equal(lastReceived().headers['x-goog-api-key'], 'key')
    assert.deepEqual((JSON.parse(String(lastReceived().body)) as { parameters: unknown }).parameters, { aspectRatio: '16:9', resolution: '720p', durationSeconds: 8, sampleCount: 1 })
    await assert.rejects(asGemini.submit({ ...CALL, providerModel: 'veo-3.1-generate-preview', seed: 7 }, options), { reason: 'invalid', field: 'seed' })
  })

  test('an operation is asked after in the dialect of its host', async () => {
    await pollAs(asVertex(), 'operation-accepted')
    assert.deepEqual([lastReceived().method, lastReceived().url], ['POST', '/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001:fetchPredictOperation'])
    assert.deepEqual(JSON.parse(String(lastReceived().body)), { operationName: OPERATION })
    await asGemini.poll('models/veo-3.1-generate-preview/operations/op1', options)
    assert.deepEqual([lastReceived().method, lastReceived().url], ['GET', '/v1beta/models/veo-3.1-generate-preview/operations/op1'])
  })

  test('the name of an operation cannot lead anywhere else', async () => {
    const before = replay.received.length
    for (const name of ['../../secrets', '/models/x', 'a//b', '.']) {
      assert.equal((await asGemini.poll(name, options)).state, 'gone')
      assert.equal((await asVertex().poll(`${name}/operations/op1`, options)).state, 'gone')
    }
    assert.equal(replay.received.length, before)
  })

  test('what does not go together is refused by field', async () => {
    for (const [call, field] of [
      [{ resolution: '1080p', durationSeconds: 4 }, 'durationSeconds'],
      [{ referenceImages: [PIXEL], durationSeconds: 6 }, 'durationSeconds'],
      [{ referenceImages: [PIXEL, PIXEL, PIXEL, PIXEL] }, 'referenceImages'],
      [{ lastFrame: PIXEL }, 'lastFrame'],
      [{ providerModel: 'veo-3.1-lite-generate-001', resolution: '4k' }, 'resolution'],
      [{ firstFrame: 'https://example.com/a.png' }, 'firstFrame'],
      [{ callbackUrl: 'https://cooly.example/x' }, 'callbackUrl'],
    ] as const) {
      await assert.rejects(asVertex().submit({ ...CALL, ...call }, options), { reason: 'invalid', field })
    }
  })
})

describe('recorded answers', () => {
  test('under way, done, filtered and failed, in both dialects', async () => {
    const states = async (veo: VeoVideos, names: string[]): Promise<unknown[]> => {
      const tasks: VideoTask[] = []
      for (const name of names) tasks.push(await pollAs(veo, name))
      return tasks.map((task) => [task.state, task.state === 'succeeded' ? task.result.url : task.state === 'failed' ? task.failure.reason : null])
    }
    assert.deepEqual(await states(asGemini, ['operation-accepted', 'operation-done', 'operation-filtered', 'operation-failed']), [
      ['running', null],
      ['succeeded', 'https://generativelanguage.googleapis.com/v1beta/files/f1:download?alt=media'],
      ['failed', 'content_output'],
      ['failed', 'provider_fault'],
    ])
    assert.deepEqual(await states(asVertex(), ['vertex-done-in-bucket', 'vertex-done-inline', 'vertex-filtered']), [
      ['succeeded', 'gs://results/cooly/op1/sample_0.mp4'],
      ['succeeded', `operation:${OPERATION}`],
      ['failed', 'content_output'],
    ])
  })

  test('the numbers of an operation\'s error are those of google.rpc, and no HTTP status', async () => {
    for (const [code, message, reason] of [[3, 'bad', 'invalid'], [3, 'it violates our usage guidelines', 'content_output'], [7, 'denied', 'permission'], [8, 'exhausted', 'rate'], [13, '', 'provider_fault'], [14, '', 'provider_fault'], [4, '', 'provider_fault'], [99, '', 'invalid']] as const) {
      replay.answers({ name: OPERATION, done: true, error: { code, message } })
      const task = await asVertex().poll(OPERATION, options)
      assert(task.state === 'failed')
      assert.equal(task.failure.reason, reason, String(code))
    }
  })

  test('done without a video and without a word is the vendor\'s fault', async () => {
    for (const response of [undefined, {}, { videos: [] }, { videos: [{ gcsUri: '' }] }, { generateVideoResponse: { generatedSamples: [{}] } }]) {
      replay.answers({ name: OPERATION, done: true, response })
      const task = await asVertex().poll(OPERATION, options)
      assert(task.state === 'failed')
      assert.equal(task.failure.reason, 'provider_fault')
    }
  })

  test('reasons of the filter are for the log, and not for strangers', async () => {
    const task = await pollAs(asVertex(), 'vertex-filtered')
    assert(task.state === 'failed')
    assert.match(task.failure.message, /The video was filtered/)
    assert.doesNotMatch(task.failure.publicMessage, /filtered/)
  })

  test('an operation that the vendor does not know is gone; a 404 of a proxy says nothing', async () => {
    for (const veo of [asGemini, asVertex()]) {
      replay.answers({ error: { code: 404, message: 'Operation not found.', status: 'NOT_FOUND' } }, { status: 404 })
      assert.equal((await veo.poll(OPERATION, options)).state, 'gone')
      replay.answers('<html>404 Not Found</html>', { status: 404 })
      await assert.rejects(veo.poll(OPERATION, options), { name: 'ProviderFailure' })
    }
  })

  test('bytes inside the answer stay at the vendor, and are asked for again when they are fetched', async () => {
    const task = await pollAs(asVertex(), 'vertex-done-inline')
    assert(task.state === 'succeeded')
    const { body, contentType, contentLength } = await asVertex().fetchOutput(task.result, 'video', options)
    assert.deepEqual([(await buffer(body)).toString('latin1', 4, 8), contentType, contentLength], ['ftyp', 'video/mp4', 8])
    replay.answers({ error: { code: 404, message: 'Operation not found.', status: 'NOT_FOUND' } }, { status: 404 })
    await assert.rejects(asVertex().fetchOutput(task.result, 'video', options), { reason: 'output_gone' })
  })

  test('the token goes to our own bucket and to no other, whatever the answer says', async () => {
    const task = await pollAs(asVertex(), 'vertex-done-in-bucket')
    assert(task.state === 'succeeded')
    const before = replay.received.length
    for (const [url, storageUri] of [['gs://somebody/else.mp4', 'gs://results/cooly'], [task.result.url, 'gs://other'], [task.result.url, undefined], ['https://evil.example/v.mp4', 'gs://results']] as const) {
      const message = url.startsWith('gs:') ? /not in the bucket/ : /not at http/
      await assert.rejects(asVertex({ storageUri, storageBaseUrl: replay.origin }).fetchOutput({ ...task.result, url }, 'video', options), { reason: 'bad_output', message }, url)
    }
    assert.equal(replay.received.length, before)
  })

  test('a bucket that is none is a mistake of the settings, found at once', () => {
    assert.throws(() => asVertex({ storageUri: 'https://storage.googleapis.com/x' }), TypeError)
  })

  test('a token that was refused is forgotten, and the submit has not begun', async () => {
    const forgotten: string[] = []
    replay.answers({ error: { code: 401, status: 'UNAUTHENTICATED', message: 'token-1 has ended' } }, { status: 401 })
    const veo = asVertex({ tokens: { ...tokens, forget: (token) => forgotten.push(token) } })
    await assert.rejects(veo.submit(CALL, options), { reason: 'auth', message: /\[secret\] has ended/ })
    assert.deepEqual(forgotten, ['token-1'])
  })
})

describe('the simulator answers in the recorded shapes', () => {
  const results = async (host: 'gemini' | 'vertex', prompt: string, parameters: object = {}): Promise<unknown> => {
    const path = host === 'vertex' ? 'vertex/v1/projects/p/locations/l/publishers/google/models/veo-3.1-generate-001' : 'v1beta/models/veo-3.1-generate-preview'
    const headers = { 'x-goog-api-key': 'key', authorization: 'Bearer any' }
    const begun = await fetch(`${simulator.url}/google/${path}:predictLongRunning`, { method: 'POST', headers, body: JSON.stringify({ instances: [{ prompt }], parameters: { durationSeconds: 4, ...parameters } }) })
    const { name } = (await begun.json()) as { name: string }
    const asked = host === 'vertex' ? fetch(`${simulator.url}/google/${path}:fetchPredictOperation`, { method: 'POST', headers, body: JSON.stringify({ operationName: name }) }) : fetch(`${simulator.url}/google/v1beta/${name}`, { headers })
    return shapeOf(await (await asked).json())
  }

  test('on the Gemini API: under way, done, filtered and failed', async () => {
    const shapes = await Promise.all(['a [[fault:endless]]', 'a', 'a [[fault:refuse-output]]', 'a [[fault:task-failed]]'].map((prompt) => results('gemini', prompt)))
    assert.deepEqual(shapes, ['operation-accepted', 'operation-done', 'operation-filtered', 'operation-failed'].map((name) => shapeOf(recorded(name))))
  })

  test('on Vertex: in a bucket, inline and filtered', async () => {
    const shapes = await Promise.all([results('vertex', 'a', { storageUri: 'gs://results/cooly' }), results('vertex', 'a'), results('vertex', 'a [[fault:refuse-output]]')])
    assert.deepEqual(shapes, ['vertex-done-in-bucket', 'vertex-done-inline', 'vertex-filtered'].map((name) => shapeOf(recorded(name))))
  })

  test('without a bucket the whole video comes inside the answer and plays', async () => {
    const veo = simulatedVertex({ storageUri: undefined })
    const submission = await veo.submit({ ...CALL, durationSeconds: 4 }, options)
    assert(submission.kind === 'task')
    const task = await veo.poll(submission.taskId, options)
    assert(task.state === 'succeeded')
    assert.equal((await buffer((await veo.fetchOutput(task.result, 'video', options)).body)).toString('latin1', 4, 8), 'ftyp')
  })
})
