import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { models } from './models.ts'
import { PriceList } from './price-list.ts'

for (const flavour of flavours) {
  test(`the price list on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const list = await PriceList.open(db, assert.ifError)
    t.after(() => list.close())

    await t.test('every model on offer has a price', () => {
      for (const { id } of models) assert(list.current(id).credits >= 1n, id)
      assert.deepEqual(describe(list.current('seedream4')), ['image', 1n, 1])
    })

    await t.test('a price of the future takes effect at its moment, without another reading', async () => {
      await addPrice(db, { version: 2, credits: 5n, startsIn: '1 hour' })
      await list.refresh()
      const inAnHour = list.now().getTime() + 3_600_000
      assert.deepEqual(describe(list.current('seedream4')), ['image', 1n, 1])
      assert.equal(list.current('seedream4', new Date(inAnHour - 5_000)).version, 1)
      assert.equal(list.current('seedream4', new Date(inAnHour + 5_000)).version, 2)
    })

    await t.test('of two prices with one start the higher version counts, so that a mistake can be corrected', async () => {
      const at = new Date(list.now().getTime() + 86_400_000)
      await db.query(sql`insert into model_prices (model, version, unit, credits, starts_at) values ('seedream4', 3, 'image', 900, ${at}), ('seedream4', 4, 'image', 9, ${at})`)
      await list.refresh()
      assert.deepEqual(describe(list.current('seedream4', at)), ['image', 9n, 4])
    })

    await t.test('its clock is the database\'s', async () => {
      const [row] = await db.query<{ now: Date }>(sql`select clock_timestamp() as now`)
      assert(Math.abs(list.now().getTime() - row!.now.getTime()) < 5_000)
    })

    await t.test('a model without a price is a mistake in the data', () => {
      assert.throws(() => list.current('unheard-of'), /no price/)
      assert.throws(() => list.current('seedream4', new Date('1999-12-31')), /no price/)
    })

    await t.test('a price is never changed or removed', async () => {
      for (const text of ['update model_prices set credits = 2', 'delete from model_prices', 'truncate model_prices cascade']) {
        await assert.rejects(db.query({ text, values: [], name: undefined }), { code: 'CY001' }, text)
      }
    })

    await t.test('a price is at least a credit, and small enough that a hundred units can be counted', async () => {
      for (const credits of [0n, -1n, 90_071_992_547_410n]) {
        await assert.rejects(addPrice(db, { version: 9, credits, startsIn: '1 day' }), { code: '23514' })
      }
    })
  })
}

test('two processes see a price that starts, whatever their own clocks say', async (t) => {
  const db = await openTestDatabase(flavours.at(-1)!)
  const lists = [await PriceList.open(db, assert.ifError), await PriceList.open(db, assert.ifError)]
  t.after(() => Promise.all(lists.map((list) => list.close())))
  await addPrice(db, { version: 2, credits: 3n, startsIn: '-1 second' })
  await Promise.all(lists.map((list) => list.refresh()))
  assert.deepEqual(lists.map((list) => list.current('seedream4').credits), [3n, 3n])
})

function describe({ unit, credits, version }: ReturnType<PriceList['current']>) {
  return [unit, credits, version]
}

async function addPrice(db: Db, { version, credits, startsIn }: { version: number; credits: bigint; startsIn: string }): Promise<void> {
  await db.query(sql`
    insert into model_prices (model, version, unit, credits, starts_at)
    values ('seedream4', ${version}, 'image', ${credits}, clock_timestamp() + ${startsIn}::interval)`)
}
