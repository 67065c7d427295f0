import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { openOutput, OUTPUT_BYTES_MAX } from './open-output.ts'
import type { FetchedOutput } from '../port.ts'

let respond: (response: ServerResponse) => void = (response) => response.end()
let requests = 0
const server = createServer((_request, response) => {
  requests += 1
  respond(response)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => {
  server.closeAllConnections()
  server.close()
})
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

function open(url = `${origin}/x`, plainOrigin: string | null = origin): Promise<FetchedOutput> {
  return openOutput({ url: new URL(url), plainOrigin, signal: new AbortController().signal })
}

test('the bytes stream through, with what the sender claims about them', async () => {
  respond = (response) => response.writeHead(200, { 'content-type': 'image/png', 'content-length': 5 }).end('bytes')
  const { body, contentType, contentLength } = await open()
  assert.deepEqual([contentType, contentLength, String(await buffer(body))], ['image/png', 5, 'bytes'])
})

for (const status of [403, 404, 410]) {
  test(`${status} is output_gone`, async () => {
    respond = (response) => response.writeHead(status).end()
    await assert.rejects(open(), { reason: 'output_gone' })
  })
}

test('any other status can be tried again', async () => {
  respond = (response) => response.writeHead(503).end()
  await assert.rejects(open(), { reason: 'network' })
})

test('a redirect is refused and not followed', async () => {
  respond = (response) => response.writeHead(302, { location: `${origin}/elsewhere` }).end()
  requests = 0
  await assert.rejects(open(), { reason: 'bad_output' })
  assert.equal(requests, 1)
})

test('an address that is not https, or carries credentials, is never asked', async () => {
  requests = 0
  for (const url of [`${origin}/x`, 'file:///etc/passwd', 'http://169.254.169.254/latest', 'https://user:pass@tos.example/x']) {
    await assert.rejects(open(url, 'http://127.0.0.1:1'), { reason: 'bad_output' }, url)
  }
  assert.equal(requests, 0)
})

test('a length past the limit is refused before a byte is read', async () => {
  respond = (response) => {
    response.writeHead(200, { 'content-length': OUTPUT_BYTES_MAX + 1 })
    response.flushHeaders()
  }
  await assert.rejects(open(), { reason: 'bad_output' })
})

test('a body that says nothing of its length is cut off at the limit', async () => {
  const chunk = Buffer.alloc(1024 * 1024)
  respond = (response) => {
    const more = (): void => {
      if (!response.destroyed) response.write(chunk, more)
    }
    more()
  }
  const { body } = await open()
  await assert.rejects(async () => {
    for await (const _ of body);
  }, { reason: 'bad_output' })
})

test('a body that breaks off fails and is not taken for the whole', async () => {
  respond = (response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('half', () => response.destroy())
  }
  const { body } = await open()
  await assert.rejects(buffer(body), { reason: 'network' })
})
