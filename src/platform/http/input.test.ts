import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { JSON_BYTES_MAX } from './json-body.ts'
import { openTestServer } from './open-test-server.ts'
import { route } from './route.ts'

const echo = route({
  method: 'POST',
  path: '/api/things/:id',
  operation: 'echo',
  summary: '',
  tags: [],
  access: 'public',
  idempotency: 'accepted',
  params: z.strictObject({ id: z.string().max(50) }),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20), q: z.string().optional() }),
  body: z.strictObject({
    name: z.string().max(10).optional(),
    count: z.int().optional(),
    tags: z.array(z.string()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
  status: 200,
  reply: z.unknown(),
  errors: [],
  handle: async ({ params, query, body, key }) => ({ params, query, body, key }),
})

const bare = route({
  method: 'POST', path: '/api/bare', operation: 'bare', summary: '', tags: [], access: 'public', status: 204, reply: null, errors: [],
  handle: async () => {},
})

async function send(t: TestContext, options: { url?: string; payload?: string | Buffer | object; headers?: Record<string, string> }) {
  const server = await openTestServer(t, { routes: [echo, bare] })
  const headers = { 'content-type': 'application/json', ...options.headers }
  const reply = await server.inject({ method: 'POST', url: options.url ?? '/api/things/a', payload: options.payload ?? '{}', headers })
  if (reply.statusCode >= 400) assert.match(String(reply.headers['content-type']), /^application\/problem\+json/)
  return { status: reply.statusCode, json: reply.body === '' ? undefined : reply.json(), size: reply.body.length }
}

test('well-formed input arrives typed, with defaults', async (t) => {
  const { status, json } = await send(t, { url: '/api/things/caf%C3%A9?limit=7&q=a+b%20c', payload: { name: 'x', tags: ['é', '🦊'] } })
  assert.equal(status, 200)
  assert.deepEqual(json, { params: { id: 'café' }, query: { limit: 7, q: 'a b c' }, body: { name: 'x', tags: ['é', '🦊'] }, key: null })
})

test('all mistakes are told at once, by JSON pointer, in query and body alike', async (t) => {
  const { status, json } = await send(t, { url: '/api/things/a?limit=0', payload: { name: 5, tags: ['ok', 1], 'a/b~c': 1, other: 2 } })
  assert.equal(status, 400)
  assert.equal(json.code, 'request.invalid')
  const paths = json.errors.map(({ path }: { path: string }) => path)
  assert.deepEqual(paths.sort(), ['/a~1b~0c', '/limit', '/name', '/other', '/tags/1'])
})

test('a wrong path parameter is a mistake of its own', async (t) => {
  const { status, json } = await send(t, { url: `/api/things/${'x'.repeat(51)}` })
  assert.equal(status, 400)
  assert.deepEqual(json.errors.map(({ path }: { path: string }) => path), ['/id'])
})

test('huge or many mistakes do not come back as huge answers', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`${'k'.repeat(100)}${at}`, 1]))
  const huge = await send(t, { payload: { ['k'.repeat(500_000)]: 1, name: 'v'.repeat(300_000) } })
  assert.equal(huge.status, 400)
  assert.ok(huge.size < 3_000, `${huge.size}`)
  const crowd = await send(t, { payload: many })
  assert.equal(crowd.status, 400)
  assert.equal(crowd.json.errors.length, 50)
})

test('no JSON, half JSON and JSON-like text are request.malformed_json', async (t) => {
  for (const payload of ['', '{', '{"name":}', "{'name':'x'}", '{"a":1}x', 'NaN', '\ufeff{}', '{"name":"a\nb"}']) {
    const { status, json } = await send(t, { payload })
    assert.equal(status, 400, payload)
    assert.equal(json.code, 'request.malformed_json', payload)
  }
})

test('nesting beyond 32 levels is refused, up to a megabyte of brackets', async (t) => {
  const nested = (depth: number) => `{"metadata":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`
  assert.equal((await send(t, { payload: nested(30) })).status, 200)
  assert.equal((await send(t, { payload: nested(31) })).json.code, 'request.malformed_json')
  assert.equal((await send(t, { payload: '['.repeat(JSON_BYTES_MAX) })).json.code, 'request.malformed_json')
  assert.equal((await send(t, { payload: { metadata: { text: '['.repeat(100) + '\\"' + '{'.repeat(100) } } })).status, 200)
})

test('NUL, half surrogates and non-UTF-8 never get in, wherever they hide', async (t) => {
  const payloads = [
    '{"name":"a\\u0000b"}', '{"name":"\\ud800"}', '{"name":"\\udc00\\ud800"}', '{"tags":["ok","\\u0000"]}', '{"metadata":{"\\u0000":1}}',
    '{"metadata":{"deep":[{"x":"\\uDEAD"}]}}', '{"metadata":{"__proto__":{"role":"admin"}}}', '{"metadata":{"\\u005f_proto__":1}}',
    Buffer.from([0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  ]
  for (const payload of payloads) {
    const { status, json } = await send(t, { payload })
    assert.equal(status, 400, String(payload))
    assert.equal(json.code, 'request.not_text', String(payload))
  }
  for (const url of ['/api/things/a%00b', '/api/things/a?q=%00', '/api/things/a?%00=1']) {
    const { status, json } = await send(t, { url })
    assert.equal(status, 400, url)
    assert.equal(json.code, 'request.not_text', url)
  }
})

test('escapes that spell ordinary text are text', async (t) => {
  const { json } = await send(t, { payload: '{"name":"\\u00e9\\ud83e\\udd8a"}' })
  assert.equal(json.body.name, 'é🦊')
})

test('broken percent escapes are request.bad_encoding, in the path and in the query', async (t) => {
  for (const url of ['/api/things/%', '/api/things/%zz', '/api/things/%ED%A0%80', '/api/things/%ff', '/api/things/a?q=%', '/api/things/a?q=%ED%A0%80', '/api/things/a?%e9=1']) {
    const { status, json } = await send(t, { url })
    assert.equal(status, 400, url)
    assert.equal(json.code, 'request.bad_encoding', url)
    assert.match(json.requestId, /^[0-9a-f-]{36}$/)
  }
})

test('a query parameter given twice, or unknown, is a mistake', async (t) => {
  for (const url of ['/api/things/a?limit=1&limit=2', '/api/things/a?q=1&%71=2', '/api/things/a?nope=1', '/api/things/a?__proto__=1', '/api/things/a?constructor=1']) {
    const { status, json } = await send(t, { url })
    assert.equal(status, 400, url)
    assert.equal(json.code, 'request.invalid', url)
  }
})

test('a body above a megabyte is request.too_large, said before it has all arrived', async (t) => {
  const { status, json } = await send(t, { payload: `"${'x'.repeat(JSON_BYTES_MAX)}"` })
  assert.equal(status, 413)
  assert.equal(json.code, 'request.too_large')
  assert.equal(json.bytesMax, JSON_BYTES_MAX)
})

test('another content type, none, or a compressed body is request.unsupported_media_type', async (t) => {
  const types: Record<string, string>[] = [
    { 'content-type': 'text/plain' }, { 'content-type': 'application/x-www-form-urlencoded' }, { 'content-type': 'application/xml' },
    { 'content-type': 'multipart/form-data; boundary=x' }, { 'content-type': 'nonsense' }, { 'content-encoding': 'gzip' },
  ]
  for (const headers of types) {
    const { status, json } = await send(t, { headers })
    assert.equal(status, 415, JSON.stringify(headers))
    assert.equal(json.code, 'request.unsupported_media_type')
  }
})

test('a JSON content type may name its charset', async (t) => {
  assert.equal((await send(t, { headers: { 'content-type': 'application/json; charset=utf-8' } })).status, 200)
})

test('a missing body is a mistake where one is needed, and none is needed where none is declared', async (t) => {
  const server = await openTestServer(t, { routes: [echo, bare] })
  const missing = await server.inject({ method: 'POST', url: '/api/things/a' })
  assert.equal(missing.json().code, 'request.invalid')
  assert.equal((await server.inject({ method: 'POST', url: '/api/bare' })).statusCode, 204)
  assert.equal((await send(t, { url: '/api/bare', payload: '{}' })).status, 204)
  assert.equal((await send(t, { url: '/api/bare', payload: '' })).status, 204)
  assert.equal((await send(t, { url: '/api/bare', payload: '{"name":"x"}' })).json.code, 'request.invalid')
})

test('an idempotency key is 1 to 255 printable ASCII characters or refused', async (t) => {
  const good = await send(t, { headers: { 'idempotency-key': 'order 42/~!' } })
  assert.equal(good.json.key, 'order 42/~!')
  for (const key of ['', 'x'.repeat(256), 'caf\u00e9', 'tab\tkey']) {
    const { status, json } = await send(t, { headers: { 'idempotency-key': key } })
    assert.equal(status, 400, key)
    assert.equal(json.code, 'idempotency.invalid_key', key)
  }
})
