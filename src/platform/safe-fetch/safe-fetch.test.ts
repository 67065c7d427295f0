import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, isIP, type LookupFunction, type Server } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, beforeEach, describe, test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { FetchFailure, safeFetch, type SafeFetchOptions } from './index.ts'

/** What must never be reached. It listens on every address of this machine. */
let hits = 0
const canary = createServer((_request, response) => {
  hits += 1
  response.end('secret')
})
canary.on('connection', () => {
  hits += 1
})
canary.listen(0, '::')
await once(canary, 'listening')
const port = (canary.address() as AddressInfo).port

/** Two hosts of the operator's, told apart by their ports. */
type Respond = (request: IncomingMessage, response: ServerResponse) => void
let respond: Respond = (_request, response) => response.end()
const seen: IncomingMessage[] = []
const [vendor, other] = [0, 1].map(() =>
  createServer((request, response) => {
    seen.push(request)
    respond(request, response)
  }).listen(0, '127.0.0.1'),
) as [ReturnType<typeof createServer>, ReturnType<typeof createServer>]
for (const server of [vendor, other]) if (!server.listening) await once(server, 'listening')
const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const ownOrigins = [originOf(vendor), originOf(other)]

after(() => {
  for (const server of [canary, vendor, other]) {
    server.closeAllConnections()
    server.close()
  }
})
beforeEach(() => {
  hits = 0
  seen.length = 0
})

/** A name server that has one answer for each name, and says nothing of others. */
function names(answers: Readonly<Record<string, readonly string[]>>, asked: string[] = []): LookupFunction {
  return (hostname, _options, callback) => {
    asked.push(hostname)
    const found = answers[hostname]
    if (found === undefined) callback(Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' }), [])
    else callback(null, found.map((address) => ({ address, family: isIP(address) })))
  }
}

const loose = { bytesMax: 1_000, timeoutMs: 5_000, allowHttp: true, ports: [port, 22, 6379, 9000] } as const

async function failureOf(address: string, options: Partial<SafeFetchOptions> = {}): Promise<FetchFailure> {
  const error = await safeFetch(address, { ...loose, ...options }).then(
    () => assert.fail(`${address} was fetched`),
    (reason: unknown) => reason,
  )
  assert(error instanceof FetchFailure, String(error))
  return error
}

const REFUSED_AS_WRITTEN = [
  // This machine, in every spelling that a parser understands.
  'http://127.0.0.1:PORT/', 'http://127.0.0.1.:PORT/', 'http://127.1:PORT/', 'http://127.0.1:PORT/', 'http://127.255.255.254:PORT/',
  'http://2130706433:PORT/', 'http://0x7f000001:PORT/', 'http://0x7f.0.0.1:PORT/', 'http://0x7f.1:PORT/', 'http://017700000001:PORT/',
  'http://0177.0.0.1:PORT/', 'http://0177.0.0.01:PORT/', 'http://0X7F.0x0.0x0.0x1:PORT/', 'http://127.0.0.0x1:PORT/', 'http://%31%32%37.0.0.1:PORT/',
  'http://１２７.０.０.１:PORT/', 'http://①②⑦.⓪.⓪.①:PORT/', 'http://127。0。0。1:PORT/', 'http://0:PORT/', 'http://0.0.0.0:PORT/', 'http://0.1.2.3:PORT/',
  'http://localhost:PORT/', 'http://LOCALHOST:PORT/', 'http://localhost.:PORT/', 'http://a.localhost:PORT/', 'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/', 'http://loc\talhost:PORT/',
  'http://[::1]:PORT/', 'http://[::]:PORT/', 'http://[0:0:0:0:0:0:0:1]:PORT/', 'http://[::ffff:127.0.0.1]:PORT/', 'http://[::ffff:7f00:1]:PORT/',
  'http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/', 'http://[::127.0.0.1]:PORT/', 'http://[::ffff:0:127.0.0.1]:PORT/', 'http:\\\\127.0.0.1:PORT/', 'http:127.0.0.1:PORT/',
  // The ways around IPv4, whatever they wrap.
  'http://[64:ff9b::127.0.0.1]:PORT/', 'http://[64:ff9b::808:808]/', 'http://[64:ff9b:1::7f00:1]/', 'http://[2002:7f00:1::]:PORT/', 'http://[2002:808:808::]/', 'http://[2001:0:808:808::]/',
  // Networks that are not public.
  'http://10.0.0.1/', 'http://10.255.255.255:22/', 'http://172.16.0.1/', 'http://172.31.255.255/', 'http://192.168.1.1:6379/', 'http://0300.0250.1.1/', 'http://100.64.0.1/', 'http://100.127.255.255/',
  'http://169.254.1.1/', 'http://192.0.0.192/', 'http://192.0.2.1/', 'http://198.18.0.1/', 'http://198.51.100.7/', 'http://203.0.113.9/', 'http://192.88.99.1/', 'http://224.0.0.1/',
  'http://239.255.255.250/', 'http://240.0.0.1/', 'http://255.255.255.255/', 'http://[fe80::1]/', 'http://[fe80::1%25eth0]/', 'http://[fc00::1]/', 'http://[fd12:3456::1]/', 'http://[fec0::1]/',
  'http://[ff02::1]/', 'http://[100::1]/', 'http://[2001:db8::1]/', 'http://[3fff::1]/', 'http://[5f00::1]/', 'http://[4000::1]/',
  // Metadata of clouds.
  'http://169.254.169.254/latest/meta-data/', 'http://2852039166/latest/', 'http://0xa9fea9fe/', 'http://0251.0376.0251.0376/', 'http://[::ffff:169.254.169.254]/', 'http://[::ffff:a9fe:a9fe]/',
  'http://169.254.170.2/v2/credentials', 'http://[fd00:ec2::254]/latest/', 'http://100.100.100.200/latest/', 'http://168.63.129.16/metadata', 'http://metadata.google.internal/', 'http://metadata/',
  // Names of this network, and addresses that are something else altogether.
  'http://postgres:PORT/', 'http://minio:9000/', 'http://db.internal/', 'http://printer.local/', 'http://nas.home.arpa/', 'http://router.lan/',
  'http://user:pass@public.example/', 'http://public.example@127.0.0.1:PORT/', 'http://127.0.0.1:PORT@public.example/', 'http://public.example:25/', 'https://public.example:8443/',
  'file:///etc/passwd', 'ftp://127.0.0.1:PORT/', 'gopher://127.0.0.1:PORT/_', 'data:text/html,x', 'javascript:alert(1)', 'unix:/var/run/docker.sock', 'blob:http://127.0.0.1:PORT/x', '//127.0.0.1:PORT/', '/etc/passwd', 'http://', 'http:///', '',
].map((address) => address.replace('PORT', String(port)))

describe('an address is judged by what is written in it', () => {
  test(`${REFUSED_AS_WRITTEN.length} of them lead nowhere: nobody is asked, and all get the same answer`, async () => {
    assert(REFUSED_AS_WRITTEN.length >= 100)
    const asked: string[] = []
    for (const address of REFUSED_AS_WRITTEN) {
      const failure = await failureOf(address, { lookup: names({}, asked) })
      assert.deepEqual([failure.kind, failure.publicMessage], ['not_allowed', 'This address may not be fetched.'], address)
    }
    assert.deepEqual([hits, asked], [0, []])
  })

  test('http is refused unless the caller takes it', async () => {
    assert.equal((await failureOf('http://public.example/', { allowHttp: false, lookup: names({}) })).kind, 'not_allowed')
    assert.equal((await failureOf('http://public.example/', { lookup: names({}) })).kind, 'unreachable')
  })
})

describe('a name is judged by where it leads', () => {
  const LED_ASTRAY: Readonly<Record<string, readonly string[]>> = {
    'a.example': ['127.0.0.1'], 'b.example': ['::1'], 'c.example': ['10.1.2.3'], 'd.example': ['169.254.169.254'], 'e.example': ['::ffff:127.0.0.1'],
    'f.example': ['64:ff9b::7f00:1'], 'g.example': ['fe80::1'], 'h.example': ['0.0.0.0'], 'i.example': ['100.64.1.1'], 'j.example': ['192.168.0.1'],
    'k.example': ['2fff::1', '127.0.0.1'], 'l.example': ['127.0.0.1', '2fff::1'], 'xn--bcher-kva.example': ['127.0.0.1'], 'm.example.': ['127.0.0.1'], 'n.example': [],
  }

  for (const name of Object.keys(LED_ASTRAY)) {
    test(`${name} at ${LED_ASTRAY[name]?.join(' and ') || 'nothing'} is not dialled`, async () => {
      const failure = await failureOf(`http://${name}:${port}/`, { lookup: names(LED_ASTRAY) })
      assert.deepEqual([failure.kind, failure.blocked, hits], ['unreachable', name !== 'n.example', 0])
    })
  }

  test('a private address, a name that does not exist and a closed port of ours answer alike', async () => {
    const lookup = names(LED_ASTRAY)
    const failures = [await failureOf(`http://a.example:${port}/`, { lookup }), await failureOf('http://a.example:22/', { lookup }), await failureOf('http://nowhere.example/', { lookup })]
    assert.equal(new Set(failures.map(({ kind, publicMessage }) => `${kind} ${publicMessage}`)).size, 1)
  })

  test('a name server that says a public address first and 127.0.0.1 after is asked once for each connection', async () => {
    let lookups = 0
    // Of the public range, and belonging to nobody.
    const rebinding: LookupFunction = (_hostname, _options, callback) => {
      lookups += 1
      callback(null, lookups === 1 ? [{ address: '2fff::1', family: 6 }] : [{ address: '127.0.0.1', family: 4 }])
    }
    const first = await failureOf(`http://rebind.example:${port}/`, { lookup: rebinding, timeoutMs: 300 })
    assert.deepEqual([first.kind, first.blocked, lookups], ['unreachable', false, 1], 'what was checked is what was dialled')
    const second = await failureOf(`http://rebind.example:${port}/`, { lookup: rebinding })
    assert.deepEqual([second.kind, second.blocked, lookups, hits], ['unreachable', true, 2, 0])
  })
})

describe('a redirect is an address like any other', () => {
  const own = { ...loose, ownOrigins }
  const redirect = (location: string, status = 302): Respond => (_request, response) => void response.writeHead(status, { location }).end()

  for (const location of [`http://127.0.0.1:${port}/`, `http://[::1]:${port}/`, `http://localhost:${port}/`, 'http://169.254.169.254/', `//0x7f.1:${port}/`, 'file:///etc/passwd', 'http://']) {
    test(`one to ${location.replace(String(port), 'PORT')} is not followed`, async () => {
      respond = redirect(location)
      assert.equal((await failureOf(`${originOf(vendor)}/`, own)).kind, 'not_allowed')
      assert.deepEqual([hits, seen.length], [0, 1])
    })
  }

  test('one to a name that leads inside is not followed', async () => {
    respond = redirect(`http://a.example:${port}/`)
    const failure = await failureOf(`${originOf(vendor)}/`, { ...own, lookup: names({ 'a.example': ['127.0.0.1'] }) })
    assert.deepEqual([failure.kind, failure.blocked, hits], ['unreachable', true, 0])
  })

  test('a chain is followed three times, and what leads inside at its end is not', async () => {
    respond = (request, response) => {
      const step = Number(request.url?.slice(1))
      if (step === 3) response.end('arrived')
      else response.writeHead(302, { location: step === 9 ? `http://127.0.0.1:${port}/` : `/${step + 1}` }).end()
    }
    assert.equal(String(await buffer((await safeFetch(`${originOf(vendor)}/0`, own)).body)), 'arrived')
    assert.equal((await failureOf(`${originOf(vendor)}/-1`, own)).kind, 'not_allowed')
    assert.equal((await failureOf(`${originOf(vendor)}/7`, own)).kind, 'not_allowed')
    assert.equal(hits, 0)
  })

  test('what the caller sends goes to the first origin only, and a POST goes nowhere else', async () => {
    respond = (request, response) => {
      if (request.socket.localPort === (other.address() as AddressInfo).port) response.end('there')
      else response.writeHead(307, { location: `${originOf(other)}/` }).end()
    }
    const options = { ...own, headers: { 'x-key': 'secret' } }
    await buffer((await safeFetch(`${originOf(vendor)}/`, options)).body)
    assert.deepEqual(seen.map(({ headers }) => headers['x-key']), ['secret', undefined])
    assert.deepEqual(seen.map(({ headers }) => [headers.cookie, headers.authorization]), [[undefined, undefined], [undefined, undefined]])
    assert.equal((await failureOf(`${originOf(vendor)}/`, { ...options, method: 'POST', body: '{}' })).kind, 'not_allowed')
    assert.equal(seen.length, 3)
  })

  test('the caller may narrow where one leads', async () => {
    respond = redirect(`${originOf(other)}/`)
    assert.equal((await failureOf(`${originOf(vendor)}/`, { ...own, mayRedirect: (next) => next.hostname.endsWith('.vendor.example') })).kind, 'not_allowed')
    assert.equal(seen.length, 1)
  })
})

describe('an answer is held to its limits', () => {
  const own = { ...loose, ownOrigins }
  const fetchOwn = (options: Partial<SafeFetchOptions> = {}) => safeFetch(`${originOf(vendor)}/x`, { ...own, ...options })
  const bodyOf = async (options: Partial<SafeFetchOptions> = {}): Promise<Buffer> => buffer((await fetchOwn(options)).body)

  test('what is small and of the right type arrives, whatever its status', async () => {
    respond = (_request, response) => response.writeHead(200, { 'content-type': 'Image/PNG; x=y', 'content-length': 5 }).end('bytes')
    const { url, status, contentType, contentLength, body } = await fetchOwn({ contentTypes: ['image/'] })
    assert.deepEqual([url.pathname, status, contentType, contentLength, String(await buffer(body))], ['/x', 200, 'image/png', 5, 'bytes'])
    respond = (_request, response) => response.writeHead(404).end('gone')
    assert.deepEqual([(await fetchOwn({ contentTypes: ['image/'] })).status], [404])
  })

  test('another type, or none, is refused', async () => {
    for (const type of ['text/html', 'image/svg+xml', '']) {
      respond = (_request, response) => response.writeHead(200, type === '' ? {} : { 'content-type': type }).end('<svg/>')
      await assert.rejects(fetchOwn({ contentTypes: ['image/png', 'image/jpeg'] }), { kind: 'wrong_type' })
    }
  })

  test('a promised length past the limit, or one that is none, is refused before a byte is read', async () => {
    for (const length of ['1001', 'many']) {
      respond = (_request, response) => {
        response.socket?.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`)
      }
      const failure = await failureOf(`${originOf(vendor)}/`, own)
      assert.match(failure.kind, /too_large|unreachable/)
      assert.equal(failure.kind === 'too_large', length === '1001')
    }
  })

  test('a body without a length is cut off at the limit', async () => {
    respond = (_request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(600), more)
      }
      more()
    }
    await assert.rejects(bodyOf(), { kind: 'too_large' })
  })

  test('packed bytes are unpacked, and a bomb is cut off', async () => {
    for (const [encoding, pack] of [['gzip', gzipSync], ['br', brotliCompressSync]] as const) {
      respond = (_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(pack('bytes'))
      assert.equal(String(await bodyOf()), 'bytes')
      const bomb = pack(Buffer.alloc(64 * 1024 * 1024))
      respond = (_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bomb)
      const before = process.memoryUsage().arrayBuffers
      await assert.rejects(bodyOf({ bytesMax: 1_000_000 }), { kind: 'too_large' })
      assert(process.memoryUsage().arrayBuffers - before < 32 * 1024 * 1024, 'it was never in memory')
    }
  })

  test('what is packed twice, in another way, or not at all although it says so, is refused', async () => {
    for (const [encoding, kind] of [['gzip, gzip', 'wrong_type'], ['zstd', 'wrong_type'], ['gzip', 'unreachable']] as const) {
      respond = (_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end('plain')
      await assert.rejects(bodyOf(), { name: 'FetchFailure', kind })
    }
  })

  test('headers without an end are cut off', async () => {
    respond = (_request, response) => response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end()
    assert.equal((await failureOf(`${originOf(vendor)}/`, own)).kind, 'unreachable')
  })

  test('silence before the headers, in the middle of the body, and a drip past the time, all end', async () => {
    respond = () => undefined
    await assert.rejects(fetchOwn({ idleTimeoutMs: 50 }), { kind: 'unreachable' })
    respond = (_request, response) => void response.write('half')
    await assert.rejects(bodyOf({ idleTimeoutMs: 50 }), { kind: 'unreachable' })
    respond = (_request, response) => {
      const drip = setInterval(() => response.write('.'), 5)
      response.once('close', () => clearInterval(drip))
    }
    await assert.rejects(bodyOf({ timeoutMs: 120 }), { kind: 'unreachable' })
  })

  // The HTTP client once threw at nobody when a connection ended while its reader was slow, and ended the process (nodejs/undici issue 5360).
  test('a sender that hangs up before its answer was read loses nothing of it, and cannot end the process', async () => {
    const body = Buffer.alloc(128 * 1_024, 'a')
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`
    const sender = createTcpServer((socket) => socket.once('data', () => socket.end(Buffer.concat([Buffer.from(head), body])))).listen(0, '127.0.0.1')
    await once(sender, 'listening')
    const fetchBody = () => safeFetch(`${originOf(sender)}/`, { ...loose, ownOrigins: [originOf(sender)], bytesMax: body.length })
    const answer = await fetchBody()
    // While another one comes and is read, this one has been sent and hung up on.
    await buffer((await fetchBody()).body)
    assert.equal((await buffer(answer.body)).length, body.length)
    sender.close()
  })

  test('a body that breaks off fails, and so does one that the caller gives up', async () => {
    respond = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    }
    await assert.rejects(bodyOf(), { kind: 'unreachable' })
    const aborting = new AbortController()
    aborting.abort()
    await assert.rejects(fetchOwn({ signal: aborting.signal }), { kind: 'unreachable' })
  })

  test('no failure tells a stranger more than its kind', async () => {
    respond = (request) => request.socket.destroy()
    const failure = await failureOf(`${originOf(vendor)}/`, own)
    assert.doesNotMatch(failure.publicMessage, /\d|socket|127|ECONN/)
    assert.notEqual(failure.message, failure.publicMessage)
  })
})
