import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { openTestServer } from './open-test-server.ts'
import { isApiPath, type WebHandler } from './web-app.ts'

interface Seen { url: string | undefined; nonce: unknown; policy: unknown; subrequest: unknown; body: string }

/** A web app that answers what it was asked; `ready` is when its directory is built. */
async function serve(t: TestContext, ready: Promise<string> = Promise.resolve('/built')) {
  const seen: Seen[] = []
  const opened = Promise.withResolvers<void>()
  const page: WebHandler = async (request, response) => {
    const { headers, url } = request
    seen.push({ url, nonce: headers['x-nonce'], policy: headers['content-security-policy'], subrequest: headers['x-middleware-subrequest'], body: await text(request) })
    if (url === '/fails') throw new Error('canary')
    response.setHeader('content-type', 'text/html')
    response.end('<p>page</p>')
  }
  const server = await openTestServer(t, { webReady: ready, openWeb: async () => { opened.resolve(); return page } })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  return { server, url, seen, opened: opened.promise }
}

async function serveOpened(t: TestContext) {
  const served = await serve(t)
  await served.opened
  return served
}

test('the web app has every path the API does not own, and the API answers no HTML', async (t) => {
  const { url } = await serveOpened(t)
  for (const path of ['/', '/sign-in', '/generations/1', '/_next/static/x.js', '/apiary', '/v10', '/healthy', '/documents']) {
    assert.equal(await (await fetch(url + path)).text(), '<p>page</p>', path)
  }
  for (const path of ['/api', '/api/', '/api/none', '/v1', '/v1/none', '/health/none', '/%61pi/none', '/docs/none']) {
    const reply = await fetch(url + path)
    assert.equal(reply.status, 404, path)
    assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/, path)
  }
})

test('a request that offers another protocol is answered in this one, and one for the server itself by the API', async (t) => {
  const { server, url } = await serveOpened(t)
  // As Next does on the first page: what it does not know it leaves as it is.
  server.nodeServer.on('upgrade', () => undefined)
  const ask = async (method: string, path: string, protocol?: string) => {
    const headers = protocol === undefined ? {} : { connection: 'Upgrade', upgrade: protocol }
    const request = httpRequest(url, { method, path, headers, agent: false, signal: AbortSignal.timeout(10_000) }).end()
    const [reply] = (await once(request, 'response')) as [IncomingMessage]
    return [reply.statusCode, reply.headers['content-type'], (await text(reply)).slice(0, 11)]
  }
  for (const protocol of ['h2c', 'websocket']) {
    assert.deepEqual(await ask('GET', '/sign-in', protocol), [200, 'text/html', '<p>page</p>'])
    assert.equal((await ask('GET', '/health', protocol))[0], 200)
    assert.equal((await ask('POST', '/api/none', protocol))[0], 404)
  }
  for (const method of ['OPTIONS', 'GET']) assert.deepEqual((await ask(method, '*')).slice(0, 2), [404, 'application/problem+json; charset=utf-8'])
})

test('the body of a page request reaches the web app unread', async (t) => {
  const { url, seen } = await serveOpened(t)
  await fetch(`${url}/action`, { method: 'POST', body: '{not json', headers: { 'content-type': 'application/json' } })
  assert.equal(seen[0]!.body, '{not json')
})

test('each page has a fresh nonce, the same in its policy and for its scripts', async (t) => {
  const { url, seen } = await serveOpened(t)
  const policies = [await fetch(url), await fetch(url)].map(({ headers }) => headers.get('content-security-policy')!)
  assert.notEqual(policies[0], policies[1])
  for (const [index, policy] of policies.entries()) {
    const nonce = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(policy)?.[1]
    assert.ok(nonce)
    assert.equal(seen[index]!.nonce, nonce)
    assert.equal(seen[index]!.policy, policy)
    assert.match(policy, /object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /script-src[^;]*unsafe/)
  }
})

test('a client cannot choose the nonce or make the web app skip its own checks', async (t) => {
  const { url, seen } = await serveOpened(t)
  await fetch(url, { headers: { 'x-nonce': 'chosen', 'content-security-policy': "script-src 'nonce-chosen'", 'x-middleware-subrequest': 'middleware' } })
  assert.equal(seen[0]!.subrequest, undefined)
  assert.notEqual(seen[0]!.nonce, 'chosen')
  assert.doesNotMatch(String(seen[0]!.policy), /chosen/)
})

test('pages carry the shell\'s headers too, and leave caching to the web app', async (t) => {
  const { url } = await serveOpened(t)
  const { headers } = await fetch(url, { headers: { 'x-request-id': 'request-0001' } })
  assert.equal(headers.get('x-request-id'), 'request-0001')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
  assert.equal(headers.get('cache-control'), null)
})

test('a page that fails tells a stranger nothing', async (t) => {
  const { server, url } = await serveOpened(t)
  const reply = await fetch(`${url}/fails`)
  assert.equal(reply.status, 500)
  assert.ok(!(await reply.text()).includes('canary'))
  assert.ok(server.lines.some(({ level, err }) => level === 'error' && JSON.stringify(err).includes('canary')))
})

test('until the web app is built its place is held by a page that asks again, and the API answers', async (t) => {
  const built = Promise.withResolvers<string>()
  const { url, opened } = await serve(t, built.promise)
  const page = await fetch(`${url}/generations`)
  assert.equal(page.status, 200)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  assert.match(await page.text(), /<meta http-equiv="refresh" content="2">[^]*Preparing the web app/)
  assert.equal((await fetch(`${url}/action`, { method: 'POST' })).status, 503)
  assert.equal((await fetch(url, { method: 'HEAD' })).status, 200)
  assert.equal((await fetch(`${url}/health`)).status, 200)
  built.resolve('/built')
  await opened
  assert.equal(await (await fetch(`${url}/generations`)).text(), '<p>page</p>')
})

test('a web app that cannot be built is said to who asks and told to the log, and the API goes on', async (t) => {
  const failed = Promise.reject(new Error('canary'))
  const { server, url } = await serve(t, failed)
  const page = await fetch(url)
  assert.equal(page.status, 503)
  const html = await page.text()
  assert.match(html, /could not be started/)
  assert.doesNotMatch(html, /canary|refresh/)
  assert.ok(server.lines.some(({ msg }) => msg === 'the web app could not be opened'))
  assert.equal((await fetch(`${url}/health`)).status, 200)
})

test('whose a path is does not depend on how it is spelled in percent escapes', () => {
  for (const path of ['/api', '/api/x', '/%61pi/x', '/v1/models', '/health', '/docs/js/scalar.js', '/openapi.json']) assert.ok(isApiPath(path), path)
  for (const path of ['/', '/apis', '/API', '/v2', '/%', '/openapi.json5', '/metricsx']) assert.ok(!isApiPath(path), path)
})
