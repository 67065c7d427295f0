import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { openTestServer } from './open-test-server.ts'
import { route } from './route.ts'

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const things = route({
  method: 'POST', path: '/api/things', operation: 'makeThing', summary: 'Makes one thing', tags: ['things'], access: 'member',
  body: z.strictObject({ name: z.string() }), status: 201, reply: z.object({ id: z.uuid() }), errors: [],
  handle: async () => ({ id: '0199c0de-0000-7000-8000-000000000000' }),
})

test('the reference is served from here, under a policy that names its one inline script', async (t) => {
  const server = await openTestServer(t)
  const bare = await server.inject('/docs')
  assert.deepEqual([bare.statusCode, bare.headers.location], [301, '/docs/'])
  const page = await server.inject('/docs/')
  assert.equal(page.statusCode, 200)
  assert.doesNotMatch(page.body, /https?:\/\//)
  const policy = String(page.headers['content-security-policy'])
  assert.match(policy, /script-src 'self' 'sha256-[^']+'(;|$)/)
  assert.doesNotMatch(policy, /script-src[^;]*unsafe/)
  const script = await server.inject('/docs/js/scalar.js')
  assert.match(String(script.headers['content-type']), /javascript/)
})

test('the reference works in a browser without an error and without a request to elsewhere', { skip: !existsSync(CHROMIUM) && 'no Chromium here' }, async (t) => {
  const { chromium } = await import('playwright-core')
  const server = await openTestServer(t, { routes: [things] })
  const origin = await server.listen({ port: 0, host: '127.0.0.1' })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] })
  t.after(() => browser.close())
  const page = await browser.newPage()
  const elsewhere: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => { if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) elsewhere.push(request.url()) })
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()) })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${origin}/docs`)
  await page.getByRole('button', { name: 'things' }).first().click()
  await page.getByText('Makes one thing').first().click()
  await page.getByText('/api/things').first().waitFor()
  assert.deepEqual({ elsewhere, complaints }, { elsewhere: [], complaints: [] })
})
