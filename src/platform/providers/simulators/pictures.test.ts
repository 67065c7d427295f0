import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import sharp from 'sharp'
import { startSimulators } from './start-simulators.ts'

const simulators = await startSimulators({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
after(() => simulators.close())

const picture = (background: string) => sharp({ create: { width: 64, height: 64, channels: 3, background } }).png().toBuffer()
const [red, green] = [await picture('#f01010'), await picture('#10f010')]
const broken = red.subarray(0, 40)

async function post(path: string, body: FormData | object, headers: Record<string, string> = {}): Promise<Response> {
  const sent = body instanceof FormData ? body : JSON.stringify(body)
  return fetch(`${simulators.url}${path}`, { method: 'POST', headers: { authorization: 'Bearer key', 'x-goog-api-key': 'key', 'x-simulator-request': 'the same', 'x-simulator-call': '1', ...headers }, body: sent })
}

test('a video of OpenAI’s protocol has the colour of the picture it begins with, and one that cannot be decoded is refused', async () => {
  const begin = (bytes: Buffer) => {
    const form = new FormData()
    for (const [name, value] of Object.entries({ model: 'other', prompt: 'a fox', seconds: '4', size: '720x1280' })) form.append(name, value)
    form.append('input_reference', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'a.png')
    return post('/openai/v1/videos', form)
  }
  const thumbnail = async (bytes: Buffer) => {
    const { id } = (await (await begin(bytes)).json()) as { id: string }
    const content = await fetch(`${simulators.url}/openai/v1/videos/${id}/content?variant=thumbnail`, { headers: { authorization: 'Bearer key' } })
    const { channels } = await sharp(Buffer.from(await content.arrayBuffer())).stats()
    return channels.map(({ mean }) => mean)
  }
  const [fromRed, fromGreen] = [await thumbnail(red), await thumbnail(green)]
  assert(fromRed[0]! > fromGreen[0]! + 60 && fromGreen[1]! > fromRed[1]! + 60, JSON.stringify({ fromRed, fromGreen }))
  assert.equal((await begin(broken)).status, 400)
})

test('Gemini Omni and Veo look at their pictures: one that cannot be decoded is refused, others are worked from', async () => {
  const omni = (bytes: Buffer) =>
    post('/google/v1beta/interactions', { model: 'gemini-omni-1.2-flash', input: [{ type: 'text', text: 'a fox' }, { type: 'image', mime_type: 'image/png', data: bytes.toString('base64') }], response_format: { type: 'video' } })
  const veo = (bytes: Buffer) => {
    const image = { bytesBase64Encoded: bytes.toString('base64'), mimeType: 'image/png' }
    return post('/google/vertex/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001:predictLongRunning', { instances: [{ prompt: 'a fox', image, lastFrame: image }], parameters: {} })
  }
  for (const ask of [omni, veo]) {
    assert.equal((await ask(broken)).status, 400)
    const accepted = await ask(red)
    assert.equal(accepted.status, 200, await accepted.text())
  }
})
