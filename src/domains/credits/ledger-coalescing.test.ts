import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Refusal } from '#lib/errors'
import { newId } from '#lib/ids'
import type { Db, Queryable, Sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { accountWith, assertBooks } from '#test/ledger'
import { Ledger } from './ledger.ts'
import { reserve } from './reserve.ts'
import { readBalance } from './sql-balance.ts'

const by = { reason: 'for a test', actor: 'system' }

for (const flavour of flavours) {
  test(`calls that share a statement on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)

    await t.test('a caller alone gets the plain statement, callers together share one', async () => {
      const accountId = await accountWith(db, 100n)
      const { through, sent } = record(db)
      const ledger = new Ledger(through)
      await ledger.reserve(holdOf(accountId, 1n))
      assert.deepEqual(sent.splice(0), ['credits.insertFirstLotHold'])
      await Promise.all(Array.from({ length: 9 }, () => ledger.reserve(holdOf(accountId, 1n))))
      assert.deepEqual(sent.splice(0), ['credits.insertHolds'])
      assert.deepEqual(await readBalance(db, accountId), { available: 90n, held: 10n })
    })

    await t.test('each caller gets its own outcome: the refused ones with true figures, the others served in their order', async () => {
      const accountId = await accountWith(db, 7n, 2n)
      const poor = await accountWith(db)
      const ledger = new Ledger(db)
      const wishes = [[accountId, 3n], [poor, 1n], [accountId, 4n], [accountId, 5n], [accountId, 2n], [accountId, 1n]] as const
      const outcomes = await Promise.allSettled(wishes.map(([account, amount]) => ledger.reserve(holdOf(account, amount))))
      const told = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'served' : (outcome.reason as Refusal).members['availableCredits']))
      assert.deepEqual(told, ['served', 0, 'served', 2, 'served', 0])
    })

    await t.test('a call that breaks a rule fails alone', async () => {
      const accountId = await accountWith(db, 100n)
      const ledger = new Ledger(db)
      const repeated = holdOf(accountId, 2n)
      await ledger.reserve(repeated)
      const outcomes = await Promise.allSettled([
        ledger.reserve(holdOf(accountId, 1n)),
        ledger.reserve(repeated),
        ledger.reserve({ ...repeated, amount: 3n }),
        ledger.reserve(holdOf(accountId, 0n)),
        ledger.reserve({ ...holdOf(accountId, 1n), generationId: 'no id' }),
        ledger.reserve(holdOf(accountId, 1n)),
      ])
      assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled'])
      assert.deepEqual(await readBalance(db, accountId), { available: 96n, held: 4n })
    })

    await t.test('holds end together, each once and with its own outcome', async () => {
      const accountId = await accountWith(db, 20n, 20n)
      const ledger = new Ledger(db)
      const holds = Array.from({ length: 7 }, () => holdOf(accountId, 5n))
      for (const input of holds) await db.transaction((tx) => reserve(tx, input))
      const asks = [...holds, holds[1]!].map(({ id }, index) => ({ reservationId: id, captured: BigInt(index % 6), ...by }))
      const ends = await Promise.allSettled([...asks.map((ask) => ledger.settle(ask)), ledger.settle({ ...asks[0]!, reservationId: newId() })])
      const told = ends.map((end) => (end.status === 'fulfilled' ? [end.value.captured, end.value.released, end.value.repeated] : 'rejected'))
      assert.deepEqual(told, [
        [0n, 5n, false], [1n, 4n, false], [2n, 3n, false], [3n, 2n, false], [4n, 1n, false], [5n, 0n, false], [0n, 5n, false], [1n, 4n, true], 'rejected',
      ])
      assert.deepEqual(await readBalance(db, accountId), { available: 25n, held: 0n })
    })

    await assertBooks(db, 'ledger')
  })
}

function record(db: Db): { through: Db; sent: string[] } {
  const sent: string[] = []
  const query: Queryable['query'] = (statement: Sql) => {
    sent.push(statement.name ?? statement.text)
    return db.query(statement)
  }
  const through = new Proxy(db, { get: (target, name) => (name === 'query' ? query : (Reflect.get(target, name) as unknown)) })
  return { through, sent }
}

function holdOf(accountId: string, amount: bigint) {
  const id = newId()
  return { id, accountId, generationId: id, amount, deadlineSeconds: 60 }
}
