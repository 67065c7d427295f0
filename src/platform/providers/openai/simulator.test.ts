import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import sharp from 'sharp'
import { inspectImage } from '../inspect-image.ts'
import { shapeOf } from '../replay.ts'
import { serveVendors } from '../simulation/index.ts'
import { openaiSimulator } from './simulator/index.ts'

const vendor = openaiSimulator({ latencyMs: 0, apiKey: 'key', pictures: 'plain' })
const simulator = await serveVendors([vendor], { host: '127.0.0.1', port: 0 })
after(() => simulator.close())
const base = `${simulator.url}/openai/v1`
const authorization = 'Bearer key'
const png = new Blob([new Uint8Array(await sharp({ create: { width: 8, height: 8, channels: 3, background: '#c01818' } }).png().toBuffer())], { type: 'image/png' })

type Json = Record<string, unknown>
interface Answer {
  readonly data: readonly { b64_json: string }[]
  readonly size: string
  readonly usage: { input_tokens_details: Json; output_tokens: number }
}

function post(fields: Json, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${base}/images/generations`, { method: 'POST', headers: { authorization, ...headers }, body: JSON.stringify({ model: 'gpt-image-2', prompt: 'a fox', ...fields }) })
}

async function answer(fields: Json): Promise<Answer> {
  const response = await post(fields)
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as Answer
}

function bytesOf({ data }: Answer): Buffer {
  return Buffer.from(data[0]?.b64_json ?? '', 'base64')
}

function edit(files: readonly Blob[], fields: Record<string, string> = {}): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ model: 'gpt-image-2', prompt: 'a fox', ...fields })) form.append(name, value)
  for (const file of files) form.append('image[]', file, 'x.png')
  return fetch(`${base}/images/edits`, { method: 'POST', headers: { authorization }, body: form })
}

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))
}

test('an answer and a refusal have the recorded shapes', async () => {
  assert.deepEqual(shapeOf(await answer({})), shapeOf(recorded('answer-one-image')))
  const response = await post({ foo: 1 })
  assert.deepEqual([response.status, await response.json()], [400, recorded('error-envelope')])
  assert.match(response.headers.get('x-request-id') ?? '', /^req_/)
})

describe('pictures', () => {
  for (const format of ['png', 'jpeg', 'webp']) {
    test(`a ${format} has the size that was asked for`, async () => {
      const made = await answer({ size: '640x320', output_format: format })
      const { width, height, format: found } = await sharp(bytesOf(made)).metadata()
      assert.deepEqual([found, width, height, made.size], [format, 640, 320, '640x320'])
    })
  }

  test('a transparent background is one, and compression makes a picture smaller', async () => {
    const { channels, isOpaque } = await sharp(bytesOf(await answer({ background: 'transparent', output_format: 'webp' }))).stats()
    assert.deepEqual([channels.length, isOpaque], [4, false])
    const [fine, coarse] = await Promise.all([100, 5].map(async (output_compression) => bytesOf(await answer({ output_format: 'jpeg', output_compression })).length))
    assert(fine !== undefined && coarse !== undefined && coarse < fine)
  })

  test('tokens follow quality, size and number, and pictures that were sent have their own', async () => {
    const tokens = async (fields: Json): Promise<number> => (await answer(fields)).usage.output_tokens
    assert.deepEqual(await Promise.all([tokens({}), tokens({ quality: 'low' }), tokens({ n: 2, quality: 'low' })]), [1056, 272, 544])
    const edited = (await (await edit([png, png])).json()) as Answer
    assert.equal(edited.usage.input_tokens_details['image_tokens'], 646)
  })

  test('a flood of pixels in a few bytes, and a page that calls itself a picture, are never unpacked', async () => {
    for (const fault of ['pixel-flood', 'bad-asset']) {
      const bytes = bytesOf(await answer({ prompt: `a fox [[fault:${fault}]]` }))
      assert(bytes.length < 200)
      await assert.rejects(inspectImage(bytes), { reason: 'bad_output' })
    }
  })
})

describe('requests are checked like at the vendor', () => {
  const refused: Record<string, [fields: Json, status: number, code: string | null, param: string | null]> = {
    'a model that never was': [{ model: 'gpt-image-9' }, 404, 'model_not_found', 'model'],
    'a model that has ended': [{ model: 'gpt-image-1' }, 404, 'model_not_found', 'model'],
    'no prompt': [{ prompt: '' }, 400, 'missing_required_parameter', 'prompt'],
    'a field of older models': [{ response_format: 'url' }, 400, 'unknown_parameter', 'response_format'],
    'a seed': [{ seed: 7 }, 400, 'unknown_parameter', 'seed'],
    'sides that are no steps of 16': [{ size: '1000x1000' }, 400, 'invalid_value', 'size'],
    'a side past the largest': [{ size: '3856x1600' }, 400, 'invalid_value', 'size'],
    'eleven images': [{ n: 11 }, 400, 'invalid_value', 'n'],
    'a transparent JPEG': [{ background: 'transparent', output_format: 'jpeg' }, 400, 'invalid_value', 'background'],
    'words its moderation knows': [{ prompt: 'a forbidden place' }, 400, 'moderation_blocked', null],
  }
  for (const [title, [fields, ...expected]] of Object.entries(refused)) {
    test(`refused: ${title}`, async () => {
      const response = await post(fields)
      const { error } = (await response.json()) as { error: { code: string; param: string } }
      assert.deepEqual([response.status, error.code, error.param], expected)
    })
  }

  test('without a key, or with another one, there is no answer', async () => {
    for (const other of ['', 'Bearer other', 'Basic key']) assert.equal((await post({}, { authorization: other })).status, 401)
  })

  test('a picture that is none, none at all, or one too many is refused', async () => {
    for (const files of [[], [new Blob(['x'], { type: 'image/svg+xml' })], [new Blob([], { type: 'image/png' })], [new Blob(['x'], { type: 'image/png' })], Array.from({ length: 17 }, () => png)]) assert.equal((await edit(files)).status, 400)
    assert.equal((await edit(Array.from({ length: 16 }, () => png))).status, 200)
  })

  test('a fault may be asked for by header', async () => {
    assert.equal((await post({}, { 'x-fault': '500' })).status, 500)
  })

  test('a model announces its end until it comes', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-30T23:59:59Z') })
    const { status, headers } = await post({ model: 'gpt-image-1-mini' })
    assert.deepEqual([status, headers.get('sunset')], [200, 'Tue, 01 Dec 2026 00:00:00 GMT'])
    t.mock.timers.tick(1000)
    assert.equal((await post({ model: 'gpt-image-1-mini' })).status, 404)
  })
})
