import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { deleteGone, listWorkers } from '#domains/workers'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { openCounter } from '#test/generations'
import { accountWith } from '#test/ledger'
import { readLine } from './line.ts'
import { getSession } from './sql-sessions.ts'

for (const flavour of flavours) {
  test(`place and time in line, on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const ask = await openCounter(db)
    await limitFromSettings(db, { provider: 'bytedance', kind: 'image', concurrencyMax: null })
    const account = await accountWith(db, 10n)
    const ids = [await ask(account), await ask(account), await ask(account)]
    const line = async (id: string) => readLine(db, (await getSession(db, id, account))!)
    const addWorker = async (rate: number, age: string) => {
      const id = newId()
      await db.query(sql`
        insert into workers (id, version, host, pid, lanes, memory_bytes, event_loop_lag_ms, start_rates, beat_at)
        values (${id}, 'test', 'here', 1, '{"image":4}', 1, 0, jsonb_build_object('image/bytedance', ${rate}::float), now() - ${age}::interval)`)
      return id
    }
    const secondsTo = async (id: string) => {
      const { estimatedStartAt } = await line(id)
      return estimatedStartAt === null ? null : Math.round((estimatedStartAt.getTime() - Date.now()) / 10_000) * 10
    }

    await t.test('without a worker that can say how fast it goes there is a place and no time', async () => {
      assert.deepEqual(await line(ids[2]!), { position: 3, estimatedStartAt: null })
      await addWorker(60, '1 minute')
      assert.deepEqual(await line(ids[0]!), { position: 1, estimatedStartAt: null }, 'one that is lost says nothing')
    })

    await t.test('the time is the place at the rate of all workers together', async () => {
      await addWorker(2, '0 seconds')
      await addWorker(1, '3 seconds')
      assert.deepEqual(await Promise.all(ids.map(secondsTo)), [20, 40, 60])
    })

    await t.test('after a pause of the provider it starts from the end of the pause; where nobody knows the end there is no time', async () => {
      await db.query(sql`update provider_controls set paused_until = now() + interval '100 seconds'`)
      assert.equal(await secondsTo(ids[0]!), 120)
      await db.query(sql`update provider_controls set paused_until = 'infinity'`)
      assert.equal(await secondsTo(ids[0]!), null)
      await db.query(sql`update provider_controls set paused_until = null, open_until = now() + interval '1 minute'`)
      assert.equal(await secondsTo(ids[0]!), null)
      await db.query(sql`update provider_controls set open_until = null`)
      await db.query(sql`insert into lane_controls (lane, paused, updated_by) values ('image', true, 'test')`)
      assert.equal(await secondsTo(ids[0]!), null)
    })

    await t.test('workers that were not heard of for long are forgotten, and shown as lost until then', async () => {
      const gone = await addWorker(1, '11 minutes')
      assert.deepEqual((await listWorkers(db, 10)).map(({ state }) => state).sort(), ['lost', 'lost', 'running', 'running'])
      assert.equal(await deleteGone(db), 1)
      assert.equal((await listWorkers(db, 10)).some(({ id }) => id === gone), false)
    })
  })
}
