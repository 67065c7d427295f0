import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startFauxqs } from 'fauxqs'
import { sql } from '#platform/db'
import { openTestApp, type TestApp } from '#test/app'
import { withoutPostgres } from '#test/database'
import { assertBooks } from '#test/ledger'
import { startOwnRedis } from '#test/own-redis'

process.env['AWS_ACCESS_KEY_ID'] = 'test'
process.env['AWS_SECRET_ACCESS_KEY'] = 'test'

test('with the work on Redis', { skip: withoutPostgres }, async (t) => {
  let redis = await startOwnRedis()
  if (redis === undefined) return t.skip('no redis-server on the PATH')
  const { port } = redis
  const app = await openTestApp({ REDIS_URL: redis.url })
  t.after(() => redis?.close())
  await survives(t, app, () => redis!.close(), async () => {
    redis = await startOwnRedis({ port })
  })
})

test('with the work on SQS', { skip: withoutPostgres }, async (t) => {
  let emulator = await startFauxqs({ port: 0, host: 'localhost', logger: false })
  const { port } = emulator
  const url = emulator.createQueue('cooly-test').queueUrl
  const app = await openTestApp({ SQS_MAIN_QUEUE_URL: url, AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}` })
  t.after(() => emulator.stop())
  await survives(t, app, () => emulator.stop(), async () => {
    emulator = await startFauxqs({ port, host: 'localhost', logger: false })
    for (const suffix of ['', '-bulk']) emulator.createQueue(`cooly-test${suffix}`)
  })
})

/** Takes the queue away while work comes in, and brings it back empty. */
async function survives(t: { test(title: string, work: () => Promise<void>): Promise<void> }, app: TestApp, takeAway: () => Promise<unknown>, bringBack: () => Promise<unknown>): Promise<void> {
  const client = await app.clientWith(20n)

  await t.test('a picture is made, whatever its priority', async () => {
    for (const priority of ['interactive', 'bulk']) {
      const { id } = await client.generate({ prompt: 'a lighthouse', size: '1K', priority })
      assert.equal((await client.ended(id)).status, 'succeeded')
    }
  })

  await t.test('while the queue is away requests are accepted and readiness says so; once it is back, empty, everything is done', async () => {
    await takeAway()
    await until(async () => (await client.fetch('GET', '/ready')).status === 503)
    const accepted = await Promise.all([1, 2, 3].map(() => client.generate({ prompt: 'a lighthouse', size: '1K' })))
    await until(async () => (await app.db.query(sql`select 1 from outbox where last_error is not null and attempts > 0`)).length > 0)
    await bringBack()
    for (const { id } of accepted) assert.equal((await client.ended(id)).status, 'succeeded')
    assert.equal((await client.fetch('GET', '/ready')).status, 200)
    assert.equal((await client.credits()).available, 15)
    await assertBooks(app.db)
  })
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20)
}
