import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import sharp from 'sharp'
import { ProviderFailure, type VideoCall } from '../port.ts'
import { videoConformance } from '../video-conformance.ts'
import { startBytedanceSimulator } from './simulator/index.ts'
import { BytedanceVideos } from './video-adapter.ts'
import { disarm, markOf } from './video-body.ts'
import { readCallback } from './video-tasks.ts'

const MODEL = 'dreamina-seedance-2-0-260128'
const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3600, apiKey: 'key', pictures: 'plain' })
after(() => simulator.close())
const simulated = new BytedanceVideos({ apiKey: 'key', baseUrl: `${simulator.url}/api/v3`, simulated: true })

describe('the adapter keeps the promises of the port', () => {
  videoConformance({
    open: ({ timeoutMs, baseUrl } = {}) => new BytedanceVideos({ apiKey: 'key', baseUrl: baseUrl ?? `${simulator.url}/api/v3`, simulated: true, timeoutMs }),
    providerModel: MODEL,
    settings: { resolution: '480p', ratio: '16:9', durationSeconds: 4 },
    submitsOf: (requestId) => simulator.stats().requests[requestId]?.calls ?? 0,
    billedOf: (requestId) => simulator.stats().requests[requestId]?.billedVideos ?? 0,
  })
})

// A vendor that says what was recorded, and remembers what it was asked.
interface Received {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, unknown>
  readonly body: string
}
let respond: (response: ServerResponse, asked: Received) => void = (response) => response.end()
let received: Received[] = []
const replay = createServer((request, response) => {
  void text(request).then((body) => {
    const asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    received.push(asked)
    respond(response, asked)
  })
})
replay.listen(0, '127.0.0.1')
await once(replay, 'listening')
after(() => replay.close())

const KEY = 'ark-key-that-must-not-leak'
const real = new BytedanceVideos({ apiKey: KEY, baseUrl: `http://127.0.0.1:${(replay.address() as AddressInfo).port}/api/v3/`, simulated: false })
const options = { signal: new AbortController().signal }
const CALL: VideoCall = { providerModel: MODEL, prompt: 'a fox', clientReference: 'attempt-1', requestId: 'request-1', callNumber: 1 }

function recorded(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')
}

function answers(body: string, status = 200): void {
  received = []
  respond = (response) => response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': '021' }).end(body)
}

async function sent(call: Partial<VideoCall>): Promise<Record<string, unknown>> {
  answers(recorded('task-submitted'))
  await real.submit({ ...CALL, ...call }, options)
  return JSON.parse(received[0]?.body ?? '') as Record<string, unknown>
}

async function failureOf(doomed: Promise<unknown>): Promise<ProviderFailure> {
  const error = await doomed.then(() => assert.fail('it should have failed'), (reason: unknown) => reason)
  assert(error instanceof ProviderFailure, String(error))
  return error
}

describe('what is submitted', () => {
  test('only what was asked for, the poster, no mark in the picture, and a span to recognise it by', async () => {
    assert.deepEqual(await sent({}), {
      model: MODEL,
      content: [{ type: 'text', text: 'a fox' }],
      watermark: false,
      return_last_frame: true,
      execution_expires_after: markOf('attempt-1'),
    })
    assert.deepEqual([received[0]?.method, received[0]?.url, received[0]?.headers['authorization']], ['POST', '/api/v3/contents/generations/tasks', `Bearer ${KEY}`])
  })

  test('every setting has its place', async () => {
    const frames = { firstFrame: 'https://example.com/a.png', lastFrame: 'data:image/png;base64,AAAA' }
    const body = await sent({ ...frames, resolution: '1080p', ratio: '9:16', durationSeconds: 8, audio: false, watermark: true, endUser: 'e'.repeat(80), callbackUrl: 'https://me.example/hook/secret' })
    assert.deepEqual(body['content'], [
      { type: 'text', text: 'a fox' },
      { type: 'image_url', image_url: { url: frames.firstFrame }, role: 'first_frame' },
      { type: 'image_url', image_url: { url: frames.lastFrame }, role: 'last_frame' },
    ])
    const { model: _, content: __, return_last_frame: ___, execution_expires_after: ____, ...rest } = body
    assert.deepEqual(rest, { resolution: '1080p', ratio: '9:16', duration: 8, generate_audio: false, watermark: true, safety_identifier: 'e'.repeat(64), callback_url: 'https://me.example/hook/secret' })
  })

  test('reference images go by their role, and a seed to the models that know one', async () => {
    const body = await sent({ referenceImages: ['https://example.com/a.png', 'https://example.com/b.png'] })
    assert.deepEqual((body['content'] as { role?: string }[]).map(({ role }) => role), [undefined, 'reference_image', 'reference_image'])
    const first = await sent({ providerModel: 'seedance-1-0-pro-250528', seed: 7, audio: false, endUser: 'e' })
    assert.deepEqual([first['seed'], first['generate_audio'], first['safety_identifier']], [7, undefined, undefined])
  })

  test('a real vendor never sees our ids', async () => {
    await sent({})
    assert.doesNotMatch(JSON.stringify(received), /request-1|attempt-1|x-simulator/)
  })

  test('parameters hidden in the prompt order nothing', async () => {
    assert.equal(disarm('a fox --rs 1080p --dur 12'), 'a fox —rs 1080p —dur 12')
    assert.equal(disarm('--ratio 21:9'), '—ratio 21:9')
    assert.equal(disarm('well--known, x -- y, a-b'), 'well--known, x -- y, a-b')
    const submission = await simulated.submit({ ...CALL, prompt: 'a fox --rs 1080p --dur 12', resolution: '480p', durationSeconds: 4 }, options)
    assert(submission.kind === 'task')
    const task = await simulated.poll(submission.taskId, options)
    assert(task.state === 'succeeded')
    assert.equal(task.result.durationSeconds, 4)
    assert.equal(task.result.usage.tokens, Math.round((864 * 496 * 97) / 1024))
  })

  const refused: Record<string, [call: Partial<VideoCall>, field: string]> = {
    'a seed where there is none': [{ seed: 1 }, 'seed'],
    'sound from a silent model': [{ providerModel: 'seedance-1-0-pro-250528', audio: true }, 'audio'],
    'sixteen seconds': [{ durationSeconds: 16 }, 'durationSeconds'],
    'three and a half seconds': [{ durationSeconds: 4.5 }, 'durationSeconds'],
    '4k from the fast one': [{ providerModel: 'dreamina-seedance-2-0-fast-260128', resolution: '4k' }, 'resolution'],
    'ten references': [{ referenceImages: Array.from({ length: 10 }, () => 'https://example.com/a.png') }, 'referenceImages'],
    'references beside a first frame': [{ firstFrame: 'https://example.com/a.png', referenceImages: ['https://example.com/a.png'] }, 'referenceImages'],
    'a last frame without a first': [{ lastFrame: 'https://example.com/a.png' }, 'lastFrame'],
    'a last frame on a model with a first only': [{ providerModel: 'seedance-1-0-pro-fast-251015', firstFrame: 'https://example.com/a.png', lastFrame: 'https://example.com/a.png' }, 'lastFrame'],
    'a ratio beside the first frame of 2.5': [{ providerModel: 'dreamina-seedance-2-5-260628', firstFrame: 'https://example.com/a.png', ratio: '1:1' }, 'ratio'],
    'a negative prompt': [{ negativePrompt: 'text' }, 'negativePrompt'],
    'a negative prompt of a model that we do not know': [{ providerModel: 'ep-20261122-x', negativePrompt: 'text' }, 'negativePrompt'],
    'a rate of frames of a model that we do not know': [{ providerModel: 'ep-20261122-x', framesPerSecond: 30 }, 'framesPerSecond'],
  }
  for (const [title, [call, field]] of Object.entries(refused)) {
    test(`refused before it is sent: ${title}`, async () => {
      received = []
      const failure = await failureOf(real.submit({ ...CALL, ...call }, options))
      assert.deepEqual([failure.reason, failure.field, received.length], ['invalid', field, 0])
    })
  }

  test('a model that the vendor has stopped is model_retired, and is not asked for', async () => {
    received = []
    assert.equal((await failureOf(real.submit({ ...CALL, providerModel: 'seedance-1-5-pro-251215' }, options))).reason, 'model_retired')
    assert.equal(received.length, 0)
  })

  test('a model that we do not know is left to the vendor', async () => {
    assert.equal((await sent({ providerModel: 'ep-20261122-x', seed: 3 }))['model'], 'ep-20261122-x')
  })
})

describe('recorded tasks', () => {
  test('one that has succeeded, with its poster, its tokens and the end of its addresses', async () => {
    answers(recorded('task-succeeded'))
    assert.deepEqual(await real.poll('cgt-20261122-abc', options), {
      taskId: 'cgt-20261122-abc',
      providerStatus: 'succeeded',
      state: 'succeeded',
      progress: 1,
      retryAfterSeconds: null,
      result: {
        url: 'https://tos.example/v.mp4?sig=x',
        posterUrl: 'https://tos.example/f.png?sig=x',
        width: null,
        height: null,
        durationSeconds: 5,
        framesPerSecond: 24,
        audio: true,
        seed: null,
        expiresAt: new Date((1795340130 + 86_400) * 1000).toISOString(),
        requestId: '021',
        usage: { seconds: null, tokens: 108_900 },
      },
    })
  })

  test('every code of a failed task has its reason', async () => {
    const failed = JSON.parse(recorded('task-failed')) as { error: { code: string } }
    for (const [code, reason] of JSON.parse(recorded('task-failures')) as [string, string][]) {
      answers(JSON.stringify({ ...failed, error: { ...failed.error, code } }))
      const task = await real.poll('cgt-20261122-abc', options)
      assert(task.state === 'failed')
      assert.equal(task.failure.reason, reason, code)
      assert.doesNotMatch(task.failure.publicMessage, /Request id/)
    }
  })

  test('the other states, and a word that is new to us', async () => {
    for (const [status, state] of [['queued', 'queued'], ['running', 'running'], ['cancelled', 'cancelled'], ['expired', 'failed'], ['dreaming', 'running']] as const) {
      answers(JSON.stringify({ id: 'cgt-1', status }))
      const task = await real.poll('cgt-1', options)
      assert.deepEqual([task.state, task.providerStatus], [state, status])
    }
  })

  test('one odd task in a list does not keep it from telling of the others', async () => {
    const done = JSON.parse(recorded('task-succeeded')) as Record<string, unknown>
    answers(JSON.stringify({ total: 3, items: [{ ...done, id: 'cgt-1', content: null }, { ...done, id: 'cgt-2', updated_at: 1e300 }, { ...done, id: 'cgt-3' }] }))
    const tasks = await real.pollMany(['cgt-1', 'cgt-2', 'cgt-3'], options)
    assert.deepEqual([...tasks].map(([id, { state }]) => [id, state]), [['cgt-2', 'succeeded'], ['cgt-3', 'succeeded']])
  })

  test('a length that is told as it was left to the model is no length', async () => {
    answers(JSON.stringify({ ...(JSON.parse(recorded('task-succeeded')) as object), duration: -1 }))
    const task = await real.poll('cgt-20261122-abc', options)
    assert(task.state === 'succeeded')
    assert.equal(task.result.durationSeconds, null)
  })

  test('a task that the vendor does not know is gone; a 404 of a proxy says nothing', async () => {
    answers(recorded('task-unknown'), 404)
    assert.equal((await real.poll('cgt-1', options)).state, 'gone')
    answers('<html>not here</html>', 404)
    await assert.rejects(real.poll('cgt-1', options), ProviderFailure)
  })

  test('too many waiting tasks is rate, a spent budget is quota, under the same code', async () => {
    answers(JSON.stringify({ error: { code: 'QuotaExceeded', message: 'The number of queued tasks exceeds the limit' } }), 429)
    assert.equal((await failureOf(real.submit(CALL, options))).reason, 'rate')
    answers(JSON.stringify({ error: { code: 'QuotaExceeded', message: 'You have exhausted your free trial' } }), 429)
    assert.equal((await failureOf(real.submit(CALL, options))).reason, 'quota')
  })

  test('many are asked after at once, and a stranger in the answer is left out', async () => {
    answers(recorded('task-list'))
    const tasks = await real.pollMany(['cgt-20261122-abc', 'cgt-other'], options)
    assert.deepEqual([...tasks].map(([id, { state }]) => [id, state]), [['cgt-20261122-abc', 'queued']])
    const asked = new URL(received[0]?.url ?? '', 'http://vendor')
    assert.deepEqual([received.length, asked.searchParams.getAll('filter.task_ids')], [1, ['cgt-20261122-abc', 'cgt-other']])
  })

  test('a task id is only ever part of a path', async () => {
    answers(recorded('task-unknown'), 404)
    await real.poll('../../secrets?x', options)
    assert.equal(received[0]?.url, '/api/v3/contents/generations/tasks/..%2F..%2Fsecrets%3Fx')
  })
})

describe('cancelling', () => {
  const byMethod = (status: string, removal: [number, string]): void => {
    received = []
    respond = (response, { method }) => {
      if (method === 'GET') response.writeHead(200).end(JSON.stringify({ id: 'cgt-1', status }))
      else response.writeHead(removal[0]).end(removal[1])
    }
  }

  test('what waits is cancelled', async () => {
    byMethod('queued', [200, '{}'])
    assert.equal(await real.cancel('cgt-1', options), 'cancelled')
    assert.deepEqual(received.map(({ method }) => method), ['GET', 'DELETE'])
  })

  test('what runs or has ended is left alone: the same request would delete a result', async () => {
    for (const status of ['running', 'failed', 'expired']) {
      byMethod(status, [200, '{}'])
      assert.equal(await real.cancel('cgt-1', options), 'too_late')
      assert.deepEqual(received.map(({ method }) => method), ['GET'])
    }
  })

  test('what has started in between is too late', async () => {
    for (const refusal of [400, 409]) {
      byMethod('queued', [refusal, '{"error":{"code":"Whatever"}}'])
      assert.equal(await real.cancel('cgt-1', options), 'too_late')
    }
  })

  test('a vendor in trouble says nothing', async () => {
    byMethod('queued', [500, '{}'])
    assert.equal((await failureOf(real.cancel('cgt-1', options))).reason, 'provider_fault')
  })
})

describe('looking for a submit whose answer was lost', () => {
  const reference = { ...CALL, submittedAt: new Date(1795340000_000).toISOString() }
  const task = (id: string, at: number, mark = markOf('attempt-1')) => ({ id, status: 'running', created_at: at, execution_expires_after: mark })
  const lists = (items: unknown[]): void => {
    received = []
    respond = (response) => response.writeHead(200, { date: new Date().toUTCString() }).end(JSON.stringify({ total: items.length, items }))
  }

  test('it is found by its span and its time, among others', async () => {
    lists([task('cgt-late', 1795349999), task('cgt-1', 1795340002), task('cgt-other', 1795340002, markOf('attempt-2'))])
    const found = await real.reconcile(reference, options)
    assert(found.kind === 'found')
    assert.equal(found.task.taskId, 'cgt-1')
    assert.match(received[0]?.url ?? '', /filter\.model=dreamina-seedance-2-0-260128/)
  })

  test('two that fit are none: a stranger must not get the video', async () => {
    lists([task('cgt-1', 1795340002), task('cgt-2', 1795340003)])
    assert.equal((await real.reconcile(reference, options)).kind, 'cannot_be_asked')
  })

  test('a clock of ours that is wrong by an hour changes nothing', async () => {
    const behind = { ...reference, submittedAt: new Date(Date.now() - 5_000).toISOString() }
    received = []
    respond = (response) => {
      const vendorNow = Date.now() + 3_600_000
      response.writeHead(200, { date: new Date(vendorNow).toUTCString() }).end(JSON.stringify({ items: [task('cgt-1', Math.floor(vendorNow / 1000) - 4)] }))
    }
    assert.equal((await real.reconcile(behind, options)).kind, 'found')
  })

  test('pages are turned until they are older than the submit', async () => {
    const page = (first: number) => Array.from({ length: 500 }, (_, index) => task(`cgt-${first - index}`, first - index, 1))
    received = []
    respond = (response, { url }) => {
      const number = Number(new URL(url, 'http://vendor').searchParams.get('page_num'))
      const items = number === 1 ? page(1795340600) : [task('cgt-mine', 1795340001), ...page(1795340000).slice(1)]
      response.writeHead(200, { date: new Date().toUTCString() }).end(JSON.stringify({ total: 5000, items }))
    }
    const found = await real.reconcile(reference, options)
    assert(found.kind === 'found')
    assert.deepEqual([found.task.taskId, received.length], ['cgt-mine', 2])
  })
})

describe('callbacks', () => {
  test('a task is a hint, anything else is nothing', () => {
    const read = (body: string) => readCallback({ body: Buffer.from(body), headers: {} })
    assert.deepEqual(read(recorded('task-succeeded')), { taskId: 'cgt-20261122-abc', providerStatus: 'succeeded' })
    for (const odd of ['', '{', 'null', '[]', '{"id":1,"status":"succeeded"}', '{"id":"","status":"x"}', '{"status":"succeeded"}']) assert.equal(read(odd), null, odd)
  })
})

test('the poster is the last frame, and the key stays out of what fails', async () => {
  const submission = await simulated.submit({ ...CALL, resolution: '480p' }, options)
  assert(submission.kind === 'task')
  const task = await simulated.poll(submission.taskId, options)
  assert(task.state === 'succeeded')
  const poster = await buffer((await simulated.fetchOutput(task.result, 'poster', options)).body)
  const { format, width, height } = await sharp(poster).metadata()
  assert.deepEqual([format, width, height], ['png', 864, 496])
  answers(JSON.stringify({ error: { code: 'AuthenticationError', message: `bad key ${KEY}` } }), 401)
  const failure = await failureOf(real.submit(CALL, options))
  assert.equal(failure.reason, 'auth')
  assert.doesNotMatch(`${failure.stack} ${failure.message}`, new RegExp(KEY))
})
