/** Workers at work: what they do with tickets and without, when they are stopped, die, come back as zombies, or meet a provider that takes nothing. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { readBalance } from '#domains/credits'
import { drainWorker, pauseLane, resumeLane } from '#domains/workers'
import { newId } from '#lib/ids'
import { type Db, openDatabase, sql } from '#platform/db'
import { openQueue } from '#platform/queue'
import { Realtime } from '#platform/realtime'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { loseAnswer } from '#test/failing'
import { openCounter, openWorkshop, readRow, until, untilStatus } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { claimNext, requeueLost } from './sql-dispatch.ts'
import { sweepCrashed, sweepLeases } from './sweep.ts'
import { TicketSweep } from './sweep-tickets.ts'

const asUsual = { paused: false, concurrencyMax: null }

test('workers', { skip: withoutPostgres }, async (t) => {
  const url = await cloneTemplate()
  const open = () => openDatabase({ url, directory: null, connectionsMax: 8, onIdleError: () => undefined })
  const [db, other] = [await open(), await open()]
  after(async () => void (await Promise.all([db.close(), other.close()])))
  const ask = await openCounter(db)
  const { simulator, openWorker, partsFor } = await openWorkshop({ latencyMs: 20 })
  const { storage } = partsFor(db).parts
  await limitFromSettings(db, { provider: 'bytedance', kind: 'image', concurrencyMax: null })
  const realtime = new Realtime(db, () => undefined)
  const lapse = (id: string) => db.query(sql`update generation_sessions set lease_expires_at = now() where id = ${id} and status = 'running'`)

  await t.test('one ticket is enough for everything that waits, and a look without any as well', async () => {
    const account = await accountWith(db, 50n)
    const ids = [await ask(account), await ask(account), await ask(account)]
    const { worker } = openWorker(db, { concurrencyMax: 1 })
    assert.equal(await worker.serve(ids[2]!), true)
    for (const id of ids) await untilStatus(db, id, 'succeeded')
    const more = [await ask(account), await ask(account)]
    worker.look()
    for (const id of more) await untilStatus(db, id, 'succeeded')
    await worker.stop()
  })

  await t.test('tickets are used up as fast as work is taken, also while all places are busy, and none of them takes anything from a place', async () => {
    const account = await accountWith(db, 50n)
    const prompts = ['one', 'two', 'three', 'never ends [[fault:hang@1]]']
    const ids: string[] = []
    for (const prompt of prompts) ids.push(await ask(account, { prompt }))
    const { worker, cutOff } = openWorker(db, { concurrencyMax: 1 })
    // A queue that hands out one ticket at a time, as it does to a lane with one place. The last generation keeps the place busy for ever.
    for (const [index, id] of ids.slice(0, 3).entries()) {
      await worker.serve(id)
      const [{ taken }] = (await db.query(sql`select count(*)::int as taken from generation_sessions where id = any(${ids}) and status <> 'queued'`)) as [{ taken: number }]
      assert(taken > index, `${taken} taken for ${index + 1} tickets`)
    }
    await untilStatus(db, ids[3]!, 'running')
    const stopped = worker.stop()
    cutOff()
    await stopped
    const next = openWorker(db).worker
    next.look()
    await untilStatus(db, ids[3]!, 'succeeded')
    await next.stop()
  })

  await t.test('it works on no more than it has places, also when an operator makes them fewer or more', async () => {
    const account = await accountWith(db, 50n)
    const { worker } = openWorker(db, { concurrencyMax: 2 })
    const running = async () => (await db.query(sql`select id from generation_sessions where status = 'running'`)).length
    const ids = await Promise.all(Array.from({ length: 12 }, () => ask(account, { prompt: 'slow [[delay:600]]' })))
    const served = ids.map((id) => worker.serve(id))
    await until(async () => (await running()) > 0)
    let most = 0
    for (let round = 0; round < 20; round += 1) most = Math.max(most, await running())
    assert(most <= 2, `${most} at once`)
    worker.follow({ paused: false, concurrencyMax: 5 }, false)
    await until(async () => (await running()) === 5)
    await Promise.all(served)
    await worker.stop()
    assert.equal((await db.query(sql`select id from generation_sessions where status in ('queued', 'running')`)).length, 0)
  })

  await t.test('paused or to end, it takes nothing more and what runs goes on; resumed, it goes on by itself', async () => {
    const account = await accountWith(db, 50n)
    const owner = newId()
    await db.query(sql`insert into workers (id, version, host, pid, lanes, memory_bytes, event_loop_lag_ms) values (${owner}, 'test', 'here', 1, '{}', 1, 0)`)
    const pauses = [
      { stop: () => db.transaction((tx) => pauseLane(tx, { lane: 'image', by: 'test' })), go: () => db.transaction((tx) => resumeLane(tx, { lane: 'image', by: 'test' })), draining: false },
      { stop: () => db.transaction((tx) => drainWorker(tx, owner)), go: () => db.query(sql`update workers set draining = false`), draining: true },
    ]
    for (const { stop, go, draining } of pauses) {
      const { worker } = openWorker(db, { owner })
      const first = await ask(account, { prompt: 'slow [[delay:1000]]' })
      worker.look()
      await untilStatus(db, first, 'running')
      // From the commit on, also before the worker has heard of it.
      await stop()
      const second = await ask(account)
      await worker.serve(second)
      assert.equal((await readRow(db, second)).status, 'queued')
      worker.follow({ paused: !draining, concurrencyMax: null }, draining)
      await worker.serve(second)
      await untilStatus(db, first, 'succeeded')
      assert.equal((await readRow(db, second)).status, 'queued')
      await go()
      worker.follow(asUsual, false)
      await untilStatus(db, second, 'succeeded')
      await worker.stop()
    }
  })

  await t.test('a worker that is stopped gives back at once what it cannot finish, without a crash, and another one finishes', async () => {
    const account = await accountWith(db, 10n)
    const id = await ask(account, { n: 2, prompt: 'one is slow [[fault:hang@1]]' })
    const { worker, cutOff } = openWorker(db)
    worker.look()
    await until(() => (simulator.stats().requests[id]?.calls ?? 0) === 2)
    const stopped = worker.stop()
    cutOff()
    await stopped
    const row = await readRow(db, id)
    assert.deepEqual([row.status, row.crashes], ['queued', 0])
    const next = openWorker(other).worker
    next.look()
    assert.equal((await untilStatus(db, id, 'succeeded')).captured, 2n)
    await next.stop()
  })

  await t.test('a zombie changes nothing: with its lease lost, what it gets is thrown away, and the other worker\'s is what is paid', async () => {
    for (const zombieFirst of [true, false]) {
      const account = await accountWith(db, 10n)
      // The first call is the zombie's.
      const id = await ask(account, { prompt: `two hands on it [[delay:${zombieFirst ? 300 : 60}]]` })
      const zombie = openWorker(withoutBeats(other), { leaseSeconds: 1 }).worker
      zombie.look()
      const { leaseToken } = await untilStatus(db, id, 'running')
      await until(() => simulator.stats().requests[id]?.calls === 1)
      await lapse(id)
      assert.deepEqual(await requeueLost(db, 10), [id])
      const { worker } = openWorker(db)
      worker.look()
      const done = await untilStatus(db, id, 'succeeded')
      await zombie.stop()
      await worker.stop()
      assert.equal(done.captured, 1n)
      const outputs = await db.query<{ token: number; key: string }>(sql`select lease_token as token, object_key as key from generation_outputs where generation_id = ${id}`)
      assert.equal(outputs.length, 1)
      assert(outputs[0]!.token > leaseToken, 'the output is of the newer token')
      assert.equal(outputs[0]!.key, `generations/${id}/${outputs[0]!.token}/0`)
      assert.deepEqual(await readBalance(db, account), { available: 9n, held: 0n })
    }
  })

  await t.test('two workers whose leases last a second hold one job in turn, again and again, and it ends once', async () => {
    const account = await accountWith(db, 100n)
    const ids = await Promise.all(Array.from({ length: 8 }, () => ask(account, { n: 2, prompt: 'contested [[delay:40]]' })))
    const workers = [openWorker(withoutBeats(db), { leaseSeconds: 1, concurrencyMax: 8 }).worker, openWorker(withoutBeats(other), { leaseSeconds: 1, concurrencyMax: 8 }).worker]
    const open = () => db.query<{ id: string }>(sql`select id from generation_sessions where status in ('queued', 'running')`)
    for (let round = 0; (await open()).length > 0; round += 1) {
      workers.forEach((worker) => worker.look())
      // Takes the leases of all that run away from their workers, twice; afterwards they may finish.
      if (round < 2) for (const { id } of await open()) await lapse(id)
      await requeueLost(db, 100)
    }
    await Promise.all(workers.map((worker) => worker.stop()))
    for (const id of ids) {
      const [ends] = await db.query(sql`select count(*)::int as ends from generation_events where generation_id = ${id} and data ->> 'status' in ('succeeded', 'failed')`)
      assert.deepEqual(ends, { ends: 1 })
      assert.equal((await readRow(db, id)).captured, 2n)
    }
    assert.deepEqual(await readBalance(db, account), { available: 84n, held: 0n })
  })

  await t.test('a generation that kills three workers ends as crashed, costs nothing, and is given to no fourth', async () => {
    const account = await accountWith(db, 10n)
    const id = await ask(account)
    for (let crash = 1; crash <= 3; crash += 1) {
      const { session } = await claimNext(db, { lane: 'image', owner: newId(), providers: ['bytedance'], simulated: ['bytedance'], cursor: account, named: null, leaseSeconds: 30 })
      assert.equal(session?.id, id)
      assert.equal(await sweepCrashed(db, realtime), 0, 'while its worker beats nothing happens')
      await lapse(id)
      assert.equal(await sweepLeases(db), crash < 3 ? 1 : 0)
      assert.equal(await sweepCrashed(db, realtime), crash < 3 ? 0 : 1)
    }
    const row = await readRow(db, id)
    assert.deepEqual([row.status, row.errorCode, row.crashes], ['failed', 'generation.crashed', 3])
    assert.deepEqual(await readBalance(db, account), { available: 10n, held: 0n })
  })

  await t.test('where workers die anyway, a generation that was in the hands of three of many is not blamed; one that was in those of ten is', async () => {
    const account = await accountWith(db, 10n)
    const id = await ask(account)
    await db.query(sql`
      insert into workers (id, version, host, pid, lanes, memory_bytes, event_loop_lag_ms, beat_at)
      select gen_random_uuid(), 'test', 'test', 1, '{}', 1, 0, now() - interval '1 minute' from generate_series(1, 30)`)
    for (let crash = 1; crash <= 10; crash += 1) {
      assert.equal((await claimNext(db, { lane: 'image', owner: newId(), providers: ['bytedance'], simulated: ['bytedance'], cursor: account, named: null, leaseSeconds: 30 })).session?.id, id)
      await lapse(id)
      assert.deepEqual([await sweepLeases(db), await sweepCrashed(db, realtime)], crash < 10 ? [1, 0] : [0, 1], `death ${crash}`)
    }
    assert.deepEqual([(await readRow(db, id)).errorCode, await readBalance(db, account)], ['generation.crashed', { available: 10n, held: 0n }])
    await db.query(sql`delete from workers where version = 'test'`)
  })

  await t.test('when something of ours fails, the generation is left alone for a while and then tried again, and that is no crash', async () => {
    const account = await accountWith(db, 10n)
    const id = await ask(account)
    const broken = openWorker(db, { storage: { put: () => Promise.reject(new Error('no space')) } as never }).worker
    broken.look()
    await until(async () => (await db.query(sql`select id from generation_sessions where id = ${id} and status = 'running' and lease_owner is null`)).length === 1)
    await broken.stop()
    assert.equal(await sweepLeases(db), 0, 'not at once')
    await lapse(id)
    assert.equal(await sweepLeases(db), 1)
    assert.equal((await readRow(db, id)).crashes, 0)
    const { worker } = openWorker(db)
    worker.look()
    await untilStatus(db, id, 'succeeded')
    await worker.stop()
    assert.equal(simulator.stats().requests[id]?.billedImages, 1, 'what was paid for was not asked for again')
  })

  await t.test('where the database took an output and its answer was lost, the bytes that are paid for are there', async () => {
    const account = await accountWith(db, 10n)
    const id = await ask(account)
    const severed = loseAnswer(db, 'generations.insertOutput')
    const first = openWorker(severed).worker
    first.look()
    await until(() => severed.failed())
    await first.stop()
    await lapse(id)
    assert.equal(await sweepLeases(db), 1)
    const { worker } = openWorker(db)
    worker.look()
    assert.equal((await untilStatus(db, id, 'succeeded')).captured, 1n)
    await worker.stop()
    const [output] = await db.query<{ key: string; bytes: bigint }>(sql`select object_key as key, bytes from generation_outputs where generation_id = ${id}`)
    assert.equal((await storage.stat(output!.key)).bytes, Number(output!.bytes))
    assert.equal(simulator.stats().requests[id]?.billedImages, 1)
  })

  await t.test('a provider that is paused for long gets the place back for others, and the generation goes on when the pause ends', async () => {
    const account = await accountWith(db, 10n)
    const id = await ask(account, { n: 2, prompt: 'one before the pause [[fault:429@1]] [[delay:100]]' })
    const { worker } = openWorker(db)
    // The pause begins while one of two calls is under way.
    const lengthen = async () => (await db.query(sql`update provider_controls set paused_until = now() + interval '1 hour' where paused_until > now() returning 1`)).length === 1
    worker.look()
    await until(lengthen)
    const { crashes } = await untilStatus(db, id, 'queued')
    assert.equal(crashes, 0)
    await worker.serve(id)
    assert.equal((await readRow(db, id)).status, 'queued', 'nobody takes it meanwhile')
    const [stored] = await db.query(sql`select count(*)::int as stored from generation_outputs where generation_id = ${id}`)
    assert.deepEqual(stored, { stored: 1 }, 'what was under way was kept')
    await db.query(sql`update provider_controls set paused_until = null`)
    worker.look()
    assert.equal((await untilStatus(db, id, 'succeeded')).captured, 2n)
    assert.equal(simulator.stats().requests[id]?.billedImages, 2)
    await worker.stop()
  })

  await t.test('lost tickets are made again, once the queue has none while something could be worked on, and not in a storm', async () => {
    const account = await accountWith(db, 500n)
    const queue = await openQueue({ kind: 'postgres' }, { db, onError: assert.ifError })
    try {
      for (let i = 0; i < 150; i += 1) await ask(account)
      const sweep = new TicketSweep(db, queue)
      await db.query(sql`delete from outbox`)
      assert.equal(await sweep.sweep(), 0, 'things may be on their way')
      assert.equal(await sweep.sweep(), 100, 'enough to wake everybody')
      const made = await db.query<{ payload: object }>(sql`select payload from outbox`)
      assert.equal(made.length, 100)
      assert.deepEqual([await sweep.sweep(), await sweep.sweep(), await sweep.sweep()], [0, 0, 0], 'then the lane is left alone')
      assert.equal(await sweep.sweep(), 100)
      await queue.publish([{ id: newId(), queue: 'image', payload: made[0]!.payload }])
      for (let round = 0; round < 20; round += 1) assert.equal(await sweep.sweep(), 0, 'while there are tickets none are made')
    } finally {
      await queue.close()
    }
    const { worker } = openWorker(db, { concurrencyMax: 16 })
    worker.look()
    await until(async () => (await db.query(sql`select id from generation_sessions where status in ('queued', 'running') limit 1`)).length === 0)
    await worker.stop()
  })

  await db.query(sql`insert into outbox (queue, payload) select 'image', jsonb_build_object('generationId', id) from generation_sessions`)
  await assertBooks(db)
})

/** A database through which no beat gets, as for a process that stands still. */
function withoutBeats(db: Db): Db {
  return new Proxy(db, {
    get(target, name) {
      if (name === 'query') return (statement: { text: string }) => (statement.text.includes('generations.beatLease') ? new Promise(() => undefined) : target.query(statement as never))
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
