import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { openTestServer } from './open-test-server.ts'
import { mountHandler, rawRoute, route, sseRoute } from './route.ts'
import { bytes } from './answer.ts'

const base = { summary: '', tags: [], errors: [], access: 'public' } as const
const params = z.strictObject({ id: z.string() })
const routes = [
  route({ ...base, method: 'GET', path: '/api/things', operation: 'list', status: 200, reply: z.object({ n: z.int() }), handle: async () => ({ n: 1 }) }),
  route({ ...base, method: 'POST', path: '/api/things', operation: 'create', status: 204, reply: null, handle: async () => {} }),
  route({ ...base, method: 'DELETE', path: '/api/things/:id', operation: 'remove', params, status: 204, reply: null, handle: async () => {} }),
  route({ ...base, method: 'PUT', path: '/api/things/:name', operation: 'put', params: z.strictObject({ name: z.string() }), status: 204, reply: null, handle: async () => {} }),
  route({ ...base, method: 'POST', path: '/api/things/sweep', operation: 'sweep', status: 204, reply: null, handle: async () => {} }),
  sseRoute({ ...base, method: 'GET', path: '/api/live', operation: 'live', handle: async ({ stream }) => stream.open() }),
  rawRoute({ ...base, method: 'GET', path: '/api/file', operation: 'file', status: 200, produces: ['text/plain'], handle: async () => bytes({ body: 'hello', contentType: 'text/plain' }) }),
  mountHandler({ paths: ['/api/auth/*'], methods: ['GET', 'POST'], handle: async () => new Response(null, { status: 204 }) }),
]

const ALLOW: Record<string, string> = {
  '/api/things': 'GET, HEAD, OPTIONS, POST',
  '/api/things/a': 'DELETE, OPTIONS, PUT',
  '/api/things/sweep': 'OPTIONS, POST',
  '/api/live': 'GET, OPTIONS',
  '/api/file': 'GET, HEAD, OPTIONS',
  '/api/auth/any/thing': 'GET, HEAD, OPTIONS, POST',
  '/health': 'GET, HEAD, OPTIONS',
}

test('every method a path does not have is 405 with exactly the methods it has', async (t) => {
  const server = await openTestServer(t, { routes })
  for (const [url, allow] of Object.entries(ALLOW)) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'] as const) {
      if (allow.split(', ').includes(method)) continue
      const reply = await server.inject({ method: method as 'GET', url, headers: { 'content-type': 'text/plain' } })
      assert.equal(reply.statusCode, 405, `${method} ${url}`)
      assert.equal(reply.headers.allow, allow)
      if (method === 'HEAD') assert.equal(reply.body, '')
      else assert.deepEqual([reply.json().code, reply.json().allow], ['request.method_not_allowed', allow.split(', ')])
    }
  }
})

test('OPTIONS says what a path allows, without a body', async (t) => {
  const server = await openTestServer(t, { routes })
  for (const [url, allow] of Object.entries(ALLOW)) {
    const reply = await server.inject({ method: 'OPTIONS', url })
    assert.deepEqual([reply.statusCode, reply.headers.allow, reply.body], [204, allow, ''], url)
  }
})

test('HEAD answers like GET without the body', async (t) => {
  const server = await openTestServer(t, { routes })
  for (const url of ['/api/things', '/api/file', '/health']) {
    const [head, get] = [await server.inject({ method: 'HEAD', url }), await server.inject({ url })]
    assert.equal(head.statusCode, 200)
    assert.equal(head.body, '')
    assert.equal(head.headers['content-type'], get.headers['content-type'])
    assert.equal(head.headers['content-length'], get.headers['content-length'])
  }
})

test('a method of other protocols is 501, and an unknown address 404 for every method', async (t) => {
  const server = await openTestServer(t, { routes })
  const propfind = await server.inject({ method: 'PROPFIND' as 'GET', url: '/api/things' })
  assert.deepEqual([propfind.statusCode, propfind.json().code], [501, 'request.method_unknown'])
  for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE', 'TRACE'] as const) {
    for (const url of ['/api/nothing', '/v1/nothing', '/api/things/', '/api/things/a/b', '/API/things', '/', '/anything']) {
      const reply = await server.inject({ method: method as 'GET', url, payload: method === 'POST' ? '<x>' : undefined, headers: { 'content-type': 'text/xml' } } as never)
      assert.equal(reply.statusCode, 404, `${method} ${url}`)
      assert.equal(reply.json().code, 'request.not_found')
    }
  }
})

test('a parameter of absurd length names nothing', async (t) => {
  const server = await openTestServer(t, { routes })
  const reply = await server.inject({ method: 'DELETE', url: `/api/things/${'x'.repeat(600)}` })
  assert.deepEqual([reply.statusCode, reply.json().code], [404, 'request.not_found'])
})
