/** The simulators as a process that dies in the middle of videos, once for all vendors: what one was told is still true after the next start. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const ENTRY = new URL('./simulate.ts', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'simulate-restart-'))
after(() => rmSync(folder, { recursive: true }))

type Json = Readonly<Record<string, unknown>>

/** What is read of the answers of all vendors, each of which has some of it. */
interface Answer {
  readonly id?: string
  readonly name?: string
  readonly status?: string
  readonly done?: boolean
  readonly billedVideos?: number
  readonly content?: { readonly video_url: string }
  readonly steps?: readonly { readonly content: readonly { readonly uri?: string; readonly data?: string }[] }[]
  readonly response?: {
    readonly videos?: readonly { readonly gcsUri?: string; readonly bytesBase64Encoded?: string }[]
    readonly generateVideoResponse?: { readonly generatedSamples: readonly { readonly video: { readonly uri: string } }[] }
  }
}

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const env = { SIMULATOR_LATENCY_MS: '0', SIMULATOR_PICTURES: 'plain' }
  const child = fork(ENTRY, ['--port', '0', '--tasks', folder], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ url }] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => assert.fail(`it ended with ${code}`))])) as [{ url: string }]
  return { child, url }
}

const headers = { authorization: 'Bearer any', 'x-goog-api-key': 'any', 'content-type': 'application/json' }

async function ask(address: string, body?: unknown): Promise<Answer> {
  const response = await fetch(address, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) })
  assert.equal(response.status, 200, `${address}: ${await response.clone().text()}`)
  return (await response.json()) as Answer
}

/** Where the clip is, or the clip. */
type Found = { readonly address: string } | { readonly base64: string }

interface Vendor {
  /** Answers the task's id. */
  readonly submit: (url: string, prompt: string) => Promise<string>
  /** Null until it has ended. */
  readonly look: (url: string, id: string) => Promise<Found | null>
}

const veo = (prompt: string, more: Json = {}): Json => ({ instances: [{ prompt }], parameters: { resolution: '720p', durationSeconds: 4, ...more } })
const VERTEX = '/google/vertex/v1/projects/p/locations/l/publishers/google/models/veo-3.1-generate-001'

const vertex = (more: Json): Vendor => ({
  submit: async (url, prompt) => String((await ask(`${url}${VERTEX}:predictLongRunning`, veo(prompt, more))).name),
  look: async (url, id) => {
    const { done, response } = await ask(`${url}${VERTEX}:fetchPredictOperation`, { operationName: id })
    if (done !== true) return null
    const { gcsUri, bytesBase64Encoded = '' } = response?.videos?.[0] ?? {}
    return gcsUri === undefined ? { base64: bytesBase64Encoded } : { address: `${url}/google/storage/v1/b/results/o/${encodeURIComponent(gcsUri.slice('gs://results/'.length))}?alt=media` }
  },
})

const interaction = (delivery: 'uri' | 'inline'): Vendor => ({
  submit: async (url, prompt) => {
    const body = { model: 'gemini-omni-1.2-flash', input: prompt, background: true, response_format: { type: 'video', resolution: '360p', duration: '3s', delivery } }
    return String((await ask(`${url}/google/v1beta/interactions`, body)).id)
  },
  look: async (url, id) => {
    const { status, steps } = await ask(`${url}/google/v1beta/interactions/${id}`)
    if (status !== 'completed') return null
    const { uri, data = '' } = steps?.at(-1)?.content[0] ?? {}
    return uri === undefined ? { base64: data } : { address: `${uri}:download?alt=media` }
  },
})

const VENDORS: Readonly<Record<string, Vendor>> = {
  'ModelArk': {
    submit: async (url, prompt) => String((await ask(`${url}/api/v3/contents/generations/tasks`, { model: 'dreamina-seedance-2-0-260128', resolution: '480p', duration: 4, content: [{ type: 'text', text: prompt }] })).id),
    look: async (url, id) => {
      const { status, content } = await ask(`${url}/api/v3/contents/generations/tasks/${id}`)
      if (status !== 'succeeded') return null
      const { pathname, search } = new URL(content?.video_url ?? '')
      return { address: `${url}${pathname}${search}` }
    },
  },
  'OpenAI': {
    submit: async (url, prompt) => String((await ask(`${url}/openai/v1/videos`, { model: 'sora-at-a-gateway', prompt, seconds: '4' })).id),
    look: async (url, id) => ((await ask(`${url}/openai/v1/videos/${id}`)).status === 'completed' ? { address: `${url}/openai/v1/videos/${id}/content` } : null),
  },
  'an interaction at an address': interaction('uri'),
  'an interaction in the answer': interaction('inline'),
  'an operation of Gemini': {
    submit: async (url, prompt) => String((await ask(`${url}/google/v1beta/models/veo-3.1-generate-preview:predictLongRunning`, veo(prompt))).name),
    look: async (url, id) => {
      const { done, response } = await ask(`${url}/google/v1beta/${id}`)
      return done === true ? { address: response?.generateVideoResponse?.generatedSamples[0]?.video.uri ?? '' } : null
    },
  },
  'an operation of Vertex in the answer': vertex({}),
  'an operation of Vertex in a bucket': vertex({ storageUri: 'gs://results/cooly' }),
}

async function clipOf(found: Found): Promise<Buffer> {
  if ('base64' in found) return Buffer.from(found.base64, 'base64')
  const response = await fetch(found.address, { headers })
  assert.equal(response.status, 200, found.address)
  return Buffer.from(await response.arrayBuffer())
}

const TAKES_MS = 4_000

test('a process that is killed while videos are made and others wait to be fetched knows all of them after its next start, whatever half-written lines it left', async () => {
  const first = await start()
  const submittedAt = Date.now()
  const asked = await Promise.all(Object.entries(VENDORS).map(async ([name, { submit, look }]) => {
    const [made, underWay] = [await submit(first.url, 'a fox'), await submit(first.url, `a fox [[delay:${TAKES_MS}]]`)]
    assert.notEqual(await look(first.url, made), null, name)
    return { name, look, made, underWay }
  }))
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const files = readdirSync(folder)
  assert.equal(files.length, 3, files.join())
  for (const file of files) {
    appendFileSync(join(folder, file), '{"id":"cut sho')
    writeFileSync(join(folder, `${file}.new`), '{"id":"cut sho')
  }
  const second = await start()
  try {
    for (const { name, look, made, underWay } of asked) {
      const found = await look(second.url, made)
      assert(found !== null, name)
      assert.equal((await clipOf(found)).toString('latin1', 4, 8), 'ftyp', name)
      let later = await look(second.url, underWay)
      while (later === null) later = await look(second.url, underWay)
      assert(Date.now() - submittedAt >= TAKES_MS, `${name} takes its own time`)
      assert.equal((await clipOf(later)).toString('latin1', 4, 8), 'ftyp', name)
    }
    const billed = await Promise.all(['', '/openai', '/google'].map(async (prefix) => (await ask(`${second.url}${prefix}/simulator/stats`)).billedVideos))
    assert.deepEqual(billed, [1, 1, 5], 'what was made before is not billed again')
  } finally {
    second.child.disconnect()
    await once(second.child, 'exit')
  }
})
