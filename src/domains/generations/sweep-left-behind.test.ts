/** What was accepted to be simulated when the key of its provider comes: it neither waits for somebody who is gone, nor is it taken from somebody who is there. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readBalance } from '#domains/credits'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { flavours, openTestDatabase } from '#test/database'
import { openCounter, readRow } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { sweepLeftBehind } from './sweep-left-behind.ts'

const keyed = new Map([['bytedance', { simulated: false }]])

for (const flavour of flavours) {
  describe(`what nobody simulates any more, on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const ask = await openCounter(db)
    const [mine, other] = [newId(), newId()]
    const parts = { db, realtime: new Realtime(db, () => undefined), reach: { image: keyed, video: keyed }, workerId: mine, kinds: ['image', 'video'] as const }
    const sweep = (change: Partial<typeof parts> = {}) => sweepLeftBehind({ ...parts, ...change })
    const beat = (id: string, { agoSeconds = 0, sinceSeconds = 90 } = {}) => db.query(sql`
      insert into workers (id, version, host, pid, lanes, memory_bytes, event_loop_lag_ms, started_at, beat_at)
      values (${id}, 'x', 'x', 1, '{}', 1, 0, now() - make_interval(secs => ${sinceSeconds}), now() - make_interval(secs => ${agoSeconds}))
      on conflict (id) do update set started_at = excluded.started_at, beat_at = excluded.beat_at`)
    const accepted = async ({ simulated = true, waitedSeconds = 90 } = {}) => {
      const accountId = await accountWith(db, 3n)
      const id = await ask(accountId)
      await db.query(sql`
        update generation_sessions set simulated = ${simulated}, created_at = created_at - make_interval(secs => ${waitedSeconds}) where id = ${id}`)
      return { id, accountId }
    }
    const statusOf = async ({ id }: { id: string }) => (await readRow(db, id)).status

    test('it is left to any other worker that may simulate it, and for a minute to one that may come back', async () => {
      const one = await accepted()
      await beat(mine)
      await beat(other, { agoSeconds: 45 })
      assert.equal(await sweep(), 0)
      await beat(other, { agoSeconds: 75 })
      await beat(mine, { sinceSeconds: 45 })
      assert.equal(await sweep(), 0, 'it has not been alone for so long')
      await db.query(sql`delete from workers where id = ${mine}`)
      assert.equal(await sweep(), 0, 'it is not known to be there at all')
      await beat(mine)
      assert.equal(await sweep({ reach: { image: new Map([['bytedance', { simulated: true }]]), video: keyed } }), 0, 'it simulates it itself')
      assert.equal(await sweep({ reach: { image: new Map(), video: keyed } }), 0, 'nobody makes it for real')
      assert.equal(await sweep({ kinds: ['video'] as never }), 0, 'it does not serve the lane')
      assert.equal(await statusOf(one), 'queued')
      assert.equal(await sweep(), 1)
      assert.equal(await sweep(), 0)
    })

    test('it ends with its reason, gives back what it held, and can be tried again by an operator; what is the vendor\'s or has just come waits on', async () => {
      const [left, real, fresh] = [await accepted(), await accepted({ simulated: false }), await accepted({ waitedSeconds: 5 })]
      await beat(mine)
      assert.equal(await sweep(), 1)
      const { status, errorCode, captured } = await readRow(db, left.id)
      assert.deepEqual([status, errorCode, captured, await readBalance(db, left.accountId)], ['failed', 'generation.not_simulated', 0n, { available: 3n, held: 0n }])
      assert.deepEqual(await db.query(sql`select state, code from dead_letters where generation_id = ${left.id}`), [{ state: 'open', code: 'generation.not_simulated' }])
      assert.deepEqual([await statusOf(real), await statusOf(fresh)], ['queued', 'queued'])
    })

    test('what somebody works on is theirs', async () => {
      const { id } = await accepted()
      await db.query(sql`update generation_sessions set status = 'running', lease_owner = ${other}, lease_expires_at = now() + interval '30 seconds' where id = ${id}`)
      assert.equal(await sweep(), 0)
      assert.equal((await readRow(db, id)).status, 'running')
    })

    test('the books are right', () => assertBooks(db))
  })
}
