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

test('a redirect within the vendor is followed, and the key goes to the first address only', async () => {
  const seen: (string | undefined)[] = []
  const other = createServer((request, response) => {
    seen.push(request.headers['x-key'] as string | undefined)
    response.end('elsewhere')
  })
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const hop = createServer((request, response) => {
    seen.push(request.headers['x-key'] as string | undefined)
    response.writeHead(302, { location: request.url === '/same' ? '/end' : `${elsewhere}/end` }).end()
  })
  hop.listen(0, '127.0.0.1')
  await once(hop, 'listening')
  const first = `http://127.0.0.1:${(hop.address() as AddressInfo).port}`
  try {
    const source = { url: new URL(`${first}/x`), headers: { 'x-key': 'secret' }, redirectHosts: ['127.0.0.1'], signal: new AbortController().signal }
    // The simulator's origin is the only plain one: that of the second hop here, then that of the first.
    await assert.rejects(openOutput({ ...source, plainOrigin: first }), { reason: 'bad_output', message: /not https/ })
    assert.deepEqual(seen, ['secret'])
    await assert.rejects(openOutput({ ...source, url: new URL(`${first}/same`), plainOrigin: first, redirectHosts: ['vendor.example'] }), { reason: 'bad_output' })
    assert.deepEqual(seen, ['secret', 'secret', 'secret'], 'the second hop leads away, and was not asked')
  } finally {
    for (const each of [hop, other]) {
      each.closeAllConnections()
      each.close()
    }
  }
})

test('a circle of redirects is left after the third', async () => {
  respond = (response) => response.writeHead(302, { location: '/x' }).end()
  requests = 0
  await assert.rejects(openOutput({ url: new URL(`${origin}/x`), plainOrigin: origin, redirectHosts: ['vendor.example'], signal: new AbortController().signal }), { reason: 'bad_output' })
  assert.equal(requests, 4)
})

test('a redirect to a host that only ends like the vendor\'s is refused', async () => {
  for (const location of ['https://evilgoogleapis.com/x', 'http://169.254.169.254/latest', 'https://googleapis.com.evil.example/x']) {
    respond = (response) => response.writeHead(302, { location }).end()
    const source = { url: new URL(`${origin}/x`), plainOrigin: origin, redirectHosts: ['googleapis.com'], signal: new AbortController().signal }
    await assert.rejects(openOutput(source), { reason: 'bad_output' }, location)
  }
})

test('an address within our own network is never asked, however safe it calls itself', async () => {
  requests = 0
  const { port } = server.address() as AddressInfo
  for (const url of [`https://127.0.0.1:${port}/x`, `https://localhost:${port}/x`, 'https://[::ffff:169.254.169.254]/', 'https://10.0.0.1/x', 'https://vendor.example:8443/x']) {
    await assert.rejects(open(url, 'http://127.0.0.1:1'), { reason: 'bad_output' }, url)
  }
  assert.equal(requests, 0)
})
