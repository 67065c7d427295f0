import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { defineError } from '#lib/errors'
import type { EventStream } from './event-stream.ts'
import { KEY, openTestServer } from './open-test-server.ts'
import { sseRoute } from './route.ts'

const Gone = defineError({ code: 'testing.gone', kind: 'missing', title: 'Gone' })
type Handle = (stream: EventStream) => Promise<void | { n: number }>

async function serve(t: TestContext, handle: Handle, heartbeatMs?: number) {
  const live = sseRoute({
    method: 'GET', path: '/api/live', operation: 'live', summary: '', tags: [], access: 'member', errors: [Gone], reply: z.object({ n: z.int() }),
    handle: ({ stream }) => handle(stream),
  })
  const server = await openTestServer(t, { routes: [live], ...(heartbeatMs === undefined ? {} : { heartbeatMs }) })
  return { server, url: `${await server.listen({ port: 0, host: '127.0.0.1' })}/api/live` }
}

/** The answer as it arrives: `until` resolves with all text so far once it matches. */
async function connect(url: string, headers: Record<string, string> = {}) {
  const answered = Promise.withResolvers<IncomingMessage>()
  const request = get(url, { headers: { ...KEY, ...headers }, agent: false }, answered.resolve)
  request.on('error', answered.reject)
  const response = await answered.promise
  let text = ''
  let wake = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<'complete' | 'cut off'>()
  response.setEncoding('utf8')
  response.on('error', () => {})
  response.on('close', () => ended.resolve(response.complete ? 'complete' : 'cut off'))
  response.on('data', (chunk: string) => {
    text += chunk
    wake.resolve()
    wake = Promise.withResolvers()
  })
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) await wake.promise
    return text
  }
  return { response, request, until, ended: ended.promise }
}

test('events arrive one by one, in the format of the standard, with headers against buffering', async (t) => {
  const { url } = await serve(t, async (stream) => {
    await stream.send({ id: '7', event: 'status', data: { state: 'running', note: 'a\nb' } })
    await stream.send({ data: 'one\r\ntwo\rthree' })
    stream.comment('bye')
  })
  const { response, until, ended } = await connect(url)
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.equal(response.headers['cache-control'], 'no-cache, no-transform')
  assert.equal(response.headers['x-accel-buffering'], 'no')
  assert.equal(response.headers['x-content-type-options'], 'nosniff')
  assert.match(String(response.headers['x-request-id']), /^[0-9a-f-]{36}$/)
  const text = await until(/bye\n\n/)
  assert.equal(text, 'event: status\nid: 7\ndata: {"state":"running","note":"a\\nb"}\n\ndata: one\ndata: two\ndata: three\n\n: bye\n\n')
  assert.equal(await ended, 'complete')
})

test('the first event reaches the client while the handler goes on', async (t) => {
  const seen = Promise.withResolvers<void>()
  const { url } = await serve(t, async (stream) => {
    await stream.send({ data: 'first' })
    await seen.promise
    await stream.send({ data: 'second' })
  })
  const client = await connect(url)
  await client.until(/first/)
  seen.resolve()
  await client.until(/second/)
})

test('what is thrown before the first byte is an ordinary problem', async (t) => {
  const { server } = await serve(t, async () => { throw new Gone({}) })
  const refused = await server.inject({ url: '/api/live', headers: KEY })
  assert.equal(refused.statusCode, 404)
  assert.match(String(refused.headers['content-type']), /^application\/problem\+json/)
  assert.equal((await server.inject('/api/live')).statusCode, 401)
})

test('a failure after the first byte cuts the answer off, so that a client can tell it from the end', async (t) => {
  const { server, url } = await serve(t, async (stream) => {
    await stream.send({ data: 'first' })
    throw new Error('canary')
  })
  const client = await connect(url)
  assert.ok(!(await client.until(/first/)).includes('canary'))
  assert.equal(await client.ended, 'cut off')
  assert.ok(server.lines.some(({ level, msg }) => level === 'error' && msg === 'stream failed after it began'))
})

test('a handler may answer JSON instead, and a stream without events is an empty stream', async (t) => {
  const json = await serve(t, async () => ({ n: 1 }))
  assert.deepEqual((await json.server.inject({ url: '/api/live', headers: KEY })).json(), { n: 1 })
  const empty = await serve(t, async () => {})
  const client = await connect(empty.url)
  assert.equal(client.response.headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.equal(await client.ended, 'complete')
})

test('the last event id comes from the header of a reconnecting client', async (t) => {
  const { url } = await serve(t, (stream) => stream.send({ data: { after: stream.lastEventId } }))
  assert.match(await (await connect(url, { 'last-event-id': '41' })).until(/\n\n/), /"after":"41"/)
  assert.match(await (await connect(url)).until(/\n\n/), /"after":null/)
})

test('a quiet stream says that it is still here', async (t) => {
  const { url } = await serve(t, (stream) => new Promise((resolve) => stream.closed.addEventListener('abort', () => resolve())), 5)
  const client = await connect(url)
  await client.until(/(: still here\n\n){3}/)
  client.request.destroy()
})

test('the handler learns that the client has left', async (t) => {
  const left = Promise.withResolvers<void>()
  const { url } = await serve(t, async (stream) => {
    stream.open()
    stream.closed.addEventListener('abort', () => left.resolve())
    await left.promise
    await stream.send({ data: 'to nobody' })
  })
  const client = await connect(url)
  client.request.destroy()
  await left.promise
})

test('closing the server ends open streams completely, and the handler learns of it', async (t) => {
  const told = Promise.withResolvers<void>()
  const { server, url } = await serve(t, async (stream) => {
    await stream.send({ data: 'open' })
    await new Promise<void>((resolve) => stream.closed.addEventListener('abort', () => resolve()))
    told.resolve()
  })
  const client = await connect(url)
  await client.until(/open/)
  assert.equal(await server.close(10_000), true)
  await told.promise
  assert.equal(await client.ended, 'complete')
})

test('a client that does not read holds the sender back, and is dropped when nobody waits for it', async (t) => {
  const dropped = Promise.withResolvers<void>()
  const chunk = 'x'.repeat(64 * 1024)
  const { url } = await serve(t, async (stream) => {
    while (!stream.closed.aborted) {
      void stream.send({ data: chunk })
      await new Promise(setImmediate)
    }
    dropped.resolve()
  })
  const client = await connect(url)
  client.response.pause()
  await dropped.promise
  client.response.resume()
  assert.equal(await client.ended, 'cut off')
})

test('an id or event name of two lines is a bug, not two fields', async (t) => {
  const { url } = await serve(t, (stream) => stream.send({ id: '1\ndata: forged', data: 'x' }))
  const client = await connect(url)
  assert.equal(await client.ended, 'cut off')
})
