import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { BufferSource, Input, MP4 } from 'mediabunny'
import { startSimulators } from './start-simulators.ts'

const simulators = await startSimulators({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
after(() => simulators.close())

type Json = Readonly<Record<string, unknown>>

const headers = { authorization: 'Bearer key', 'x-goog-api-key': 'key', 'content-type': 'application/json' }

async function ask<Answer>(path: string, body?: Json): Promise<Answer> {
  const response = await fetch(simulators.url + path, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) })
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as Answer
}

/** The picture's width and height, and whether sound as long as the picture goes with it. */
async function lookAt(clip: string | Buffer): Promise<readonly [width: number, height: number, sound: boolean]> {
  const bytes = typeof clip === 'string' ? Buffer.from(await (await fetch(clip, { headers })).arrayBuffer()) : clip
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4] })
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()]
  assert(video !== null)
  if (audio !== null) assert(Math.abs((await audio.computeDuration()) - (await video.computeDuration())) < 0.01)
  return [await video.getDisplayWidth(), await video.getDisplayHeight(), audio !== null]
}

async function seedance(body: Json) {
  const tasks = '/api/v3/contents/generations/tasks'
  const { id } = await ask<{ id: string }>(tasks, { model: 'dreamina-seedance-2-0-260128', content: [{ type: 'text', text: 'a fox' }], duration: 4, ...body })
  const { content } = await ask<{ content: { video_url: string } }>(`${tasks}/${id}`)
  return lookAt(content.video_url)
}

async function sora(body: Json) {
  const { id } = await ask<{ id: string }>('/openai/v1/videos', { model: 'of-a-gateway', prompt: 'a fox', ...body })
  return lookAt(`${simulators.url}/openai/v1/videos/${id}/content`)
}

async function omni(format: Json) {
  const { id } = await ask<{ id: string }>('/google/v1beta/interactions', { model: 'gemini-omni-1.2-flash', input: 'a fox', response_format: { type: 'video', duration: '3s', ...format } })
  const { steps } = await ask<{ steps: { content: { data: string }[] }[] }>(`/google/v1beta/interactions/${id}`)
  return lookAt(Buffer.from(steps.at(-1)?.content[0]?.data ?? '', 'base64'))
}

async function veoOnGemini(parameters: Json) {
  const { name } = await ask<{ name: string }>('/google/v1beta/models/veo-3.1-generate-preview:predictLongRunning', { instances: [{ prompt: 'a fox' }], parameters })
  const { response } = await ask<{ response: { generateVideoResponse: { generatedSamples: { video: { uri: string } }[] } } }>(`/google/v1beta/${name}`)
  return lookAt(response.generateVideoResponse.generatedSamples[0]?.video.uri ?? '')
}

async function veoOnVertex(parameters: Json) {
  const model = '/google/vertex/v1/projects/p/locations/l/publishers/google/models/veo-3.1-generate-001'
  const { name } = await ask<{ name: string }>(`${model}:predictLongRunning`, { instances: [{ prompt: 'a fox' }], parameters })
  const { response } = await ask<{ response: { videos: { bytesBase64Encoded: string }[] } }>(`${model}:fetchPredictOperation`, { operationName: name })
  return lookAt(Buffer.from(response.videos[0]?.bytesBase64Encoded ?? '', 'base64'))
}

describe('a clip has the size that was asked for, and sound where the vendor makes it', () => {
  test('Seedance makes sound unless told otherwise, and before its second generation never', async () => {
    assert.deepEqual(await seedance({ resolution: '720p' }), [1280, 720, true])
    assert.deepEqual(await seedance({ resolution: '480p', generate_audio: false }), [864, 496, false])
    assert.deepEqual(await seedance({ model: 'seedance-1-0-pro-250528', resolution: '480p' }), [864, 480, false])
  })

  test('OpenAI’s protocol always makes sound', async () => {
    assert.deepEqual(await sora({ size: '1280x720' }), [1280, 720, true])
    assert.deepEqual(await sora({}), [720, 1280, true])
    assert.deepEqual(await sora({ size: '9600x2400' }), [3840, 960, true], 'what no vendor makes is made smaller')
  })

  test('Gemini Omni always makes sound', async () => {
    assert.deepEqual(await omni({ resolution: '360p' }), [640, 360, true])
    assert.deepEqual(await omni({}), [1280, 720, true])
    assert.deepEqual(await omni({ resolution: '1080p', aspect_ratio: '9:16' }), [1080, 1920, true])
    assert.deepEqual(await omni({ resolution: '4k' }), [3840, 2160, true])
  })

  test('Veo always makes sound on the Gemini API, and on Vertex unless told otherwise', async () => {
    assert.deepEqual(await veoOnGemini({ aspectRatio: '9:16', durationSeconds: 4 }), [720, 1280, true])
    assert.deepEqual(await veoOnVertex({ resolution: '1080p' }), [1920, 1080, true])
    assert.deepEqual(await veoOnVertex({ generateAudio: true, durationSeconds: 4 }), [1280, 720, true])
    assert.deepEqual(await veoOnVertex({ generateAudio: false, durationSeconds: 4 }), [1280, 720, false])
  })
})
