import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, test } from 'node:test'
import { BufferSource, Input, MP4 } from 'mediabunny'
import { startBytedanceSimulator, type BytedanceSimulator } from './simulator/index.ts'

type Json = Record<string, unknown>
interface TaskJson {
  readonly id: string
  readonly status: string
  readonly error: { readonly code: string } | null
  readonly content?: { readonly video_url: string; readonly last_frame_url?: string }
  readonly usage?: Json
  readonly duration: number
}

const SHARED = { host: '127.0.0.1', port: 0, urlTtlSeconds: 3600, pictures: 'plain' } as const
const simulator = await startBytedanceSimulator({ ...SHARED, latencyMs: 0, apiKey: 'key', lateCallbackMs: 30 })
after(() => simulator.close())

const MODEL = 'dreamina-seedance-2-0-260128'
const TASKS = '/api/v3/contents/generations/tasks'
const words = (prompt: string): Json => ({ content: [{ type: 'text', text: prompt }] })

function ask(method: string, path = '', body?: unknown, { at = simulator, headers = {} }: { at?: BytedanceSimulator; headers?: Record<string, string> } = {}): Promise<Response> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  return fetch(`${at.url}${TASKS}${path}`, { method, headers: { authorization: 'Bearer key', ...headers }, ...init })
}

async function submit(fields: Json = {}, at = simulator): Promise<string> {
  const response = await ask('POST', '', { model: MODEL, resolution: '480p', ...words('a fox'), ...fields }, { at })
  assert.equal(response.status, 200, await response.clone().text())
  return ((await response.json()) as { id: string }).id
}

async function show(id: string, at = simulator): Promise<TaskJson> {
  return (await (await ask('GET', `/${id}`, undefined, { at })).json()) as TaskJson
}

async function refusal(fields: Json): Promise<[status: number, code: string, param: string]> {
  const response = await ask('POST', '', { model: MODEL, ...words('a fox'), ...fields })
  const { error } = (await response.json()) as { error: { code: string; param: string } }
  return [response.status, error.code, error.param]
}

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))
}

/** The outline of a JSON value: names and kinds, no contents. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, shapeOf(part)]))
}

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((resolve) => setImmediate(resolve))
}

describe('answers have the recorded shapes', () => {
  test('a submit', async () => {
    const response = await ask('POST', '', { model: MODEL, ...words('a fox') })
    assert.deepEqual(shapeOf(await response.json()), shapeOf(recorded('task-submitted')))
  })

  test('a task that has succeeded, with the tokens of the vendor’s own example', async () => {
    const task = await show(await submit({ return_last_frame: true, resolution: '720p', duration: 5, ratio: '16:9' }))
    assert.deepEqual(shapeOf(task), shapeOf(recorded('task-succeeded')))
    assert.deepEqual(task.usage, { completion_tokens: 108_900, total_tokens: 108_900 })
  })

  test('a task that has failed, as an answer with 200', async () => {
    const task = await show(await submit(words('a fox [[fault:refuse-output]]')))
    assert.deepEqual(shapeOf(task), shapeOf(recorded('task-failed')))
    assert.equal(task.error?.code, 'OutputVideoSensitiveContentDetected')
  })

  test('a task that nobody knows', async () => {
    const response = await ask('GET', '/cgt-1')
    assert.equal(response.status, 404)
    assert.deepEqual(shapeOf(await response.json()), shapeOf(recorded('task-unknown')))
  })

  test('a list', async () => {
    const ids = [await submit(words('a fox [[fault:endless]]')), await submit(words('a fox [[fault:endless]]'))]
    const query = new URLSearchParams(ids.map((id): [string, string] => ['filter.task_ids', id]))
    const list = (await (await ask('GET', `?${query.toString()}`)).json()) as { total: number; items: TaskJson[] }
    assert.deepEqual(shapeOf(list), shapeOf(recorded('task-list')))
    assert.deepEqual(list.items.map(({ id }) => id), ids.toReversed())
  })
})

describe('a list', () => {
  test('is filtered by model and state, and comes in pages', async () => {
    const model = 'dreamina-seedance-2-0-mini-260615'
    const ids = [await submit({ model }), await submit({ model }), await submit({ model, ...words('a fox [[fault:refuse-output]]') })]
    const list = async (query: string) => (await (await ask('GET', `?filter.model=${model}&${query}`)).json()) as { total: number; items: TaskJson[] }
    assert.deepEqual((await list('filter.status=failed')).items.map(({ id }) => id), [ids[2]])
    const page = await list('page_num=2&page_size=2')
    assert.deepEqual([page.total, page.items.map(({ id }) => id)], [3, [ids[0]]])
    assert.equal((await ask('GET', '?page_size=501')).status, 400)
  })
})

describe('requests are checked like at the vendor', () => {
  const image = (role: string, url = 'https://example.com/a.png'): Json => ({ type: 'image_url', image_url: { url }, role })
  const refused: Record<string, [fields: Json, status: number, code: string, param: string]> = {
    'an unknown model': [{ model: 'seedance-9' }, 404, 'InvalidEndpointOrModel.NotFound', ''],
    'a model that was stopped': [{ model: 'seedance-1-5-pro-251215' }, 404, 'InvalidEndpointOrModel.NotFound', ''],
    'no content': [{ content: undefined }, 400, 'MissingParameter', 'content'],
    'a resolution of another model': [{ model: 'dreamina-seedance-2-0-fast-260128', resolution: '1080p' }, 400, 'InvalidParameter', 'resolution'],
    'too long': [{ duration: 16 }, 400, 'InvalidParameter', 'duration'],
    'a seed on 2.0': [{ seed: 7 }, 400, 'InvalidParameter.UnsupportedParameter', 'seed'],
    'sound on 1.0': [{ model: 'seedance-1-0-pro-250528', generate_audio: true }, 400, 'InvalidParameter.UnsupportedParameter', 'generate_audio'],
    'a last frame alone': [{ content: [{ type: 'text', text: 'a fox' }, image('last_frame')] }, 400, 'InvalidParameter', 'content'],
    'frames beside references': [{ content: [image('first_frame'), image('reference_image')] }, 400, 'InvalidParameter.TaskTypeConstraint', 'content'],
    'ten references': [{ content: Array.from({ length: 10 }, () => image('reference_image')) }, 400, 'InvalidParameter', 'content'],
    'a picture that is no address': [{ content: [image('first_frame', 'a.png')] }, 400, 'InvalidImageURL.InvalidFormat', 'content'],
    'a wait that is too short': [{ execution_expires_after: 60 }, 400, 'InvalidParameter', 'execution_expires_after'],
    'words its moderation knows': [words('a forbidden place'), 400, 'InputTextSensitiveContentDetected', ''],
  }
  for (const [title, [fields, ...expected]] of Object.entries(refused)) {
    test(`refused: ${title}`, async () => assert.deepEqual(await refusal(fields), expected))
  }

  test('without the key there is no answer', async () => {
    assert.equal((await ask('GET', '', undefined, { headers: { authorization: 'Bearer other' } })).status, 401)
  })

  test('a rule that 2.5 only notices while it works fails the task minutes later', async () => {
    const content = [{ type: 'text', text: 'a fox' }, image('first_frame')]
    const task = await show(await submit({ model: 'dreamina-seedance-2-5-260628', content, ratio: '1:1' }))
    assert.deepEqual([task.status, task.error?.code], ['failed', 'InvalidParameter.TaskTypeConstraint'])
  })

  test('a fault can come in a header, and leaves the prompt alone', async () => {
    assert.equal((await ask('POST', '', { model: MODEL, ...words('a fox') }, { headers: { 'x-fault': '429' } })).status, 429)
  })
})

describe('clips', () => {
  test('the file is an MP4 of the size and duration that the task tells', async () => {
    for (const [ratio, size] of [['16:9', [864, 496]], ['9:16', [496, 864]]] as const) {
      const task = await show(await submit({ ratio, duration: 7 }))
      const response = await fetch(task.content?.video_url ?? '')
      assert.equal(response.headers.get('content-type'), 'video/mp4')
      const track = await new Input({ source: new BufferSource(await response.arrayBuffer()), formats: [MP4] }).getPrimaryVideoTrack()
      assert(track !== null)
      assert.deepEqual([await track.getDisplayWidth(), await track.getDisplayHeight()], size)
      assert(Math.abs((await track.computeDuration()) - 7) < 0.01)
    }
  })

  test('where the model chooses, the task tells what it chose', async () => {
    const { duration } = await show(await submit({ duration: -1 }))
    assert(duration >= 5 && duration <= 8)
  })
})

describe('the queue', () => {
  const open = (options: { videosAtOnceMax?: number; videosQueuedMax?: number }) => startBytedanceSimulator({ ...SHARED, ...options, latencyMs: 0 })

  test('only so many run at once; what waits can be cancelled, what runs cannot', async () => {
    const small = await open({ videosAtOnceMax: 1 })
    try {
      const first = await submit(words('a fox [[fault:endless]]'), small)
      const second = await submit(words('a fox [[fault:endless]]'), small)
      assert.deepEqual([(await show(first, small)).status, (await show(second, small)).status], ['running', 'queued'])
      assert.equal((await ask('DELETE', `/${first}`, undefined, { at: small })).status, 409)
      assert.equal((await ask('DELETE', `/${second}`, undefined, { at: small })).status, 200)
      assert.deepEqual([(await show(first, small)).status, (await show(second, small)).status], ['running', 'cancelled'])
      assert.equal((await ask('DELETE', `/${second}`, undefined, { at: small })).status, 409)
      assert.deepEqual(small.stats().videos, { submitted: 2, running: 1, runningMost: 1, queued: 0 })
      assert.equal(small.stats().billedVideos, 0)
    } finally {
      await small.close()
    }
  })

  test('the next in line starts when one has ended', async () => {
    const small = await open({ videosAtOnceMax: 1 })
    try {
      const first = await submit(words('a fox [[delay:40]]'), small)
      const second = await submit(words('a fox [[delay:40]]'), small)
      await until(async () => (await show(second, small)).status === 'succeeded')
      assert.equal((await show(first, small)).status, 'succeeded')
      assert.deepEqual([small.stats().videos.runningMost, small.stats().billedVideos], [1, 2])
    } finally {
      await small.close()
    }
  })

  test('too many that wait are refused with 429', async () => {
    const small = await open({ videosAtOnceMax: 1, videosQueuedMax: 1 })
    try {
      for (const _ of [1, 2]) await submit(words('a fox [[fault:endless]]'), small)
      const response = await ask('POST', '', { model: MODEL, ...words('a fox') }, { at: small })
      assert.deepEqual([response.status, ((await response.json()) as { error: { code: string } }).error.code], [429, 'QuotaExceeded'])
      assert.equal(small.stats().videos.submitted, 2)
    } finally {
      await small.close()
    }
  })

  test('deleting what has ended removes the record, and with it the way to the result', async () => {
    const id = await submit()
    assert.equal((await ask('DELETE', `/${id}`)).status, 200)
    assert.equal((await ask('GET', `/${id}`)).status, 404)
  })

  test('a task that waited too long is expired, and not billed', async () => {
    const before = simulator.stats().billedVideos
    assert.equal((await show(await submit(words('a fox [[fault:task-expired]]')))).status, 'expired')
    assert.equal(simulator.stats().billedVideos, before)
  })

  test('a task takes its time, through all its states, and is billed when it is made', async () => {
    const request = randomUUID()
    const response = await ask('POST', '', { model: MODEL, resolution: '480p', ...words('a fox [[delay:60]]') }, { headers: { 'x-simulator-request': request } })
    const { id } = (await response.json()) as { id: string }
    const seen = new Set<string>()
    await until(async () => {
      const { status } = await show(id)
      seen.add(status)
      return status === 'succeeded'
    })
    assert([...seen].every((status) => ['queued', 'running', 'succeeded'].includes(status)) && seen.size >= 2, [...seen].join())
    assert.deepEqual(simulator.stats().requests[request], { calls: 1, billedImages: 0, billedVideos: 1 })
  })
})

describe('a restart', () => {
  const directory = mkdtempSync(join(tmpdir(), 'simulator-'))
  after(() => rmSync(directory, { recursive: true }))
  const open = (name: string) => startBytedanceSimulator({ ...SHARED, latencyMs: 0, tasksFile: join(directory, name) })

  test('what was under way goes on, what has ended is still known, what was deleted is not', async () => {
    const before = await open('a.jsonl')
    const waiting = await submit(words('a fox [[delay:80]]'), before)
    const ended = await submit({}, before)
    const deleted = await submit({}, before)
    await ask('DELETE', `/${deleted}`, undefined, { at: before })
    const was = await show(ended, before)
    await before.close()
    appendFileSync(join(directory, 'a.jsonl'), '{"id":"cut sho')
    const later = await open('a.jsonl')
    try {
      await until(async () => (await show(waiting, later)).status === 'succeeded')
      assert.equal(later.stats().billedVideos, 1, 'what had ended before is not billed again')
      const url = (await show(ended, later)).content?.video_url ?? ''
      assert.equal(new URL(url).pathname, new URL(was.content?.video_url ?? '').pathname)
      assert.equal((await fetch(new URL(new URL(url).pathname + new URL(url).search, later.url))).status, 200)
      assert.equal((await ask('GET', `/${deleted}`, undefined, { at: later })).status, 404)
    } finally {
      await later.close()
    }
  })
})

describe('callbacks', () => {
  const posted: TaskJson[] = []
  const paths = new Map<string, string>()
  let acknowledge: (path: string) => number = () => 204
  const listener = createServer((request, response) => {
    void text(request).then((body) => {
      const task = JSON.parse(body) as TaskJson
      posted.push(task)
      paths.set(request.url ?? '', task.id)
      response.writeHead(acknowledge(request.url ?? '')).end()
    })
  })
  const address = async (): Promise<string> => {
    if (!listener.listening) await once(listener.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`
  }
  after(() => listener.close())
  const of = (id: string): string[] => posted.filter((task) => task.id === id).map(({ status }) => status)

  test('each state is told in its turn, with the same body as an answer', async () => {
    const id = await submit({ callback_url: await address() })
    await until(() => of(id).length === 3)
    assert.deepEqual(of(id), ['queued', 'running', 'succeeded'])
    assert.deepEqual(posted.at(-1), await show(id))
  })

  test('an end that nobody acknowledges is told three times', async () => {
    acknowledge = () => 500
    const id = await submit({ callback_url: await address() })
    await until(() => of(id).length === 5)
    acknowledge = () => 204
    assert.deepEqual(of(id), ['queued', 'running', 'succeeded', 'succeeded', 'succeeded'])
  })

  test('duplicate-callback tells the end twice though it was acknowledged', async () => {
    const id = await submit({ callback_url: await address(), ...words('a fox [[fault:duplicate-callback]]') })
    await until(() => of(id).length === 4)
    assert.deepEqual(of(id).slice(2), ['succeeded', 'succeeded'])
  })

  test('late-callback tells the end long after an answer did', async () => {
    const id = await submit({ callback_url: await address(), ...words('a fox [[fault:late-callback]]') })
    assert.equal((await show(id)).status, 'succeeded')
    assert(!of(id).includes('succeeded'))
    await until(() => of(id).includes('succeeded'))
  })

  test('a lost answer still leads to a callback: its secret names the submit', async () => {
    const secret = randomUUID()
    const callback_url = `${await address()}/${secret}`
    await assert.rejects(ask('POST', '', { model: MODEL, callback_url, ...words('a fox [[fault:lost-reply]]') }))
    await until(() => of(paths.get(`/hook/${secret}`) ?? '').includes('succeeded'))
  })
})
