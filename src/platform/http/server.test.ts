import assert from 'node:assert/strict'
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { bytes } from './answer.ts'
import { openTestServer, SESSION, type TestServer } from './open-test-server.ts'
import { rawRoute, route } from './route.ts'

const base = { summary: '', tags: [], errors: [], access: 'public', status: 200, reply: z.object({ ok: z.boolean() }) } as const
const quick = route({ ...base, method: 'GET', path: '/api/quick', operation: 'quick', handle: async () => ({ ok: true }) })

/** A route whose handler says when it has begun and waits to be let go. */
function gate() {
  const begun = Promise.withResolvers<AbortSignal>()
  const letGo = Promise.withResolvers<void>()
  const held = route({
    ...base, method: 'GET', path: '/api/held', operation: 'held',
    handle: async ({ signal }) => { begun.resolve(signal); await letGo.promise; return { ok: true } },
  })
  return { held, begun: begun.promise, letGo: () => letGo.resolve() }
}

async function listening(t: TestContext, options: Parameters<typeof openTestServer>[1] = {}): Promise<[TestServer, string]> {
  const server = await openTestServer(t, { routes: [quick], ...options })
  return [server, await server.listen({ port: 0, host: '127.0.0.1' })]
}

/** Sends bytes on a bare socket and reads until the server ends the connection. */
async function sendBytes(server: TestServer, bytes: string): Promise<{ status: number; headers: Headers; body: string }> {
  const socket = connect(server.address!.port, '127.0.0.1')
  socket.write(bytes)
  const answer = await text(socket)
  const [head = '', ...rest] = answer.split('\r\n\r\n')
  const [first = '', ...fields] = head.split('\r\n')
  const headers = new Headers(fields.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
  return { status: Number(first.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }
}

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

function assertShellHeaders(headers: Headers, about: string): void {
  for (const [name, value] of Object.entries(EVERYWHERE)) assert.equal(headers.get(name), value, `${name} of ${about}`)
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, about)
  assert.match(headers.get('permissions-policy') ?? '', /camera=\(\)/, about)
  assert.match(headers.get('x-request-id') ?? '', /^[A-Za-z0-9._-]{8,128}$/, about)
  assert.equal(headers.get('server'), null)
  assert.equal(headers.get('x-powered-by'), null)
}

test('every answer carries the security headers and a request id, whoever writes it', async (t) => {
  const [server, url] = await listening(t)
  const paths = ['/api/quick', '/api/none', '/api/%zz', '/health', '/metrics', '/openapi.json', '/docs', '/docs/', '/docs/js/scalar.js', '/nothing']
  for (const path of paths) assertShellHeaders((await fetch(url + path, { redirect: 'manual' })).headers, path)
  for (const method of ['OPTIONS', 'DELETE', 'HEAD']) assertShellHeaders((await fetch(`${url}/api/quick`, { method })).headers, method)
  assertShellHeaders((await sendBytes(server, 'nonsense\r\n\r\n')).headers, 'nonsense')
  assertShellHeaders((await sendBytes(server, 'PROPFIND /api/quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).headers, 'PROPFIND')
})

test('API answers are not stored by anybody', async (t) => {
  const [, url] = await listening(t)
  for (const path of ['/api/quick', '/api/none', '/health']) assert.equal((await fetch(url + path)).headers.get('cache-control'), 'no-store')
})

test('browsers are told to stay on https only in production over https', async (t) => {
  const hsts = async (options: Parameters<typeof openTestServer>[1], headers: Record<string, string> = {}) => {
    const server = await openTestServer(t, options)
    return (await server.inject({ url: '/health', headers })).headers['strict-transport-security'] !== undefined
  }
  const forwarded = { 'x-forwarded-proto': 'https' }
  assert.equal(await hsts({ production: true, publicUrl: 'https://cooly.example' }), true)
  assert.equal(await hsts({ production: true, trustProxy: ['127.0.0.1'] }, forwarded), true)
  assert.equal(await hsts({ production: true }, forwarded), false)
  assert.equal(await hsts({ production: true, publicUrl: 'http://cooly.example' }), false)
  assert.equal(await hsts({ production: false, publicUrl: 'https://cooly.example' }), false)
})

test('a well-formed request id is kept and every other one replaced', async (t) => {
  const server = await openTestServer(t, { routes: [quick] })
  const echoed = async (id: string) => (await server.inject({ url: '/api/quick', headers: { 'x-request-id': id } })).headers['x-request-id']
  for (const id of ['abcd1234', 'A.b_c-9'.padEnd(128, 'x')]) assert.equal(await echoed(id), id)
  for (const id of ['short', 'x'.repeat(129), 'has space1', 'caf\u00e9caf\u00e9', '<script>alert', '']) {
    assert.match(String(await echoed(id)), /^[0-9a-f]{8}-[0-9a-f]{4}-7/, id)
  }
})

test('each request leaves one line with its route, status, time, id and actor', async (t) => {
  const mine = route({ ...base, access: 'member', method: 'GET', path: '/api/mine/:id', operation: 'mine', params: z.strictObject({ id: z.string() }), handle: async () => ({ ok: true }) })
  const server = await openTestServer(t, { routes: [mine] })
  await server.inject({ url: '/api/mine/secret-path?q=secret-query', headers: { ...SESSION, 'x-request-id': 'request-0001' } })
  await server.inject('/api/mine/1')
  const lines = server.lines.filter(({ msg }) => msg === 'request')
  assert.equal(lines.length, 2)
  const { method, route: template, status, durationMs, requestId, actorId, level } = lines[0]!
  assert.deepEqual([method, template, status, requestId, actorId, level], ['GET', '/api/mine/:id', 200, 'request-0001', 'u-1', 'info'])
  assert.equal(typeof durationMs, 'number')
  assert.deepEqual([lines[1]!.status, lines[1]!.code, lines[1]!.actorId], [401, 'auth.required', undefined])
  assert.ok(!JSON.stringify(server.lines).includes('secret-'))
})

test('the client\'s address is the socket\'s, unless a trusted proxy says otherwise', async (t) => {
  const who = route({ ...base, method: 'GET', path: '/api/who', operation: 'who', reply: z.object({ ip: z.string() }), handle: async ({ request }) => ({ ip: request.ip }) })
  const ip = async (trustProxy: false | number | string[]) => {
    const server = await openTestServer(t, { routes: [who], trustProxy })
    const headers = { 'x-forwarded-for': '198.51.100.66, 203.0.113.5, 10.0.0.2' }
    return (await server.inject({ url: '/api/who', headers, remoteAddress: '10.0.0.1' })).json().ip
  }
  assert.equal(await ip(false), '10.0.0.1')
  assert.equal(await ip(1), '10.0.0.2')
  assert.equal(await ip(2), '203.0.113.5')
  assert.equal(await ip(['10.0.0.0/8']), '203.0.113.5')
  assert.equal(await ip(['192.168.0.0/16']), '10.0.0.1')
})

test('bytes that are not a request get a problem and the end of the connection', async (t) => {
  const [server] = await listening(t)
  const cases: [string, number, string][] = [
    ['nonsense\r\n\r\n', 400, 'request.malformed_http'],
    ['GET /api/quick HTTP/9.9\r\nHost: x\r\n\r\n', 400, 'request.malformed_http'],
    ['GRAB /api/quick HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'request.malformed_http'],
    ['GET /api/quick HTTP/1.1\r\nHost : x\r\nBad Header: y\r\n\r\n', 400, 'request.malformed_http'],
    ['GET /api/quick HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'request.malformed_http'],
    ['POST /api/quick HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400, 'request.malformed_http'],
    ['POST /api/quick HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', 400, 'request.malformed_http'],
    [`GET /api/quick HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'request.headers_too_large'],
    [`GET /api/${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'request.headers_too_large'],
  ]
  for (const [bytes, status, code] of cases) {
    const reply = await sendBytes(server, bytes)
    assert.equal(reply.status, status, bytes.slice(0, 60))
    assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/)
    const problem = JSON.parse(reply.body)
    assert.equal(problem.code, code)
    assert.equal(problem.requestId, reply.headers.get('x-request-id'))
  }
})

test('a request that does not arrive is given up', async (t) => {
  const [server] = await listening(t, { headersTimeoutMs: 50 })
  const reply = await sendBytes(server, 'GET /api/quick HTTP/1.1\r\nHost: x\r\n')
  assert.deepEqual([reply.status, JSON.parse(reply.body).code], [408, 'request.timeout'])
})

test('odd but valid targets are answered, never with a fault of ours', async (t) => {
  const [server] = await listening(t)
  for (const target of ['*', 'http://x/api/quick', 'http://x/api/none', '//api/quick', '/api/quick#part', '/api//quick', '/../api/quick', '/api/quick;a=1', '/%61pi/quick']) {
    for (const method of ['GET', 'OPTIONS']) {
      const reply = await sendBytes(server, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      assert.ok(reply.status < 500 && reply.status >= 200, `${method} ${target} ${reply.status}`)
      assert.doesNotMatch(reply.headers.get('content-type') ?? '', /html/)
    }
  }
})

test('a body shorter than promised is the client\'s mistake', async (t) => {
  const post = route({ ...base, method: 'POST', path: '/api/quick', operation: 'post', body: z.strictObject({}), handle: async () => ({ ok: true }) })
  const [server] = await listening(t, { routes: [post] })
  const socket = connect(server.address!.port, '127.0.0.1')
  const answered = server.lines
  socket.write('POST /api/quick HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')
  socket.end()
  await text(socket).catch(() => '')
  assert.ok(!answered.some(({ level }) => level === 'error'), JSON.stringify(answered))
})

test('the handler learns that the client has left, and the line says the answer was abandoned', async (t) => {
  const { held, begun, letGo } = gate()
  const [server, url] = await listening(t, { routes: [held] })
  const request = httpRequest(`${url}/api/held`, { agent: false })
  request.on('error', () => {})
  request.end()
  const signal = await begun
  const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  request.destroy()
  await gone
  letGo()
  assert.equal(await server.close(5_000), true)
  assert.equal(server.lines.find(({ msg }) => msg === 'request')?.abandoned, true)
})

test('a signal is not aborted by an answer that was completed', async (t) => {
  const signals: AbortSignal[] = []
  const keep = route({ ...base, method: 'GET', path: '/api/keep', operation: 'keep', handle: async ({ signal }) => { signals.push(signal); return { ok: true } } })
  const [server, url] = await listening(t, { routes: [keep] })
  await (await fetch(`${url}/api/keep`)).json()
  await server.close(5_000)
  assert.deepEqual(signals.map(({ aborted }) => aborted), [false])
})

test('closing lets a running request end, refuses new connections, and resolves true', async (t) => {
  const { held, begun, letGo } = gate()
  const [server, url] = await listening(t, { routes: [held] })
  const running = fetch(`${url}/api/held`)
  await begun
  const closed = server.close(10_000)
  await assert.rejects(fetch(`${url}/health`))
  letGo()
  const reply = await running
  assert.deepEqual(await reply.json(), { ok: true })
  assert.equal(reply.headers.get('connection'), 'close')
  assert.equal(await closed, true)
  assert.equal(await server.close(0), true)
  assert.equal(server.address, null)
})

test('closing cuts off what does not end in time, and says so', async (t) => {
  const { held, begun, letGo } = gate()
  const [server, url] = await listening(t, { routes: [held] })
  const running = fetch(`${url}/api/held`)
  running.catch(() => {})
  await begun
  assert.equal(await server.close(1), false)
  await assert.rejects(running)
  letGo()
})

test('a request that was arriving when closing began is told to go elsewhere, and a probe that we are leaving', async (t) => {
  for (const [path, status, code] of [['/api/quick', 503, 'server.draining'], ['/ready', 503, undefined], ['/health', 200, undefined]] as const) {
    const [server] = await listening(t)
    const socket = connect(server.address!.port, '127.0.0.1')
    socket.setEncoding('utf8')
    let answers = ''
    const first = Promise.withResolvers<void>()
    const ended = new Promise((resolve) => socket.on('end', resolve))
    socket.on('data', (chunk: string) => { answers += chunk; first.resolve() })
    socket.write(`GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET ${path} HTTP/1.1\r\nHost: x\r\n`)
    await first.promise
    const closed = server.close(10_000)
    socket.write('\r\n')
    await ended
    socket.end()
    const second = answers.slice(answers.indexOf('HTTP/1.1', 8))
    assert.match(second, new RegExp(`^HTTP/1.1 ${status} `), path)
    assert.match(second, /connection: close/i)
    if (code === undefined) assert.match(second, path === '/ready' ? /"status":"draining"/ : /"status":"ok"/)
    else assert.match(second, new RegExp(`"code":"${code}"[^]*`))
    assert.equal(await closed, true)
  }
})

test('a kept-alive connection that is idle does not hold up closing', async (t) => {
  const [server, url] = await listening(t)
  const agent = new Agent({ keepAlive: true })
  const answered = Promise.withResolvers<void>()
  httpRequest(`${url}/api/quick`, { agent }, (reply) => reply.resume().on('end', () => answered.resolve())).end()
  await answered.promise
  assert.equal(await server.close(10_000), true)
  agent.destroy()
})

test('an answer that is on its way when closing begins arrives whole, and its connection does not hold up closing', async (t) => {
  const body = new PassThrough()
  const file = rawRoute({
    method: 'GET', path: '/api/file', operation: 'file', summary: '', tags: [], access: 'public', status: 200, produces: ['text/plain'], errors: [],
    handle: async () => bytes({ contentType: 'text/plain', body, headers: { 'content-length': '6' } }),
  })
  const server = await openTestServer(t, { routes: [file] })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  const agent = new Agent({ keepAlive: true })
  const arriving = Promise.withResolvers<IncomingMessage>()
  httpRequest(`${url}/api/file`, { agent }, arriving.resolve).end()
  body.write('abc')
  const reply = await arriving.promise
  const closed = server.close(10_000)
  body.end('def')
  assert.equal(await text(reply), 'abcdef')
  assert.equal(await closed, true)
  agent.destroy()
})

test('a port that is taken is an error of listen()', async (t) => {
  const [first] = await listening(t)
  const second = await openTestServer(t)
  await assert.rejects(second.listen({ port: first.address!.port, host: '127.0.0.1' }), { code: 'EADDRINUSE' })
})

test('a route of another tier sets headers and chooses its status', async (t) => {
  const { answer } = await import('./answer.ts')
  const accept = route({
    ...base, method: 'POST', path: '/api/accept', operation: 'accept', status: 202, alsoStatus: [200],
    handle: async ({ header }) => {
      header('idempotent-replayed', 'true')
      return answer({ status: 200, body: { ok: true }, headers: { location: '/api/things/1', 'cache-control': 'private' } })
    },
  })
  const server = await openTestServer(t, { routes: [accept] })
  const reply = await server.inject({ method: 'POST', url: '/api/accept' })
  assert.equal(reply.statusCode, 200)
  assert.equal(reply.headers.location, '/api/things/1')
  assert.equal(reply.headers['idempotent-replayed'], 'true')
  assert.equal(reply.headers['cache-control'], 'private')
})
