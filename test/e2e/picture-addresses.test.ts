/** Pictures that requests name by address: fetched once, by us, from public hosts alone. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP, type LookupFunction } from 'node:net'
import { after, beforeEach, describe, test } from 'node:test'
import sharp from 'sharp'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import type { Client, GenerationBody } from '#test/client'
import { assertBooks } from '#test/ledger'
import { plainPicture } from '#test/pictures'

/** What must never be reached. It listens on every address of this machine. */
let hits = 0
const canary = createServer((_request, response) => response.end('secret')).on('connection', () => (hits += 1)).listen(0, '::')
/** A host that may be asked. */
let respond: (request: IncomingMessage, response: ServerResponse) => void
const seen: IncomingMessage[] = []
const host = createServer((request, response) => {
  seen.push(request)
  respond(request, response)
}).listen(0, '127.0.0.1')
for (const server of [canary, host]) if (!server.listening) await once(server, 'listening')
const portOf = (server: typeof host) => (server.address() as AddressInfo).port
const port = portOf(canary)
const origin = `http://127.0.0.1:${portOf(host)}`

/** A name server that has something to say about some names only, and says another thing each time where there are several. */
const answers: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'inside.example': [['127.0.0.1']],
  'both.example': [['8.8.8.8', '10.0.0.7']],
  'six.example': [['::1']],
  'mapped.example': [['::ffff:169.254.169.254']],
  'cloud.example': [['169.254.169.254']],
  'rebinding.example': [['127.0.0.1'], ['192.168.0.1'], ['::1']],
  'xn--bcher-kva.example': [['10.0.0.1']],
}
const asked = new Map<string, number>()
const lookup: LookupFunction = (hostname, _options, callback) => {
  const count = asked.get(hostname) ?? 0
  asked.set(hostname, count + 1)
  const found = answers[hostname.replace(/\.$/, '')]
  if (found === undefined) return callback(Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' }), [])
  callback(null, found[count % found.length]!.map((address) => ({ address, family: isIP(address) })))
}

const app = await openTestApp({}, { network: { lookup, ports: [port], ownOrigins: [origin] } })
const red = await plainPicture('#f01010')
after(() => {
  for (const server of [canary, host]) {
    server.closeAllConnections()
    server.close()
  }
})
beforeEach(() => {
  seen.length = 0
  respond = (_request, response) => response.setHeader('content-type', 'image/png').end(red)
})

type Body = GenerationBody & { readonly input: { readonly referenceImages: readonly string[] } }
interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly { path: string; code: string; message: string }[]
}

async function refusal(client: Client, referenceImages: readonly string[]): Promise<Problem> {
  const response = await client.fetch('POST', '/api/images/seedream4/generate', { body: { prompt: 'a fox', referenceImages } })
  return { ...((await response.json()) as Problem), status: response.status }
}

describe('addresses of our own network, in every spelling, through the interface', async () => {
  const client = await app.clientWith(10n)
  const written = [
    'localhost', '127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '127.0.0.1.', '0.0.0.0', '0', '①②⑦.⓪.⓪.①', '127。0。0。1',
    '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[fe80::1]', '[fd00::1]', '10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1',
    '169.254.169.254', '0xa9fea9fe', '2852039166', 'metadata.google.internal', 'metadata', '168.63.129.16', '100.100.100.200', 'localhost.', 'printer.local', 'router.lan', 'LOCALHOST', 'loc%61lhost', 'localtest.localhost',
  ].map((name) => `https://${name}:${port}/a.png`)
  const others = [
    `https://user@127.0.0.1:${port}/`, `https://example.com@127.0.0.1:${port}/`, `https://127.0.0.1:${port}#@example.com/`, `http://127.0.0.1:${port}/`, `http://example.com:${port}/a.png`, 'https://example.com:22/a.png',
    `ftp://127.0.0.1:${port}/`, 'file:///etc/passwd', 'gopher://127.0.0.1:6379/_INFO', 'data:image/png;base64,AAAA', 'javascript:alert(1)', '//127.0.0.1/', 'https://', 'https:///', 'https:', '../uploads/x', 'not an address', `\\\\127.0.0.1\\share`,
    `http://127.0.0.1:${portOf(host)}@127.0.0.1:${port}/`, `https://127.0.0.1:${portOf(host)}/`, `blob:${origin}/x`,
  ]
  const named = [...Object.keys(answers), 'both.example.', 'bücher.example', 'nowhere.example'].map((name) => `https://${name}:${port}/a.png`)

  for (const [what, addresses, message] of [
    ['by what is written in them', [...written, ...others], 'is refused: This address may not be fetched'],
    ['by where their names lead, whatever the name server says next', [...named, ...named], 'is refused: The address could not be fetched'],
  ] as const) {
    test(`are refused ${what}, with one answer for all of them, and nobody is asked`, async () => {
      for (let from = 0; from < addresses.length; from += 10) {
        const some = addresses.slice(from, from + 10)
        const { status, code, errors } = await refusal(client, some)
        assert.deepEqual([status, code], [422, 'upload.not_usable'])
        assert.deepEqual(errors, some.map((_, index) => ({ path: `/referenceImages/${index}`, code: 'upload.unfetchable', message })))
      }
      assert.equal(hits, 0)
    })
  }

  test('are not reached by a redirect either', async () => {
    for (const address of [`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`, `https://inside.example:${port}/`, `//localhost:${port}/`, 'file:///etc/passwd']) {
      respond = (_request, response) => response.writeHead(302, { location: address }).end()
      const { status, errors } = await refusal(client, [`${origin}/a.png`])
      assert.deepEqual([status, errors[0]?.code], [422, 'upload.unfetchable'])
    }
    assert.equal(hits, 0)
  })

  test('leave no hold, no work and no upload behind', async () => {
    assert.deepEqual(await client.credits().then(({ available, held }) => [available, held]), [10, 0])
    assert.deepEqual(await app.db.query(sql`
      select id from generation_sessions where account_id = ${client.accountId} union all select id from uploads where account_id = ${client.accountId}`), [])
    await assertBooks(app.db)
  })
})

describe('an address that may be asked', () => {
  test('is fetched before credits are held, and what is kept and handed on is an upload', async () => {
    const client = await app.clientWith(10n)
    const { id, input } = await client.json<Body>('POST', '/api/images/seedream4/generate', { body: { prompt: 'a fox', size: '1K', referenceImages: [`${origin}/a.png`, `${origin}/a.png`, `${origin}/b.png`] } })
    assert.equal(seen.length, 2)
    for (const { headers } of seen) assert.deepEqual([headers.cookie, headers.authorization, headers.referer], [undefined, undefined, undefined])
    const [first, second, third] = input.referenceImages
    assert.match(first!, /^[0-9a-f-]{36}$/)
    assert.deepEqual([second, third], [first, first])
    const upload = await client.fetch('GET', `/api/uploads/${first}`)
    assert.equal((await sharp(Buffer.from(await upload.arrayBuffer())).metadata()).format, 'png')
    assert.equal((await client.ended(id)).status, 'succeeded')
    assert.equal(seen.length, 2)
  })

  test('is not fetched again for a repetition, which gets the first answer even when the host and the upload are gone', async () => {
    const client = await app.clientWith(10n)
    const again = () => client.fetch('POST', '/api/images/seedream4/generate', { body: { prompt: 'a fox', size: '1K', referenceImages: [`${origin}/a.png`] }, headers: { 'idempotency-key': 'one' } })
    const first = await again()
    const text = await first.text()
    const { id, input } = JSON.parse(text) as Body
    await client.ended(id)
    respond = (_request, response) => response.writeHead(500).end()
    await client.fetch('DELETE', `/api/uploads/${input.referenceImages[0]}`)
    const second = await again()
    assert.deepEqual([second.status, second.headers.get('idempotent-replayed'), await second.text()], [202, 'true', text])
    assert.equal(seen.length, 1)
    const other = await client.fetch('POST', '/api/images/seedream4/generate', { body: { prompt: 'a wolf', size: '1K', referenceImages: [`${origin}/a.png`] }, headers: { 'idempotency-key': 'one' } })
    assert.equal(((await other.json()) as Problem).code, 'idempotency.mismatch')
    assert.equal(seen.length, 1)
  })

  test('is not fetched for a quote, and the quote holds for the request that names it', async () => {
    const client = await app.clientWith(10n)
    const input = { prompt: 'a fox', size: '1K', n: 1, referenceImages: [`${origin}/a.png`] }
    const { quoteId } = await client.json<{ quoteId: string }>('POST', '/api/quotes', { body: { model: 'seedream4', input } })
    assert.equal(seen.length, 0)
    const { id } = await client.json<Body>('POST', '/api/images/seedream4/generate', { body: { ...input, quoteId } })
    assert.equal((await client.ended(id)).status, 'succeeded')
    const otherInput = await client.fetch('POST', '/api/images/seedream4/generate', { body: { ...input, referenceImages: [`${origin}/b.png`], quoteId } })
    assert.equal(((await otherInput.json()) as Problem).code, 'quote.mismatch')
  })

  const hostile: Readonly<Record<string, readonly [code: string, respond: (request: IncomingMessage, response: ServerResponse) => void]>> = {
    'an answer of another kind': ['upload.unfetchable', (_request, response) => response.setHeader('content-type', 'text/html').end('<p>')],
    'a page that says it is a picture': ['media.unsupported', (_request, response) => response.setHeader('content-type', 'image/png').end('<!doctype html>')],
    'a picture that is a page besides': ['media.unreadable', (_request, response) => response.setHeader('content-type', 'image/png').end(Buffer.concat([red, Buffer.from('<script>')]))],
    'an answer that never ends': ['upload.unfetchable', (_request, response) => {
      response.setHeader('content-type', 'image/png')
      const pump = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
      }
      response.on('drain', pump)
      pump()
    }],
    'an answer that breaks off': ['upload.unfetchable', (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': 1_000 })
      response.write('x', () => response.destroy())
    }],
    'a refusal': ['upload.unfetchable', (_request, response) => response.writeHead(404).end()],
  }
  for (const [what, [code, answer]] of Object.entries(hostile)) {
    test(`and gives ${what}: refused by its field, and nothing is held`, async () => {
      const client = await app.clientWith(10n)
      respond = answer
      const { status, errors } = await refusal(client, [`${origin}/a.png`])
      assert.deepEqual([status, errors.map((error) => [error.path, error.code])], [422, [['/referenceImages/0', code]]])
      assert.equal((await client.credits()).held, 0)
    })
  }
})
