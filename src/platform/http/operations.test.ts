import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestServer } from './open-test-server.ts'

test('health touches nothing and says who answers', async (t) => {
  const touched: string[] = []
  const server = await openTestServer(t, {
    checks: { database: async () => void touched.push('database') },
    identify: async () => { touched.push('identity'); return null },
  })
  const reply = await server.inject({ url: '/health', headers: { authorization: 'Bearer x' } })
  const { uptimeSeconds, ...rest } = reply.json()
  assert.deepEqual(rest, { status: 'ok', version: '0.0.0-test', role: 'api' })
  assert.ok(Number.isInteger(uptimeSeconds))
  assert.deepEqual(touched, [])
})

test('ready is 200 when every check resolves', async (t) => {
  const server = await openTestServer(t, { checks: { database: async () => {}, queue: async () => {} } })
  const reply = await server.inject('/ready')
  assert.equal(reply.statusCode, 200)
  const { status, checks } = reply.json()
  assert.equal(status, 'ready')
  assert.deepEqual(Object.keys(checks), ['database', 'queue'])
  assert.equal(checks.database.ok, true)
  assert.equal(typeof checks.database.latencyMs, 'number')
})

test('ready is 503 when a check rejects, throws or hangs, and strangers learn only which', async (t) => {
  const told = Promise.withResolvers<void>()
  const server = await openTestServer(t, {
    checkLimitMs: 20,
    checks: {
      good: async () => {},
      rejects: () => Promise.reject(new Error('canary at 10.0.0.7')),
      throws: () => { throw new Error('canary') },
      hangs: (signal) => new Promise(() => signal.addEventListener('abort', () => told.resolve())),
    },
  })
  const reply = await server.inject('/ready')
  await told.promise
  assert.equal(reply.statusCode, 503)
  const { status, checks } = reply.json()
  assert.equal(status, 'unready')
  const seen = Object.entries(checks as Record<string, { ok: boolean; error?: string }>).map(([name, { ok, error }]) => [name, ok, error])
  assert.deepEqual(seen, [['good', true, undefined], ['rejects', false, 'failed'], ['throws', false, 'failed'], ['hangs', false, 'timed out']])
  assert.ok(!reply.body.includes('canary'))
  assert.ok(server.lines.some(({ check, err }) => check === 'rejects' && JSON.stringify(err).includes('canary')))
})

test('checks run side by side', async (t) => {
  const first = Promise.withResolvers<void>()
  const server = await openTestServer(t, { checks: { a: () => first.promise, b: async () => first.resolve() } })
  assert.equal((await server.inject('/ready')).statusCode, 200)
})

test('a draining server is not ready, and still answers everything', async (t) => {
  const server = await openTestServer(t, { checks: { database: async () => {} } })
  server.drain()
  const reply = await server.inject('/ready')
  assert.deepEqual([reply.statusCode, reply.json().status, reply.json().checks.database.ok], [503, 'draining', true])
  assert.equal((await server.inject('/health')).statusCode, 200)
  assert.equal((await server.inject('/openapi.json')).statusCode, 200)
})

test('metrics are Prometheus text with the requests served so far', async (t) => {
  const server = await openTestServer(t)
  await server.inject('/health')
  await server.inject('/api/none')
  const reply = await server.inject('/metrics')
  assert.match(String(reply.headers['content-type']), /^text\/plain/)
  assert.match(reply.body, /http_request_duration_seconds_count\{method="GET",route="\/health",status="200"\} 1/)
  assert.match(reply.body, /http_request_duration_seconds_count\{method="GET",route="unmatched",status="404"\} 1/)
})

test('in production metrics are for this machine itself, or for who has the token', async (t) => {
  const alone = await openTestServer(t, { production: true })
  const ask = (server: typeof alone, remoteAddress: string, headers: Record<string, string> = {}) =>
    server.inject({ url: '/metrics', remoteAddress, headers }).then(({ statusCode }) => statusCode)
  assert.equal(await ask(alone, '127.0.0.1'), 200)
  assert.equal(await ask(alone, '::1'), 200)
  assert.equal(await ask(alone, '::ffff:127.0.0.1'), 200)
  assert.equal(await ask(alone, '203.0.113.9'), 404)
  for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) assert.equal(await ask(alone, '127.0.0.1', { [header]: '203.0.113.9' }), 404, header)

  const guarded = await openTestServer(t, { production: true, metricsToken: 'a-long-enough-token' })
  assert.equal(await ask(guarded, '203.0.113.9', { authorization: 'Bearer a-long-enough-token' }), 200)
  assert.equal(await ask(guarded, '203.0.113.9', { authorization: 'Bearer a-long-enough-tokeN' }), 404)
  assert.equal(await ask(guarded, '127.0.0.1'), 404)
})

test('outside production metrics are open', async (t) => {
  const server = await openTestServer(t)
  assert.equal((await server.inject({ url: '/metrics', remoteAddress: '192.168.0.7' })).statusCode, 200)
})
