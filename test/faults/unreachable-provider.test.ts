/** A provider that cannot be reached at all: its name leads nowhere, or nobody answers there for a while. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '#platform/db'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { openTestApp } from '#test/app'
import { withoutPostgres } from '#test/database'
import { until } from '#test/generations'
import { assertBooks } from '#test/ledger'

test('a name that leads nowhere: a clear failure within seconds, nothing charged, and the process goes on', { skip: withoutPostgres }, async () => {
  const app = await openTestApp({ BYTEPLUS_BASE_URL: 'http://provider.invalid:81/api/v3' })
  const client = await app.clientWith(10n)
  const { id } = await client.generate({ prompt: 'a fox', n: 2, size: '1K' })
  const { status, error, credits } = await client.ended(id, 45_000)
  assert.deepEqual([status, error!.code, credits.captured], ['failed', 'provider.unreachable', 0])
  assert.deepEqual([(await fetch(`${app.address}/ready`)).status, (await client.credits()).available], [200, 10])
  await assertBooks(app.db)
})

test('nobody answers for a while: the breaker opens before tries are used up, and all that waited is made after', { skip: withoutPostgres }, async () => {
  const open = (port: number) => startBytedanceSimulator({ host: '127.0.0.1', port, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
  const gone = await open(0)
  await gone.close()
  const app = await openTestApp({ BYTEPLUS_BASE_URL: `${gone.url}/api/v3` })
  const client = await app.clientWith(100n)
  const asked = await Promise.all(Array.from({ length: 12 }, () => client.generate({ prompt: 'a fox', size: '1K' })))
  await until(async () => (await app.db.query(sql`select 1 from provider_controls where kind = 'image' and open_until > now()`)).length === 1)
  assert.equal((await fetch(`${app.address}/ready`)).status, 200)
  const simulator = await open(gone.port)
  after(() => simulator.close())
  for (const { id } of asked) {
    const { status, credits } = await client.ended(id, 45_000)
    assert.deepEqual([status, credits.captured], ['succeeded', 1])
    assert.deepEqual(simulator.stats().requests[id], { calls: 1, billedImages: 1, billedVideos: 0 })
  }
  await assertBooks(app.db)
})
