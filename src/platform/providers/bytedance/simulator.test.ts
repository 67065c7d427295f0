import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import sharp from 'sharp'
import { startBytedanceSimulator } from './simulator/index.ts'

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3600, apiKey: 'key', pictures: 'plain' })
after(() => simulator.close())

type Json = Record<string, unknown>
interface Answer {
  readonly data: readonly { url?: string; b64_json?: string; size?: string; error?: Json }[]
  readonly usage: { generated_images: number; output_tokens: number; total_tokens: number }
}

const ASKED = { model: 'seedream-4-0-250828', prompt: 'a fox', size: '1K' }

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${simulator.url}/api/v3/images/generations`, {
    method: 'POST',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function answer(fields: Json): Promise<Answer> {
  const response = await post({ ...ASKED, ...fields })
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as Answer
}

async function refusal(fields: Json): Promise<[status: number, code: string, param: string]> {
  const response = await post({ ...ASKED, ...fields })
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

test('a transparent background is one, and only where it was asked for', async () => {
  const opaque = async (fields: Json) => {
    const { data } = await answer({ model: 'dola-seedream-5-0-pro-260628', response_format: 'b64_json', output_format: 'png', ...fields })
    return (await sharp(Buffer.from(data[0]!.b64_json!, 'base64')).stats()).isOpaque
  }
  assert.deepEqual([await opaque({ background: 'transparent' }), await opaque({ background: 'opaque' }), await opaque({})], [false, true, true])
  assert.deepEqual(await refusal({ model: 'dola-seedream-5-0-pro-260628', background: 'auto' }), [400, 'InvalidParameter', 'background'])
})

describe('answers have the recorded shapes', () => {
  test('one image', async () => {
    assert.deepEqual(shapeOf(await answer({})), shapeOf(recorded('answer-one-image')))
  })

  test('one image as bytes', async () => {
    assert.deepEqual(shapeOf(await answer({ response_format: 'b64_json' })), shapeOf(recorded('answer-bytes')))
  })

  test('a group with one refused item', async () => {
    const group = await answer({ prompt: 'two images of a fox [[fault:refuse-output]]', sequential_image_generation: 'auto' })
    assert.deepEqual(shapeOf(group), shapeOf(recorded('answer-image-and-refused-item')))
    assert.equal(group.usage.generated_images, 1)
  })

  test('a refusal, with the request id of the header', async () => {
    const response = await post({ ...ASKED, size: '10x10' })
    const body = (await response.json()) as { error: { message: string } }
    assert.deepEqual(shapeOf(body), shapeOf(recorded('error-envelope')))
    assert.match(body.error.message, new RegExp(`Request id: ${response.headers.get('x-request-id')}$`))
  })

  test('a stream, event by event, with its end mark', async () => {
    const response = await post({ ...ASKED, prompt: 'two images of a fox [[fault:refuse-output]]', sequential_image_generation: 'auto', stream: true })
    const blocks = (await response.text()).trimEnd().split('\n\n')
    assert.equal(blocks.pop(), 'data: [DONE]')
    const events = blocks.map((block) => {
      const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? assert.fail(block)
      const event = JSON.parse(data ?? '') as Json
      assert.equal(event['type'], name)
      return event
    })
    const expected = recorded('stream-events') as Json[]
    assert.deepEqual(events.map(shapeOf), expected.map(shapeOf))
    assert.deepEqual(events.map(({ type }) => type), expected.map(({ type }) => type))
  })
})

describe('requests are checked like at the vendor', () => {
  test('without a key, or with another one, there is no answer', async () => {
    for (const authorization of ['', 'Bearer other', 'Basic key']) {
      const response = await post(ASKED, { authorization })
      assert.equal(response.status, 401)
    }
  })

  const refused: Record<string, [fields: Json, status: number, code: string, param: string]> = {
    'an unknown model': [{ model: 'seedream-9' }, 404, 'InvalidEndpointOrModel.NotFound', ''],
    'no prompt': [{ prompt: undefined }, 400, 'MissingParameter', 'prompt'],
    'too few pixels': [{ size: '900x900' }, 400, 'InvalidParameter', 'size'],
    'too many pixels': [{ size: '4097x4097' }, 400, 'InvalidParameter', 'size'],
    'more pixels than this model takes': [{ model: 'dola-seedream-5-0-pro-260628', size: '3000x2000' }, 400, 'InvalidParameter', 'size'],
    'a ratio past sixteen': [{ size: '4100x250' }, 400, 'InvalidParameter', 'size'],
    'a preset of another model': [{ model: 'seedream-4-5-251128', size: '1K' }, 400, 'InvalidParameter', 'size'],
    'a size that is none': [{ size: 'large' }, 400, 'InvalidParameter', 'size'],
    'a seed': [{ seed: 7 }, 400, 'InvalidParameter.UnsupportedParameter', 'seed'],
    'a group where there are none': [{ model: 'dola-seedream-5-0-pro-260628', size: '2K', sequential_image_generation: 'auto' }, 400, 'InvalidParameter.UnsupportedParameter', 'sequential_image_generation'],
    'a group of sixteen': [{ sequential_image_generation: 'auto', sequential_image_generation_options: { max_images: 16 } }, 400, 'InvalidParameter', 'sequential_image_generation_options.max_images'],
    'too many references': [{ image: Array.from({ length: 15 }, () => 'https://example.com/a.png') }, 400, 'InvalidParameter', 'image'],
    'a reference that is no address': [{ image: 'a.png' }, 400, 'InvalidImageURL.InvalidFormat', 'image'],
    'words its moderation knows': [{ prompt: 'a forbidden place' }, 400, 'InputTextSensitiveContentDetected', ''],
  }
  for (const [title, [fields, ...expected]] of Object.entries(refused)) {
    test(`refused: ${title}`, async () => assert.deepEqual(await refusal(fields), expected))
  }

  test('a body that is no JSON is refused as one', async () => {
    assert.equal((await post('{"model":')).status, 400)
    assert.equal((await post('null')).status, 400)
  })

  test('refusals are never billed', async () => {
    const before = simulator.stats().billedImages
    await refusal({ size: '10x10' })
    assert.equal(simulator.stats().billedImages, before)
  })
})

describe('sizes and prices', () => {
  test('a preset takes its ratio from the prompt; square is the default', async () => {
    const sizes = await Promise.all(['a fox', 'a fox, 16:9', 'a fox, vertical', 'a fox 21:9'].map(async (prompt) => (await answer({ prompt, size: '2K' })).data[0]?.size))
    assert.deepEqual(sizes, ['2048x2048', '2848x1600', '1600x2848', '3136x1344'])
  })

  test('tokens are the pixels by 256, over all images of a group', async () => {
    const { usage } = await answer({ prompt: 'three images of a fox', sequential_image_generation: 'auto' })
    assert.deepEqual(usage, { generated_images: 3, output_tokens: 12_288, total_tokens: 12_288 })
  })

  test('a group stays within what was asked', async () => {
    const { data } = await answer({ sequential_image_generation: 'auto', sequential_image_generation_options: { max_images: 2 } })
    assert.equal(data.length, 2)
  })

  test('the picture has exactly the size that was answered', async () => {
    const { data } = await answer({ size: '1600x900' })
    const { width, height, format } = await sharp(Buffer.from(await (await fetch(data[0]?.url ?? '')).arrayBuffer())).metadata()
    assert.deepEqual([format, `${width}x${height}`], ['jpeg', data[0]?.size])
  })
})

describe('addresses', () => {
  test('one that was changed, or has expired, is refused', async () => {
    const url = (await answer({})).data[0]?.url ?? ''
    assert.equal((await fetch(url)).status, 200)
    assert.equal((await fetch(url.replace(/expires=\d+/, 'expires=9999999999'))).status, 403)
    assert.equal((await fetch((await answer({ prompt: 'a fox [[fault:expired-url]]' })).data[0]?.url ?? '')).status, 403)
  })
})

describe('calls', () => {
  test('the same call of the same request is drawn the same, another call is not', async () => {
    const request = randomUUID()
    const draw = async (call: number): Promise<string> => {
      const response = await post(ASKED, { 'x-simulator-request': request, 'x-simulator-call': String(call) })
      return new URL(((await response.json()) as Answer).data[0]?.url ?? '').pathname
    }
    assert.equal(await draw(1), await draw(1))
    assert.notEqual(await draw(1), await draw(2))
  })

  test('a numbered fault strikes the call of that number, told or counted', async () => {
    const prompt = `a fox [[fault:500@2]] ${randomUUID()}`
    const counted = [await post({ ...ASKED, prompt }), await post({ ...ASKED, prompt }), await post({ ...ASKED, prompt })]
    assert.deepEqual(counted.map(({ status }) => status), [200, 500, 200])
    const told = await post({ ...ASKED, prompt }, { 'x-simulator-request': randomUUID(), 'x-simulator-call': '2' })
    assert.equal(told.status, 500)
  })

  test('the count of a request is told over HTTP too', async () => {
    const request = randomUUID()
    await post(ASKED, { 'x-simulator-request': request })
    const stats = (await (await fetch(`${simulator.url}/simulator/stats`)).json()) as { requests: Record<string, unknown> }
    assert.deepEqual(stats.requests[request], { calls: 1, billedImages: 1, billedVideos: 0 })
  })

  test('what was made is billed although its caller has left', async () => {
    const request = randomUUID()
    const leaving = new AbortController()
    const call = fetch(`${simulator.url}/api/v3/images/generations`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'x-simulator-request': request },
      body: JSON.stringify({ ...ASKED, prompt: 'a fox [[delay:40]]' }),
      signal: leaving.signal,
    })
    const until = async (reached: () => boolean): Promise<void> => {
      while (!reached()) await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => simulator.stats().requests[request]?.calls === 1)
    leaving.abort()
    await assert.rejects(call)
    await until(() => simulator.stats().requests[request]?.billedImages === 1)
  })
})

test('closing ends the calls under way', async () => {
  const doomed = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, urlTtlSeconds: 60 })
  const call = fetch(`${doomed.url}/api/v3/images/generations`, { method: 'POST', headers: { authorization: 'Bearer any' }, body: JSON.stringify({ ...ASKED, prompt: 'a fox [[fault:hang]]' }) })
  const failed = assert.rejects(call)
  while (doomed.stats().calls === 0) await new Promise((resolve) => setImmediate(resolve))
  await doomed.close()
  await failed
})
