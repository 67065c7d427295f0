import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { readUsage } from './usage.ts'

for (const flavour of flavours) {
  test(`the summary of usage on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const accountId = newId()
    await addEnded(db, { accountId, model: 'cheap', captured: 2n, price: 1n, at: '2026-03-01T00:00:00Z' })
    await addEnded(db, { accountId, model: 'cheap', captured: 1n, price: 1n, at: '2026-03-01T23:59:59.999Z' })
    await addEnded(db, { accountId, model: 'dear', captured: 14n, price: 7n, at: '2026-03-02T00:00:00Z' })
    await addEnded(db, { accountId, model: 'cheap', captured: 0n, price: 1n, at: '2026-03-02T10:00:00Z' })
    await addEnded(db, { accountId, model: 'cheap', captured: 4n, price: 1n, at: '2026-03-04T10:00:00Z' })
    await addEnded(db, { accountId: newId(), model: 'cheap', captured: 4n, price: 1n, at: '2026-03-02T10:00:00Z' })
    const range = { accountId, from: '2026-03-01', to: '2026-03-03' }

    await t.test('by model: generations, outputs and credits of the account in the range, the most expensive first', async () => {
      const { items, total } = await readUsage(db, { ...range, by: 'model' })
      assert.deepEqual(items.map(({ key, generations, outputs, credits }) => [key, generations, outputs, credits]), [['dear', 1n, 2n, 14n], ['cheap', 2n, 3n, 3n]])
      assert.deepEqual(total, { generations: 3n, outputs: 5n, credits: 17n })
    })

    await t.test('by day, in UTC and in order, whatever zone the session is in', async () => {
      const { items, total } = await readUsage(db, { ...range, by: 'day' })
      assert.deepEqual(items.map(({ key, credits }) => [key, credits]), [['2026-03-01', 3n], ['2026-03-02', 14n]])
      assert.equal(total.credits, 17n)
    })

    await t.test('nothing spent is an empty list and a total of nothing', async () => {
      assert.deepEqual(await readUsage(db, { ...range, accountId: newId(), by: 'day' }), { items: [], total: { generations: 0n, outputs: 0n, credits: 0n } })
    })

    await t.test('it is read from its index', async () => {
      await db.query(sql`
        insert into generation_sessions (id, account_id, user_id, kind, model, provider, provider_model, simulated, status, input, outputs_wanted,
          price_credits, price_version, reservation_id, credits_held, credits_captured, deadline_at, finished_at)
        select gen_random_uuid(), md5((i % 200)::text)::uuid, gen_random_uuid(), 'image', 'cheap', 'p', 'p', true, 'succeeded', '{}', 1, 1, 1, gen_random_uuid(), 1, 1,
          now(), now() - i * interval '1 minute' from generate_series(1, 20000) i`)
      await db.query(sql`analyze generation_sessions`)
      const plan = await db.raw(`explain select model, credits_captured / price_credits from generation_sessions
        where account_id = md5('7')::uuid and credits_captured > 0 and finished_at >= now() - interval '5 days' and finished_at < now()`)
      assert.match(JSON.stringify(plan), /idx_generation_sessions_usage/)
    })
  })
}

async function addEnded(db: Db, { accountId, model, captured, price, at }: { accountId: string; model: string; captured: bigint; price: bigint; at: string }): Promise<void> {
  const held = price * 4n
  await db.query(sql`
    insert into generation_sessions (id, account_id, user_id, kind, model, provider, provider_model, simulated, status, input, outputs_wanted,
      price_credits, price_version, reservation_id, credits_held, credits_captured, credits_released, deadline_at, finished_at, error_code)
    values (${newId()}, ${accountId}, ${accountId}, 'image', ${model}, 'p', 'p', true, ${captured > 0n ? 'succeeded' : 'failed'}, '{}', 4,
      ${price}, 1, ${newId()}, ${held}, ${captured}, ${held - captured}, now(), ${at}::timestamptz, ${captured > 0n ? null : 'generation.failed'})`)
}
