/** What providers tell by themselves. Every callback passes an address outside the app, as it would pass a proxy, so that each is seen and can be sent again. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import type { GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { until } from '#test/generations'
import { assertBooks } from '#test/ledger'

interface Told {
  readonly path: string
  readonly body: Buffer
  readonly status: string
}

test('callbacks of providers', { skip: withoutPostgres }, async (t) => {
  const told: Told[] = []
  let address = ''
  const send = (path: string, body: Buffer | string) => fetch(`${address}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const passOn = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request)
    told.push({ path: request.url!, body, status: (JSON.parse(body.toString()) as { status: string }).status })
    response.writeHead((await send(request.url!, body)).status).end()
  }
  const outside = createServer((request, response) => void passOn(request, response)).listen(0, '127.0.0.1')
  await once(outside, 'listening')
  after(() => outside.close())
  const app = await openTestApp({ PUBLIC_URL: `http://127.0.0.1:${(outside.address() as AddressInfo).port}` })
  const { db, simulator } = app
  address = app.address
  // Asking again is put off by an hour wherever it is put off at all: without a callback nothing would be known in the time of this test.
  await db.query(sql`
    create function put_off() returns trigger language plpgsql as $$ begin
      if new.next_poll_at > now() then new.next_poll_at = now() + interval '1 hour'; end if; return new; end $$`)
  await db.query(sql`create trigger put_off before update on provider_attempts for each row execute function put_off()`)
  const client = await app.clientWith(100n)
  const ask = (prompt: string) => client.json<GenerationBody>('POST', '/api/videos/seedance/generate', { body: { prompt, durationSeconds: 4, resolution: '480p' } })
  const toldOf = (status: string, from = 0) => until(() => told.slice(from).find((one) => one.status === status))
  const pollsOf = async (id: string) => {
    const [row] = await db.query<{ polls: number }>(sql`select polls from provider_attempts where generation_id = ${id}`)
    return row!.polls
  }

  for (const [name, directive] of [['once', ''], ['twice', '[[fault:duplicate-callback]]']] as const) {
    await t.test(`a video whose end is told ${name} is delivered and paid once, without waiting for the next question`, async () => {
      const from = told.length
      const { id } = await ask(`waves [[delay:300]]${directive}`)
      const done = await client.ended(id)
      assert.deepEqual([done.status, done.outputs.length, done.credits.captured], ['succeeded', 1, 8])
      assert.deepEqual(simulator.stats().requests[id], { calls: 1, billedImages: 0, billedVideos: 1 })
      await until(() => told.slice(from).filter(({ status }) => status === 'succeeded').length === (name === 'once' ? 1 : 2))
      const { path, body } = await toldOf('succeeded', from)
      const before = await pollsOf(id)
      assert.equal((await send(path, body)).status, 204)
      assert.deepEqual([await pollsOf(id), (await client.json<GenerationBody>('GET', `/api/generations/${id}`)).outputs.length], [before, 1])
    })
  }

  await t.test('what is told after a cancellation charges nobody and delivers nothing', async () => {
    const from = told.length
    const { id } = await ask('waves [[delay:2000]]')
    await toldOf('running', from)
    await client.json('POST', `/api/generations/${id}/cancel`)
    await toldOf('succeeded', from)
    await until(async () => (await db.query(sql`select 1 from provider_attempts where generation_id = ${id} and next_poll_at is null`)).length === 1)
    const now = await client.json<GenerationBody>('GET', `/api/generations/${id}`)
    assert.deepEqual([now.status, now.outputs, now.credits.captured], ['cancelled', [], 0])
  })

  await t.test('an address that nobody was given, a message that is none, and one about another task change nothing', async () => {
    const from = told.length
    const { id } = await ask('waves [[fault:endless]]')
    const { path, body } = await toldOf('running', from)
    await until(async () => (await db.query(sql`select 1 from provider_attempts where generation_id = ${id} and next_poll_at > now() + interval '10 minutes'`)).length === 1)
    const before = await pollsOf(id)
    const code = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]
    const forged = path.slice(0, -3) + (path.endsWith('AAA') ? 'BBB' : 'AAA')
    for (const wrong of [forged, path.replace('/bytedance/', '/veo/'), `${path}0`, '/api/webhooks/providers/bytedance/x', path.replace(/.{43}$/, '')]) {
      assert.deepEqual(await code(await send(wrong, body)), [404, 'webhook.unknown'], wrong)
    }
    for (const text of ['', '{', '{}', '[]', 'null', '\u0000', '{"id":7,"status":"succeeded"}']) {
      assert.deepEqual(await code(await send(path, text)), [400, 'webhook.unreadable'], text)
    }
    assert.equal((await send(path, 'x'.repeat(300_000))).status, 413)
    const foreign = { ...(JSON.parse(body.toString()) as object), id: 'cgt-of-somebody-else', status: 'succeeded' }
    assert.equal((await send(path, JSON.stringify(foreign))).status, 204)
    assert.deepEqual([await pollsOf(id), (await client.json<GenerationBody>('GET', `/api/generations/${id}`)).status], [before, 'running'])
    assert.equal((await send(path, body)).status, 204)
    await until(async () => (await pollsOf(id)) > before)
    await client.json('POST', `/api/generations/${id}/cancel`)
  })

  await t.test('the books are right', () => assertBooks(db))
})
