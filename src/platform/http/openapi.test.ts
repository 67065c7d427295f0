import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { defineError } from '#lib/errors'
import { openTestServer } from './open-test-server.ts'
import { mountHandler, rawRoute, route, sseRoute, type Route } from './route.ts'
import { bytes } from './answer.ts'

const Poor = defineError({ code: 'testing.poor', kind: 'unpaid', title: 'Poor' })
const Busy = defineError({ code: 'testing.busy', kind: 'limited', title: 'Busy' })
const Thing = z.strictObject({ id: z.uuid(), size: z.enum(['small', 'large']).default('small') }).meta({ id: 'Thing' })
const base = { summary: 'What it does', tags: ['things'] } as const

const routes: Route[] = [
  route({
    ...base, method: 'POST', path: '/api/things/:id', operation: 'makeThing', access: 'member', idempotency: 'accepted',
    params: z.strictObject({ id: z.uuid() }), query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20).describe('How many') }),
    body: z.strictObject({ thing: Thing }), status: 202, alsoStatus: [200], reply: z.object({ things: z.array(Thing) }), errors: [Poor],
    handle: async ({ body }) => ({ things: [body.thing] }),
  }),
  route({ ...base, method: 'DELETE', path: '/api/things/:id', operation: 'removeThing', access: 'admin', params: z.strictObject({ id: z.uuid() }), status: 204, reply: null, errors: [], handle: async () => {} }),
  sseRoute({ ...base, method: 'GET', path: '/api/live', operation: 'live', access: 'public', errors: [], handle: async ({ stream }) => stream.open() }),
  rawRoute({
    ...base, method: 'POST', path: '/api/uploads', operation: 'upload', access: 'member', errors: [], status: 201, produces: ['image/png'],
    accepts: { mediaTypes: ['multipart/form-data'], bytesMax: 10, as: 'buffer' }, handle: async () => bytes({ body: null, contentType: null }),
  }),
  mountHandler({
    paths: ['/api/auth/*'], methods: ['POST'], handle: async () => new Response(null),
    documents: [{ ...base, method: 'POST', path: '/api/auth/sign-in/email', operation: 'signIn', body: z.strictObject({ email: z.email() }), status: 200, reply: z.object({ token: z.string() }) }],
  }),
]

/** A part of the document. Objects all the way down, as far as a test looks. */
interface Part { readonly [key: string]: Part | undefined }
const at = (document: object | undefined, ...path: string[]): Part | undefined => path.reduce<Part | undefined>((part, key) => part?.[key], document as Part | undefined)

test('the document declares every route, status and body', async (t) => {
  const server = await openTestServer(t, { routes, sharedErrors: [Busy], sessionCookie: 'cooly' })
  const document = (await server.inject('/openapi.json')).json()
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(Object.keys(document.paths).sort(), ['/api/auth/sign-in/email', '/api/live', '/api/things/{id}', '/api/uploads', '/health', '/metrics', '/openapi.json', '/ready'])
  const make = at(document, 'paths', '/api/things/{id}', 'post')!
  const parameters = make.parameters as unknown as { name: string; in: string; required: boolean; description: string; schema: object }[]
  assert.equal(make.operationId, 'makeThing')
  assert.deepEqual(make.security, [{ session: [] }, { apiKey: [] }])
  assert.deepEqual(Object.keys(make.responses!).sort(), ['200', '202', '400', '401', '402', '403', '413', '415', '429', '500', '503', 'default'])
  assert.deepEqual(parameters.map(({ name, in: where, required }) => [name, where, required]), [['id', 'path', true], ['limit', 'query', false], ['Idempotency-Key', 'header', false]])
  assert.equal(parameters[1]!.description, 'How many')
  assert.deepEqual(parameters[1]!.schema, { type: 'integer', minimum: 1, maximum: 100, default: 20 })
  const poor = at(make, 'responses', '402', 'content', 'application/problem+json')
  assert.deepEqual(poor?.schema, { $ref: '#/components/schemas/Problem' })
  assert.equal(at(poor, 'examples', 'testing.poor', 'value')?.status, 402)
  assert.deepEqual(Object.keys(at(document, 'paths', '/api/things/{id}', 'delete', 'responses')!).sort(), ['204', '400', '401', '403', '413', '415', '429', '500', '503', 'default'])
})

test('a schema sent and got in different shapes has two names, each with its own shape', async (t) => {
  const document = (await openTestServer(t, { routes })).openapi()
  const operation = at(document, 'paths', '/api/things/{id}', 'post')
  assert.deepEqual(at(operation, 'requestBody', 'content', 'application/json', 'schema', 'properties', 'thing'), { $ref: '#/components/schemas/ThingInput' })
  assert.deepEqual(at(operation, 'responses', '202', 'content', 'application/json', 'schema', 'properties', 'things', 'items'), { $ref: '#/components/schemas/Thing' })
  assert.deepEqual(at(document, 'components', 'schemas', 'ThingInput', 'required'), ['id'])
  assert.deepEqual(at(document, 'components', 'schemas', 'Thing', 'required'), ['id', 'size'])
})

test('every reference in the document leads somewhere', async (t) => {
  const text = JSON.stringify((await openTestServer(t, { routes })).openapi())
  const document = JSON.parse(text)
  const targets = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!)
  assert.ok(targets.length > 5)
  for (const target of targets) assert.ok(at(document, ...target.split('/')) !== undefined, target)
})

test('streams, bytes and mounted handlers are described by what they carry', async (t) => {
  const document = (await openTestServer(t, { routes })).openapi()
  assert.ok(at(document, 'paths', '/api/live', 'get', 'responses', '200', 'content', 'text/event-stream'))
  assert.deepEqual(at(document, 'paths', '/api/live', 'get', 'security'), [])
  assert.deepEqual(Object.keys(at(document, 'paths', '/api/uploads', 'post', 'requestBody', 'content')!), ['multipart/form-data'])
  assert.deepEqual(Object.keys(at(document, 'paths', '/api/uploads', 'post', 'responses', '201', 'content')!), ['image/png'])
  assert.equal(at(document, 'paths', '/api/auth/sign-in/email', 'post', 'operationId'), 'signIn')
})

test('the same routes give the same document', async (t) => {
  const [one, two] = [await openTestServer(t, { routes }), await openTestServer(t, { routes })]
  assert.equal(JSON.stringify(one.openapi()), JSON.stringify(two.openapi()))
})

test('a table of routes that cannot mean what it says does not open', async (t) => {
  const good = { ...base, method: 'GET', access: 'public', status: 204, reply: null, errors: [], handle: async () => {} } as const
  const tables: Record<string, Route[]> = {
    'outside the API': [route({ ...good, path: '/things', operation: 'a' })],
    'one name twice': [route({ ...good, path: '/api/a', operation: 'a' }), route({ ...good, path: '/api/b', operation: 'a' })],
    'one path twice': [route({ ...good, path: '/api/a', operation: 'a' }), route({ ...good, path: '/api/a', operation: 'b' })],
    'a parameter without schema': [route({ ...good, path: '/api/:id', operation: 'a' })],
    'a schema without parameter': [route({ ...good, path: '/api/a', operation: 'a', params: z.strictObject({ id: z.string() }) })],
    'a body that drops unknown fields': [route({ ...good, method: 'POST', path: '/api/a', operation: 'a', body: z.object({ a: z.string() }) })],
    'a reply that is no JSON': [route({ ...good, path: '/api/a', operation: 'a', status: 200, reply: z.bigint(), handle: async () => 1n })],
  }
  for (const [name, table] of Object.entries(tables)) await assert.rejects(async () => (await openTestServer(t, { routes: table })).openapi(), name)
})
