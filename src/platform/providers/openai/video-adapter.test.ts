import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import type { VideoCall } from '../port.ts'
import { shapeOf, startReplay } from '../replay.ts'
import { serveVendors } from '../simulation/index.ts'
import { videoConformance } from '../video-conformance.ts'
import { openaiSimulator } from './simulator/index.ts'
import { OpenaiVideos } from './video-adapter.ts'

const vendor = openaiSimulator({ latencyMs: 0, apiKey: 'key', pictures: 'plain' })
const simulator = await serveVendors([vendor], { host: '127.0.0.1', port: 0 })
after(() => simulator.close())
const simulated = new OpenaiVideos({ apiKey: 'key', baseUrl: `${simulator.url}/openai/v1`, simulated: true })

describe('the adapter keeps the promises of the port', () => {
  videoConformance({
    open: ({ timeoutMs, baseUrl } = {}) => new OpenaiVideos({ apiKey: 'key', baseUrl: baseUrl ?? `${simulator.url}/openai/v1`, simulated: true, timeoutMs }),
    providerModel: 'sora-2',
    settings: { resolution: '1280x720', durationSeconds: 4 },
    submitsOf: (requestId) => vendor.stats().requests[requestId]?.calls ?? 0,
    billedOf: (requestId) => vendor.stats().requests[requestId]?.billedVideos ?? 0,
  })
})

const replay = await startReplay()
after(() => replay.close())
const KEY = 'sk-key'
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
const CALL: VideoCall = { providerModel: 'sora-2', prompt: 'a cat', resolution: '1280x720', durationSeconds: 8, clientReference: 'reference-1', requestId: 'request-1', callNumber: 1 }
const options = { signal: new AbortController().signal }
const videos = new OpenaiVideos({ apiKey: KEY, baseUrl: `${replay.origin}/v1`, simulated: false })

function recorded(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
}

function lastReceived() {
  return replay.received.at(-1) ?? assert.fail('nothing was sent')
}

describe('what is sent', () => {
  test('a submit is JSON with seconds as a text, and nothing of ours in it', async () => {
    replay.answers(recorded('video-in-progress'))
    assert.deepEqual(await videos.submit(CALL, options), { kind: 'task', taskId: 'video_1', providerStatus: 'in_progress', requestId: null })
    const { method, url, headers, body } = lastReceived()
    assert.deepEqual([method, url, headers.authorization], ['POST', '/v1/videos', `Bearer ${KEY}`])
    assert.deepEqual(JSON.parse(String(body)), { model: 'sora-2', prompt: 'a cat', seconds: '8', size: '1280x720' })
    assert.doesNotMatch(JSON.stringify(headers) + String(body), /request-1|reference-1/)
  })

  test('a first frame goes as a file, or as its address', async () => {
    replay.answers(recorded('video-in-progress'))
    await videos.submit({ ...CALL, firstFrame: PIXEL }, options)
    const form = await new Response(new Uint8Array(lastReceived().body), { headers: { 'content-type': lastReceived().headers['content-type'] ?? '' } }).formData()
    const file = form.get('input_reference')
    assert(file instanceof File)
    assert.deepEqual([form.get('seconds'), file.type], ['8', 'image/png'])
    await videos.submit({ ...CALL, firstFrame: 'https://example.com/a.png' }, options)
    assert.deepEqual((JSON.parse(String(lastReceived().body)) as Record<string, unknown>)['input_reference'], { image_url: 'https://example.com/a.png' })
  })

  test('a gateway\'s own model takes sizes and lengths as they are, and still nothing that cannot be said', async () => {
    replay.answers(recorded('video-in-progress'))
    await videos.submit({ ...CALL, providerModel: 'gateway-video', resolution: '640x360', durationSeconds: 15 }, options)
    assert.deepEqual(JSON.parse(String(lastReceived().body)), { model: 'gateway-video', prompt: 'a cat', seconds: '15', size: '640x360' })
    for (const [field, value] of [['seed', 7], ['ratio', '16:9'], ['lastFrame', PIXEL], ['audio', false], ['referenceImages', [PIXEL]]] as const) {
      await assert.rejects(videos.submit({ ...CALL, providerModel: 'gateway-video', [field]: value }, options), { reason: 'invalid', field })
    }
  })
})

describe('recorded answers', () => {
  test('under way, completed, failed and unknown are states', async () => {
    const states: unknown[] = []
    for (const name of ['video-in-progress', 'video-completed', 'video-failed']) {
      replay.answers(recorded(name))
      states.push(await videos.poll('video_1', options))
    }
    const report = { taskId: 'video_1', retryAfterSeconds: null }
    assert.deepEqual(states, [
      { ...report, state: 'running', providerStatus: 'in_progress', progress: 0.4 },
      {
        ...report,
        state: 'succeeded',
        providerStatus: 'completed',
        progress: 1,
        result: {
          url: `${replay.origin}/v1/videos/video_1/content?variant=video`,
          posterUrl: `${replay.origin}/v1/videos/video_1/content?variant=thumbnail`,
          width: 1280,
          height: 720,
          durationSeconds: 4,
          framesPerSecond: null,
          audio: null,
          seed: null,
          expiresAt: '2026-11-22T10:34:20.000Z',
          requestId: null,
          usage: { seconds: 4, tokens: null },
        },
      },
      {
        ...report,
        state: 'failed',
        providerStatus: 'failed',
        progress: 0.4,
        failure: { reason: 'content_output', publicMessage: 'The result was refused by the content rules of the provider.', message: 'moderation_blocked: blocked', field: null, retryAfterSeconds: null },
      },
    ])
    replay.answers({ ...recorded('video-in-progress'), status: 'dreaming' })
    assert.equal((await videos.poll('video_1', options)).state, 'running')
    for (const status of [404, 410]) {
      replay.answers('{"error":{"message":"not found"}}', { status })
      assert.equal((await videos.poll('video_1', options)).state, 'gone')
      // A proxy's, which says nothing of the task.
      replay.answers('<html>Not Found</html>', { status })
      await assert.rejects(videos.poll('video_1', options), { name: 'ProviderFailure' })
    }
  })

  test('an id of the vendor cannot lead anywhere else', async () => {
    replay.answers('{"error":{"message":"not found"}}', { status: 404 })
    await videos.poll('../models?x=', options)
    assert.equal(lastReceived().url, '/v1/videos/..%2Fmodels%3Fx%3D')
  })

  test('the key goes nowhere but to the vendor, and never over plain http', async () => {
    replay.answers(recorded('video-completed'))
    const task = await videos.poll('video_1', options)
    assert(task.state === 'succeeded')
    const before = replay.received.length
    await assert.rejects(videos.fetchOutput({ ...task.result, url: 'https://elsewhere.example/v.mp4' }, 'video', options), { reason: 'bad_output' })
    await assert.rejects(videos.fetchOutput(task.result, 'video', options), { reason: 'bad_output', message: /not https/ })
    assert.equal(replay.received.length, before)
  })

  test('a model that the vendor has shut down is retired', async () => {
    replay.answers({ error: { message: 'The model has been shut down.', type: 'invalid_request_error', param: 'model', code: 'model_not_found' } }, { status: 404 })
    await assert.rejects(videos.submit(CALL, options), { reason: 'model_retired' })
  })
})

describe('the simulator answers in the recorded shapes', () => {
  const base = `${simulator.url}/openai/v1`
  const headers = { authorization: 'Bearer key', 'content-type': 'application/json' }
  const begin = async (prompt: string): Promise<Record<string, unknown>> =>
    (await (await fetch(`${base}/videos`, { method: 'POST', headers, body: JSON.stringify({ model: 'sora-2', prompt, size: '1280x720' }) })).json()) as Record<string, unknown>

  test('under way, completed and failed', async () => {
    const shapes = await Promise.all(['a cat [[fault:endless]]', 'a cat', 'a cat [[fault:refuse-output]]'].map(async (prompt) => shapeOf(await begin(prompt))))
    assert.deepEqual(shapes, ['video-in-progress', 'video-completed', 'video-failed'].map((name) => shapeOf(recorded(name))))
  })

  test('stills of a video come as thumbnail and as sheet; a poster is one', async () => {
    const submission = await simulated.submit({ ...CALL, requestId: 'stills', durationSeconds: 4 }, options)
    assert(submission.kind === 'task')
    const task = await simulated.poll(submission.taskId, options)
    assert(task.state === 'succeeded')
    const poster = await simulated.fetchOutput(task.result, 'poster', options)
    assert.equal(poster.contentType, 'image/webp')
    assert.equal((await buffer(poster.body)).toString('latin1', 8, 12), 'WEBP')
    const sheet = await fetch(simulated.contentUrl(submission.taskId, 'spritesheet'), { headers })
    assert.equal(sheet.headers.get('content-type'), 'image/jpeg')
    await sheet.body?.cancel()
  })

  test('videos are listed page by page and removed for good', async () => {
    for (let video = 0; video < 3; video += 1) await begin(`video ${video}`)
    const first = await simulated.list({ limit: 2 }, options)
    assert(first.next !== null)
    const second = await simulated.list({ limit: 1, after: first.next }, options)
    const ids = [...first.videos, ...second.videos].map(({ task }) => task.taskId)
    assert.equal(new Set(ids).size, 3)
    const [id = ''] = ids
    await simulated.remove(id, options)
    await simulated.remove(id, options)
    assert.equal((await simulated.poll(id, options)).state, 'gone')
  })

  test('a body that the vendor would refuse is refused, by its own field names', async () => {
    for (const [body, param] of [[{ prompt: 'x', seconds: 4 }, 'seconds'], [{ prompt: 'x', seconds: '5' }, 'seconds'], [{ prompt: 'x', size: '1x1' }, 'size'], [{}, 'prompt'], [{ prompt: 'x', seed: 1 }, 'seed']] as const) {
      const response = await fetch(`${base}/videos`, { method: 'POST', headers, body: JSON.stringify(body) })
      const { error } = (await response.json()) as { error: { param: string } }
      assert.deepEqual([response.status, error.param], [400, param])
    }
  })
})

test('cancelling is not supported, and asks nobody', async () => {
  const before = replay.received.length
  assert.equal(await videos.cancel(), 'unsupported')
  assert.deepEqual(await videos.reconcile(), { kind: 'cannot_be_asked' })
  assert.equal(replay.received.length, before)
})
