/** The operator's hand on queues, workers and providers, over HTTP and live: what is decided holds while everything runs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { openTestApp } from '#test/app'
import { Client } from '#test/client'
import { withoutPostgres } from '#test/database'
import { readRow, until, untilStatus } from '#test/generations'

interface Queue {
  name: string
  paused: boolean
  concurrencyMax: number | null
  workers: number
  places: number
  queued: { interactive: number; bulk: number }
  oldestSeconds: number | null
  rates: { in: number; out: number | null }
  drainSeconds: number | null
}

interface Worker {
  id: string
  state: string
  lanes: Record<string, number>
  generations: { id: string; leaseToken: number }[]
  memoryBytes: number
  host: string
}

interface Provider {
  id: string
  paused: boolean
  pausedBy: string | null
  breaker: string
  concurrencyMax: number | null
  inUse: number | null
}

test('queues, workers and providers', { skip: withoutPostgres }, async (t) => {
  const app = await openTestApp({ COOLY_WORKER_CONCURRENCY: '4' })
  const admin = new Client(app.address)
  await admin.signUp('operator@example.com')
  await app.db.query(sql`update auth_users set role = 'admin' where email = 'operator@example.com'`)
  // Who somebody is, is remembered for five seconds; a new session is looked up.
  await admin.signIn('operator@example.com', 'a-long-password')
  const person = await app.clientWith(100n)
  const queue = async () => (await admin.json<{ items: Queue[] }>('GET', '/api/admin/queues')).items.find(({ name }) => name === 'image')!
  const workers = async () => (await admin.json<{ items: Worker[] }>('GET', '/api/admin/workers')).items
  const provider = async () => (await admin.json<{ items: Provider[] }>('GET', '/api/admin/providers')).items[0]!
  const order = async (method: string, path: string, body?: object) => (await admin.fetch(method, path, body === undefined ? {} : { body })).status

  await t.test('nobody but an operator sees or decides anything', async () => {
    const paths = [
      ['GET', '/queues'], ['GET', '/workers'], ['GET', '/providers'], ['POST', '/queues/image/pause'], ['POST', '/queues/image/resume'], ['PUT', '/queues/image'],
      ['POST', `/workers/${newId()}/drain`], ['POST', '/providers/bytedance/pause'], ['POST', '/providers/bytedance/resume'], ['PUT', '/providers/bytedance'],
    ] as const
    for (const [method, path] of paths) {
      const options = method === 'PUT' ? { body: { concurrencyMax: 1 } } : {}
      assert.equal((await person.fetch(method, `/api/admin${path}`, options)).status, 403, path)
      assert.equal((await new Client(app.address).fetch(method, `/api/admin${path}`, options)).status, 401, path)
    }
  })

  await t.test('what is not there is said, and what makes no sense is refused', async () => {
    assert.equal(await order('POST', '/api/admin/queues/none/pause'), 404)
    assert.equal(await order('POST', `/api/admin/workers/${newId()}/drain`), 404)
    assert.equal(await order('POST', '/api/admin/providers/nobody/pause'), 404)
    assert.equal(await order('PUT', '/api/admin/providers/nobody', { concurrencyMax: 3 }), 404)
    assert.equal(await order('PUT', '/api/admin/queues/image', { concurrencyMax: 0 }), 400)
    assert.equal(await order('PUT', '/api/admin/providers/bytedance', { concurrencyMax: -1 }), 400)
  })

  await t.test('a paused queue keeps what is asked for, and tells everybody\'s place; resumed it goes on at once', async () => {
    assert.equal(await order('POST', '/api/admin/queues/image/pause', { reason: 'maintenance' }), 204)
    const { id } = await person.generate({ prompt: 'a lighthouse', size: '1K' })
    const bulk = await person.generate({ prompt: 'a lighthouse', size: '1K', priority: 'bulk' })
    const places = await Promise.all([id, bulk.id].map((each) => person.json<{ priority: string; queue: object }>('GET', `/api/generations/${each}`)))
    assert.deepEqual(places.map(({ priority, queue }) => [priority, queue]), [
      ['interactive', { position: 1, estimatedStartAt: null }], ['bulk', { position: 2, estimatedStartAt: null }],
    ])
    const seen = await until(async () => {
      const figures = await queue()
      return figures.queued.bulk === 1 && figures
    })
    assert.deepEqual([seen.paused, seen.queued, seen.workers, seen.places, seen.drainSeconds], [true, { interactive: 1, bulk: 1 }, 1, 4, null])
    assert(seen.oldestSeconds !== null && seen.rates.in >= 2)
    const metrics = await (await fetch(`${app.address}/metrics`)).text()
    assert.match(metrics, /cooly_queue_waiting\{queue="image",priority="bulk"\} 1/)
    assert.match(metrics, /cooly_queue_oldest_seconds\{queue="image"\} [\d.]+/)
    assert.equal(await order('POST', '/api/admin/queues/image/resume'), 204)
    await Promise.all([person.ended(id), person.ended(bulk.id)])
  })

  await t.test('places are changed live, and given back to the settings', async () => {
    assert.equal(await order('PUT', '/api/admin/queues/image', { concurrencyMax: 2 }), 204)
    await until(async () => (await queue()).concurrencyMax === 2)
    const slow = await Promise.all(Array.from({ length: 4 }, () => person.generate({ prompt: 'slow [[delay:1500]]', size: '1K' })))
    await until(async () => (await workers())[0]!.generations.length === 2)
    const rows = await Promise.all(slow.map(({ id }) => readRow(app.db, id)))
    assert.deepEqual(rows.map(({ status }) => status).sort(), ['queued', 'queued', 'running', 'running'])
    assert.equal(await order('PUT', '/api/admin/queues/image', { concurrencyMax: null }), 204)
    await until(async () => (await workers())[0]!.lanes['image'] === 4)
    await Promise.all(slow.map(({ id }) => person.ended(id)))
  })

  await t.test('a worker says what it is and what it has in hand, under which token', async () => {
    const { id } = await person.generate({ prompt: 'slow [[delay:1500]]', size: '1K' })
    const worker = await until(async () => (await workers()).find(({ generations }) => generations.length > 0))
    assert.deepEqual([worker.state, worker.lanes, worker.generations.map((each) => [each.id, each.leaseToken])], ['running', { image: 4, video: 4 }, [[id, 1]]])
    assert(worker.memoryBytes > 10_000_000 && worker.host !== '')
    await person.ended(id)
  })

  await t.test('a provider is paused, resumed and limited live', async () => {
    assert.equal(await order('POST', '/api/admin/providers/bytedance/pause', { reason: 'costs' }), 204)
    const { id } = await person.generate({ prompt: 'a lighthouse', size: '1K' })
    const { paused, pausedBy } = await provider()
    assert.deepEqual([paused, pausedBy === null], [true, false])
    assert.equal((await readRow(app.db, id)).status, 'queued')
    assert.equal(await order('PUT', '/api/admin/providers/bytedance', { concurrencyMax: 1 }), 204)
    assert.equal(await order('POST', '/api/admin/providers/bytedance/resume'), 204)
    await person.ended(id)
    const most = app.simulator.stats().callsAtOnceMax
    const many = await person.generate({ prompt: 'one by one [[delay:50]]', n: 4, size: '1K' })
    assert.equal((await person.ended(many.id)).outputs.length, 4)
    assert.equal(app.simulator.stats().callsAtOnceMax, most, 'no more at once than before')
    assert.deepEqual([(await provider()).concurrencyMax, (await provider()).inUse], [1, 0])
    assert.equal(await order('PUT', '/api/admin/providers/bytedance', { concurrencyMax: null }), 204)
  })

  await t.test('messages that make no sense are taken once, do not come back, and hold up nobody', async () => {
    const before = app.simulator.stats().calls
    await app.db.query(sql`insert into outbox (queue, payload) values ('image', '{"generationId":"not an id"}'), ('image', '[]'), ('image', ${JSON.stringify({ generationId: newId() })}::jsonb)`)
    const { id } = await person.generate({ prompt: 'after the poison', size: '1K' })
    await person.ended(id)
    await until(async () => (await app.db.query(sql`select id from outbox where published_at is null`)).length === 0)
    await until(async () => (await app.db.query(sql`select id from pgboss.job where name like 'image%' and state not in ('completed', 'cancelled')`)).length === 0)
    assert.equal(app.simulator.stats().calls, before + 1)
    const retried = await app.db.query(sql`select id from pgboss.job where retry_count > 0`)
    assert.deepEqual(retried, [])
  })

  await t.test('a worker that is drained finishes what it has and takes nothing more', async () => {
    const first = await person.generate({ prompt: 'slow [[delay:1500]]', size: '1K' })
    await untilStatus(app.db, first.id, 'running')
    const [worker] = await workers()
    assert.equal(await order('POST', `/api/admin/workers/${worker!.id}/drain`), 204)
    const second = await person.generate({ prompt: 'a lighthouse', size: '1K' })
    assert.equal((await person.ended(first.id)).status, 'succeeded')
    assert.equal((await workers())[0]!.state, 'draining')
    assert.equal((await readRow(app.db, second.id)).status, 'queued')
  })

  await t.test('everything that was decided is in the audit log, with who, why, before and after', async () => {
    const { items } = await admin.json<{ items: { action: string; subject: string; actorEmail: string; reason: string; before: object; after: object; accountId: null }[] }>('GET', '/api/admin/audit?limit=100')
    assert.deepEqual(items.map(({ action }) => action).reverse(), [
      'queue.pause', 'queue.resume', 'queue.concurrency', 'queue.concurrency', 'provider.pause', 'provider.limit', 'provider.resume', 'provider.limit', 'worker.drain',
    ])
    const { action, subject, actorEmail, reason, before, after } = items.at(-1)!
    assert.deepEqual({ action, subject, actorEmail, reason, before, after }, {
      action: 'queue.pause', subject: 'queue:image', actorEmail: 'operator@example.com', reason: 'maintenance',
      before: { paused: false, concurrencyMax: null }, after: { paused: true, concurrencyMax: null },
    })
  })
})
