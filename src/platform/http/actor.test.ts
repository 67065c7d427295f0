import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { ADMIN, KEY, openTestServer, SESSION } from './open-test-server.ts'
import { mountHandler, route } from './route.ts'

const shape = { summary: '', tags: [], status: 200, errors: [], reply: z.object({ user: z.string().nullable() }) } as const
const read = route({ ...shape, method: 'GET', path: '/api/mine', operation: 'read', access: 'member', handle: async ({ actor }) => ({ user: actor.userId }) })
const change = route({
  ...shape, method: 'POST', path: '/api/mine', operation: 'change', access: 'member', body: z.strictObject({}).optional(),
  handle: async ({ actor }) => ({ user: actor.userId }),
})
const admin = route({ ...shape, method: 'GET', path: '/api/admin/all', operation: 'all', access: 'admin', handle: async ({ actor }) => ({ user: actor.userId }) })
const open = route({ ...shape, method: 'POST', path: '/api/open', operation: 'open', access: 'public', handle: async ({ actor }) => ({ user: actor }) })
const mounted = mountHandler({ paths: ['/api/auth/*'], methods: ['GET', 'POST'], handle: async () => Response.json({ ok: true }) })
const routes = [read, change, admin, open, mounted]

test('who is not known gets 401 with a challenge, before the body is looked at', async (t) => {
  const server = await openTestServer(t, { routes })
  const requests = [
    { method: 'GET', url: '/api/mine' }, { method: 'GET', url: '/api/admin/all' },
    { method: 'POST', url: '/api/mine', payload: '{broken', headers: { 'content-type': 'application/json' } },
    { method: 'GET', url: '/api/mine', headers: { authorization: 'Bearer revoked' } },
  ] as const
  for (const request of requests) {
    const reply = await server.inject(request)
    assert.equal(reply.statusCode, 401)
    assert.equal(reply.json().code, 'auth.required')
    assert.match(String(reply.headers['www-authenticate']), /^Bearer/)
  }
})

test('a member is let in to member routes and kept out of admin routes', async (t) => {
  const server = await openTestServer(t, { routes })
  assert.deepEqual((await server.inject({ url: '/api/mine', headers: SESSION })).json(), { user: 'u-1' })
  const refused = await server.inject({ url: '/api/admin/all', headers: SESSION })
  assert.equal(refused.statusCode, 403)
  assert.equal(refused.json().code, 'auth.forbidden')
  assert.deepEqual((await server.inject({ url: '/api/admin/all', headers: ADMIN })).json(), { user: 'u-2' })
})

test('a public route asks nobody who they are', async (t) => {
  const server = await openTestServer(t, { routes, identify: () => Promise.reject(new Error('asked')) })
  assert.deepEqual((await server.inject({ method: 'POST', url: '/api/open' })).json(), { user: null })
})

test('a failing identity check is our fault, not a way in', async (t) => {
  const server = await openTestServer(t, { routes, identify: () => Promise.reject(new Error('canary')) })
  const reply = await server.inject({ url: '/api/mine', headers: SESSION })
  assert.equal(reply.statusCode, 500)
  assert.ok(!reply.body.includes('canary'))
})

const FOREIGN = ['https://evil.test', 'http://localhost:4000', 'http://sub.localhost', 'http://localhost.evil.test', 'null', 'http://localhost/path', 'localhost', '']

test('another site cannot change anything in the name of a signed-in person', async (t) => {
  const server = await openTestServer(t, { routes })
  const headers = [
    ...FOREIGN.map((origin) => ({ origin })),
    { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.test', authorization: 'Bearer member' },
  ]
  for (const url of ['/api/mine', '/api/open', '/api/auth/sign-in/email']) {
    for (const extra of headers) {
      const exempt = 'authorization' in extra && url !== '/api/mine'
      if (exempt) continue
      const reply = await server.inject({ method: 'POST', url, headers: { ...SESSION, host: 'localhost', ...extra } })
      assert.equal(reply.statusCode, 403, `${url} ${JSON.stringify(extra)}`)
      assert.equal(reply.json().code, 'auth.cross_site')
    }
  }
})

test('our own pages, programs, and reads from anywhere pass', async (t) => {
  const server = await openTestServer(t, { routes, publicUrl: 'https://cooly.example', trustedOrigins: ['https://app.example'] })
  const headers: Record<string, string>[] = [
    { origin: 'http://localhost' }, { origin: 'https://cooly.example' }, { origin: 'https://app.example' }, {}, { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ]
  for (const extra of headers) {
    const reply = await server.inject({ method: 'POST', url: '/api/mine', headers: { ...SESSION, host: 'localhost:80', ...extra } })
    assert.equal(reply.statusCode, 200, JSON.stringify(extra))
  }
  const program = await server.inject({ method: 'POST', url: '/api/mine', headers: { ...KEY, origin: 'https://elsewhere.test', 'sec-fetch-site': 'cross-site' } })
  assert.equal(program.statusCode, 200)
  const reading = await server.inject({ url: '/api/mine', headers: { ...SESSION, origin: 'https://elsewhere.test' } })
  assert.equal(reading.statusCode, 200)
  assert.equal(reading.headers['access-control-allow-origin'], undefined)
})

test('a form cannot post to a route: only JSON is a body', async (t) => {
  const server = await openTestServer(t, { routes })
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const reply = await server.inject({ method: 'POST', url: '/api/mine', headers: { ...SESSION, 'content-type': type }, payload: '{}' })
    assert.equal(reply.statusCode, 415, type)
  }
})
