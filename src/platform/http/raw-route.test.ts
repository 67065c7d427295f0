import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { answer, bytes } from './answer.ts'
import { byteRange } from './byte-range.ts'
import { readOnlyFile } from './only-file.ts'
import { KEY, openTestServer } from './open-test-server.ts'
import { mountHandler, rawRoute } from './route.ts'

const base = { summary: '', tags: [], errors: [] } as const
const CONTENT = Buffer.from('0123456789')

function assetServer(t: TestContext, content: Buffer = CONTENT) {
  const opened: string[] = []
  const asset = rawRoute({
    ...base, method: 'GET', path: '/api/assets/:id', operation: 'asset', access: 'member', params: z.strictObject({ id: z.string() }),
    status: 200, alsoStatus: [206, 304], produces: ['image/*'],
    handle: ({ request }) =>
      byteRange(request, {
        bytes: content.length, etag: 'abc', contentType: 'image/png', headers: { 'cache-control': 'private, max-age=60' },
        open: async (start, end) => { opened.push(`${start}-${end}`); return Readable.from([content.subarray(start, end + 1)]) },
      }),
  })
  return openTestServer(t, { routes: [asset] }).then((server) => ({
    opened,
    ask: (headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') => server.inject({ method, url: '/api/assets/1', headers: { ...KEY, ...headers } }),
    server,
  }))
}

test('bytes are answered whole with their length, tag and type, and the route\'s own cache rule', async (t) => {
  const { ask } = await assetServer(t)
  const { statusCode, headers, body } = await ask()
  assert.deepEqual([statusCode, body], [200, '0123456789'])
  assert.equal(headers['content-length'], '10')
  assert.equal(headers.etag, '"abc"')
  assert.equal(headers['accept-ranges'], 'bytes')
  assert.equal(headers['content-type'], 'image/png')
  assert.equal(headers['cache-control'], 'private, max-age=60')
  assert.equal(headers['x-content-type-options'], 'nosniff')
})

test('one range is answered with exactly those bytes', async (t) => {
  const { ask } = await assetServer(t)
  const cases = { 'bytes=0-0': ['0', '0-0'], 'bytes=2-4': ['234', '2-4'], 'bytes=7-': ['789', '7-9'], 'bytes=-3': ['789', '7-9'], 'bytes=5-99': ['56789', '5-9'], 'bytes=-99': ['0123456789', '0-9'] }
  for (const [range, [body, place]] of Object.entries(cases)) {
    const reply = await ask({ range })
    assert.deepEqual([reply.statusCode, reply.body, reply.headers['content-range']], [206, body, `bytes ${place}/10`], range)
    assert.equal(reply.headers['content-length'], String(body!.length))
  }
})

test('ranges that mean nothing, or several at once, are answered with the whole', async (t) => {
  const { ask } = await assetServer(t)
  for (const range of ['bytes=0-1,4-5', 'items=0-1', 'bytes=4-2', 'bytes=-', 'bytes=a-b', 'bytes= 0-1']) {
    assert.equal((await ask({ range })).statusCode, 200, range)
  }
})

test('a range outside is 416 and says how long the content is', async (t) => {
  const { ask, opened } = await assetServer(t)
  for (const range of ['bytes=10-', 'bytes=99-100', 'bytes=-0']) {
    const reply = await ask({ range })
    assert.deepEqual([reply.statusCode, reply.json().code, reply.headers['content-range']], [416, 'request.range_not_satisfiable', 'bytes */10'], range)
  }
  assert.deepEqual(opened, [])
})

test('a client that has the bytes is not sent them, and a range of changed bytes becomes the whole', async (t) => {
  const { ask, opened } = await assetServer(t)
  for (const tag of ['"abc"', 'W/"abc"', '"x", "abc"', '*']) {
    const reply = await ask({ 'if-none-match': tag })
    assert.deepEqual([reply.statusCode, reply.body, reply.headers.etag], [304, '', '"abc"'], tag)
  }
  assert.deepEqual(opened, [])
  assert.equal((await ask({ 'if-none-match': '"other"' })).statusCode, 200)
  assert.equal((await ask({ range: 'bytes=0-1', 'if-range': '"abc"' })).statusCode, 206)
  assert.equal((await ask({ range: 'bytes=0-1', 'if-range': '"old"' })).statusCode, 200)
})

test('HEAD and empty content open nothing', async (t) => {
  const { ask, opened } = await assetServer(t)
  const head = await ask({}, 'HEAD')
  assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', '10'])
  assert.deepEqual(opened, [])
  const empty = await assetServer(t, Buffer.alloc(0))
  const reply = await empty.ask()
  assert.deepEqual([reply.statusCode, reply.body, reply.headers['content-length']], [200, '', '0'])
})

test('a source that fails before its first byte is a problem, after it a cut-off answer', async (t) => {
  const failing = (first: Buffer[]) => rawRoute({
    ...base, method: 'GET', path: '/api/file', operation: 'file', access: 'public', status: 200, produces: ['text/plain'],
    handle: async () => bytes({ contentType: 'text/plain', body: Readable.from((async function* () { yield* first; throw new Error('canary') })()) }),
  })
  const before = await openTestServer(t, { routes: [failing([])] })
  const refused = await fetch(`${await before.listen({ port: 0, host: '127.0.0.1' })}/api/file`)
  assert.equal(refused.status, 500)
  assert.equal(((await refused.json()) as { code: string }).code, 'server.error')
  const after = await openTestServer(t, { routes: [failing([Buffer.alloc(100_000)])] })
  const url = `${await after.listen({ port: 0, host: '127.0.0.1' })}/api/file`
  await assert.rejects(fetch(url).then((reply) => reply.arrayBuffer()))
})

test('who asks for a file and never reads it is cut off, and what it is read from is closed', async (t) => {
  const closed = Promise.withResolvers<void>()
  const file = rawRoute({
    ...base, method: 'GET', path: '/api/file', operation: 'file', access: 'public', status: 200, produces: ['text/plain'],
    handle: async () => {
      const body = new Readable({ read() { this.push(Buffer.alloc(65_536)) } })
      body.once('close', closed.resolve)
      return bytes({ contentType: 'text/plain', body })
    },
  })
  const server = await openTestServer(t, { routes: [file], stillMsMax: 50 })
  const { port, hostname } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(port), hostname)
  t.after(() => socket.destroy())
  socket.on('error', () => undefined)
  socket.pause().write(`GET /api/file HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`)
  await closed.promise
})

function uploadRoutes() {
  const hook = rawRoute({
    ...base, method: 'POST', path: '/api/webhooks/signed', operation: 'hook', access: 'public', status: 200, produces: ['application/json'],
    accepts: { mediaTypes: ['application/json'], bytesMax: 1000, as: 'buffer' },
    handle: async ({ body }) => answer({ body: { hex: body.toString('hex') } }),
  })
  const upload = rawRoute({
    ...base, method: 'POST', path: '/api/uploads', operation: 'upload', access: 'member', status: 201, produces: ['application/json'],
    accepts: { mediaTypes: ['multipart/form-data', 'image/png'], bytesMax: 1000, as: 'stream' },
    handle: async ({ body }) => answer({ body: { bytes: (await buffer(body)).length } }),
  })
  return [hook, upload]
}

test('a buffered body arrives byte for byte, even when it is not JSON', async (t) => {
  const server = await openTestServer(t, { routes: uploadRoutes() })
  for (const payload of ['{"a": 1 }', '{broken', '\u0000']) {
    const reply = await server.inject({ method: 'POST', url: '/api/webhooks/signed', headers: { 'content-type': 'application/json' }, payload })
    assert.deepEqual(reply.json(), { hex: Buffer.from(payload).toString('hex') })
  }
})

test('a streamed body is limited whether it says its length or not', async (t) => {
  const server = await openTestServer(t, { routes: uploadRoutes() })
  const url = `${await server.listen({ port: 0, host: '127.0.0.1' })}/api/uploads`
  const send = (size: number, chunked: boolean) => {
    const status = Promise.withResolvers<number | undefined>()
    const headers = { ...KEY, 'content-type': 'image/png', ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(size) }) }
    const request = httpRequest(url, { method: 'POST', headers, agent: false }, (reply) => { reply.resume(); status.resolve(reply.statusCode) })
    request.on('error', status.reject)
    request.end(Buffer.alloc(size))
    return status.promise
  }
  assert.equal(await send(1000, false), 201)
  assert.equal(await send(1000, true), 201)
  assert.equal(await send(1001, false), 413)
  assert.equal(await send(1001, true), 413)
})

test('a client that leaves before anybody reads its body harms nobody: whoever reads it later is told', async (t) => {
  const [entered, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const told = Promise.withResolvers<unknown>()
  const upload = rawRoute({
    ...base, method: 'POST', path: '/api/uploads', operation: 'upload', access: 'member', status: 201, produces: ['application/json'],
    accepts: { mediaTypes: ['image/png'], bytesMax: 1000, as: 'stream' },
    handle: async ({ body }) => {
      body.once('close', left.resolve)
      entered.resolve()
      await left.promise
      told.resolve(await buffer(body).catch((error: unknown) => error))
      return answer({ body: null })
    },
  })
  const server = await openTestServer(t, { routes: [upload] })
  const url = `${await server.listen({ port: 0, host: '127.0.0.1' })}/api/uploads`
  const request = httpRequest(url, { method: 'POST', headers: { ...KEY, 'content-type': 'image/png', 'content-length': '1000' }, agent: false })
  request.on('error', () => undefined)
  request.write('abc')
  await entered.promise
  request.destroy()
  assert.equal(((await told.promise) as NodeJS.ErrnoException).code, 'ECONNRESET')
})

test('a form that goes silent is answered and its connection closed, with the rest of it never waited for', async (t) => {
  const upload = rawRoute({
    ...base, method: 'POST', path: '/api/uploads', operation: 'upload', access: 'member', status: 201, produces: ['application/json'],
    accepts: { mediaTypes: ['multipart/form-data'], bytesMax: 100_000, as: 'stream' },
    handle: async ({ body, request }) => answer({ body: { bytes: (await readOnlyFile(request.headers['content-type'], body, { field: 'file', bytesMax: 90_000, idleMs: 20 })).length } }),
  })
  const server = await openTestServer(t, { routes: [upload] })
  const { port, hostname } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(port), hostname)
  socket.write(`POST /api/uploads HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: ${KEY.authorization}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 50000\r\n\r\n--x\r\n`)
  const reply = await text(socket)
  assert.match(reply, /^HTTP\/1\.1 408 .*"code":"request.timeout"/s)
})

test('a raw route takes its own content types and no others, and strangers not at all', async (t) => {
  const server = await openTestServer(t, { routes: uploadRoutes() })
  const send = (url: string, headers: Record<string, string>, payload: string) => server.inject({ method: 'POST', url, headers, payload })
  const wrong = await send('/api/uploads', { ...KEY, 'content-type': 'application/json' }, '{}')
  assert.deepEqual([wrong.statusCode, wrong.json().accepted], [415, ['multipart/form-data', 'image/png']])
  const large = await send('/api/webhooks/signed', { 'content-type': 'application/json' }, 'x'.repeat(1001))
  assert.deepEqual([large.statusCode, large.json().bytesMax], [413, 1000])
  assert.equal((await send('/api/uploads', { 'content-type': 'image/png' }, 'x')).statusCode, 401)
  const nothing = await server.inject({ method: 'POST', url: '/api/uploads', headers: KEY })
  assert.deepEqual([nothing.statusCode, nothing.json().accepted], [415, ['multipart/form-data', 'image/png']])
})

test('a mounted handler gets the request as it was sent, and its answer is passed on', async (t) => {
  const seen: { url: string; method: string; ip: string | null; text: string }[] = []
  const mount = mountHandler({
    paths: ['/api/auth/*'], methods: ['GET', 'POST'],
    handle: async (request) => {
      seen.push({ url: request.url, method: request.method, ip: request.headers.get('x-client-ip'), text: await request.text() })
      const headers = new Headers({ 'content-type': 'text/plain', location: '/next' })
      headers.append('set-cookie', 'a=1; Path=/')
      headers.append('set-cookie', 'b=2; Path=/')
      return new Response('answered', { status: 201, headers })
    },
  })
  const server = await openTestServer(t, { routes: [mount], publicUrl: 'https://cooly.example' })
  const reply = await server.inject({
    method: 'POST', url: '/api/auth/sign-in/email?x=1', payload: '{broken \u0000', remoteAddress: '203.0.113.9',
    headers: { 'content-type': 'application/json', 'x-client-ip': '198.51.100.1', host: 'evil.test' },
  })
  assert.deepEqual(seen, [{ url: 'https://cooly.example/api/auth/sign-in/email?x=1', method: 'POST', ip: '203.0.113.9', text: '{broken \u0000' }])
  assert.deepEqual([reply.statusCode, reply.body, reply.headers.location, reply.headers['content-type']], [201, 'answered', '/next', 'text/plain'])
  assert.deepEqual(reply.headers['set-cookie'], ['a=1; Path=/', 'b=2; Path=/'])
  assert.equal(reply.headers['cache-control'], 'no-store')
  assert.ok(reply.headers['x-request-id'])
})

test('a mounted handler that throws tells a stranger nothing', async (t) => {
  const mount = mountHandler({ paths: ['/api/auth/*'], methods: ['GET'], handle: () => Promise.reject(new Error('canary')) })
  const server = await openTestServer(t, { routes: [mount] })
  const reply = await server.inject('/api/auth/session')
  assert.deepEqual([reply.statusCode, reply.json().code], [500, 'server.error'])
  for (const name of ['a b', 'a@b', 'a:b@c']) {
    const host = await server.inject({ url: '/api/auth/session', headers: { host: name } })
    assert.deepEqual([host.statusCode, host.json().code], [400, 'request.malformed_http'], name)
  }
})
