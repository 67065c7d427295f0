import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { defineError, type ErrorKind, type RefusalType } from '#lib/errors'
import { answer } from './answer.ts'
import { ServerUnavailable } from './errors.ts'
import { openTestServer } from './open-test-server.ts'
import { route } from './route.ts'

const Broke = defineError<{ required: number; secret: string }>({
  code: 'testing.broke',
  kind: 'unpaid',
  title: 'Not enough',
  describe: ({ required }) => `You need ${required}.`,
  expose: ({ required }) => ({ required }),
})
const Slow = defineError({ code: 'testing.slow', kind: 'limited', title: 'Slow down', expose: () => ({ retryAfterSeconds: 2.2 }) })
const ForOperator = defineError({ code: 'testing.for_operator', kind: 'bug', title: 'The file /etc/secret is broken' })

const STATUS: Record<Exclude<ErrorKind, 'bug'>, number> = {
  invalid: 400, unauthenticated: 401, unpaid: 402, forbidden: 403, missing: 404, gone: 410, conflict: 409, refused: 422, limited: 429, unavailable: 503,
}
const OfKind = new Map(
  (Object.keys(STATUS) as ErrorKind[]).map((kind) => [kind, defineError({ code: `testing.${kind}`, kind, title: kind })]),
)

function throwing(make: () => unknown, errors: readonly RefusalType<never>[] = []) {
  return route({
    method: 'GET', path: '/api/throws', operation: 'throws', summary: '', tags: [], access: 'public', status: 200,
    reply: z.strictObject({}), errors,
    handle: async () => { throw make() },
  })
}

for (const [kind, Type] of OfKind) {
  test(`a refusal of kind ${kind} is answered with its status`, async (t) => {
    const server = await openTestServer(t, { routes: [throwing(() => new Type({}), [Type])] })
    const reply = await server.inject('/api/throws')
    assert.equal(reply.statusCode, STATUS[kind as keyof typeof STATUS])
    assert.match(String(reply.headers['content-type']), /^application\/problem\+json/)
    assert.equal(reply.json().code, `testing.${kind}`)
  })
}

test('a problem shows what the refusal exposes and nothing else', async (t) => {
  const failing = () => new Broke({ required: 4, secret: 'canary' }, { cause: new Error('canary') })
  const server = await openTestServer(t, { routes: [throwing(failing, [Broke])] })
  const reply = await server.inject({ url: '/api/throws', headers: { 'x-request-id': 'request-0001' } })
  assert.deepEqual(reply.json(), {
    type: 'urn:cooly:error:testing.broke', title: 'Not enough', status: 402, detail: 'You need 4.', code: 'testing.broke',
    requestId: 'request-0001', required: 4,
  })
  assert.equal(reply.headers['cache-control'], 'no-store')
})

test('an unexpected error is a server.error that tells a stranger nothing and the log everything', async (t) => {
  const server = await openTestServer(t, { routes: [throwing(() => new Error('canary: select * from users'))] })
  const reply = await server.inject('/api/throws')
  assert.equal(reply.statusCode, 500)
  assert.equal(reply.json().code, 'server.error')
  assert.ok(!reply.body.includes('canary'))
  const logged = server.lines.find(({ level }) => level === 'error')!
  assert.match(JSON.stringify(logged.err), /canary/)
  assert.equal(logged.requestId, reply.headers['x-request-id'])
})

test('whatever is thrown becomes a problem, even what is no error', async (t) => {
  for (const thrown of [undefined, null, 'canary', 42, { status: 200, message: 'canary', statusCode: 418 }]) {
    const server = await openTestServer(t, { routes: [throwing(() => thrown)] })
    const reply = await server.inject('/api/throws')
    assert.equal(reply.statusCode, 500, String(thrown))
    assert.equal(reply.json().code, 'server.error')
    assert.ok(!reply.body.includes('canary'))
  }
})

test('a refusal of kind bug, written for the operator, stays in the log', async (t) => {
  const server = await openTestServer(t, { routes: [throwing(() => new ForOperator({}), [ForOperator])] })
  const reply = await server.inject('/api/throws')
  assert.equal(reply.json().code, 'server.error')
  assert.ok(!reply.body.includes('/etc/secret'))
})

test('why something that is needed does not answer stands in the log of an installation as it comes, and nowhere else', async (t) => {
  const Unavailable = OfKind.get('unavailable')!
  const failing = () => new Unavailable({}, { cause: new Error('canary: ENOSPC') })
  const server = await openTestServer(t, { routes: [throwing(failing, [Unavailable])], level: 'info' })
  const reply = await server.inject('/api/throws')
  assert.deepEqual([reply.statusCode, reply.body.includes('canary')], [503, false])
  const logged = server.lines.find(({ level }) => level === 'warn')
  assert.match(JSON.stringify(logged?.err), /canary: ENOSPC/)
})

test('limited and unavailable always say when to come back, in whole seconds', async (t) => {
  const Bare = OfKind.get('limited')!
  const cases = [
    [() => new Slow({}), Slow, '3'],
    [() => new Bare({}), Bare, '5'],
    [() => new ServerUnavailable({ retryAfterSeconds: 30 }), ServerUnavailable, '30'],
  ] as const
  for (const [make, type, seconds] of cases) {
    const server = await openTestServer(t, { routes: [throwing(make, [type])] })
    assert.equal((await server.inject('/api/throws')).headers['retry-after'], seconds)
  }
})

test('a refusal its route does not declare is logged, still told in production, and a bug in tests', async (t) => {
  const strict = await openTestServer(t, { routes: [throwing(() => new Slow({}))] })
  assert.equal((await strict.inject('/api/throws')).statusCode, 500)
  const lenient = await openTestServer(t, { routes: [throwing(() => new Slow({}))], strict: false })
  assert.equal((await lenient.inject('/api/throws')).statusCode, 429)
  assert.ok(lenient.lines.some(({ msg, code }) => msg === 'refusal not declared by its route' && code === 'testing.slow'))
})

test('strict refuses replies with missing, wrong or undeclared fields and statuses', async (t) => {
  const shape = { method: 'GET', summary: '', tags: [], access: 'public', status: 200, errors: [] } as const
  const reply = z.object({ id: z.string() })
  const given = (body: unknown) => async () => body as { id: string }
  const server = await openTestServer(t, {
    routes: [
      route({ ...shape, path: '/api/good', operation: 'good', reply, handle: given({ id: 'x', gone: undefined }) }),
      route({ ...shape, path: '/api/extra', operation: 'extra', reply, handle: given({ id: 'x', hash: 'y' }) }),
      route({ ...shape, path: '/api/wrong', operation: 'wrong', reply, handle: given({ id: 1 }) }),
      route({ ...shape, path: '/api/status', operation: 'status', reply, handle: async () => answer({ status: 202, body: { id: 'x' } }) }),
    ],
  })
  assert.equal((await server.inject('/api/good')).statusCode, 200)
  for (const path of ['/api/extra', '/api/wrong', '/api/status']) assert.equal((await server.inject(path)).statusCode, 500, path)
})

test('a route with a foreign contract gives its errors that contract\'s shape', async (t) => {
  const foreign = route({
    method: 'POST', path: '/v1/things', operation: 'things', summary: '', tags: [], access: 'member', status: 200, reply: null, errors: [],
    body: z.strictObject({ n: z.number() }),
    renderProblem: ({ code, detail }) => ({ error: { code, message: detail } }),
    handle: async () => {},
  })
  const server = await openTestServer(t, { routes: [foreign] })
  const anonymous = await server.inject({ method: 'POST', url: '/v1/things', payload: { n: 1 } })
  assert.equal(anonymous.statusCode, 401)
  assert.deepEqual(anonymous.json(), { error: { code: 'auth.required', message: 'Sign in or send an API key' } })
  const broken = await server.inject({ method: 'POST', url: '/v1/things', headers: { authorization: 'Bearer program', 'content-type': 'application/json' }, payload: '{' })
  assert.equal(broken.statusCode, 400)
  assert.equal(broken.json().error.code, 'request.malformed_json')
})
