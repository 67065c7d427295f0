import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { accountWith, assertBooks } from '#test/ledger'
import { InsufficientCredits } from './errors.ts'
import { grant } from './grant.ts'
import { reserve } from './reserve.ts'
import { settle } from './settle.ts'
import { readBalance } from './sql-balance.ts'
import { readStatement } from './statement.ts'

for (const flavour of flavours) {
  test(`the ledger on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)

    await t.test('a grant with a reference is given once, however often it is asked for', async () => {
      const accountId = await accountWith(db)
      const input = { accountId, amount: 10n, source: 'purchase', externalRef: `pay:${accountId}`, reason: 'bought', actor: 'system' } as const
      assert.equal(await grant(db, input), true)
      assert.equal(await grant(db, input), false)
      assert.deepEqual(await readBalance(db, accountId), { available: 10n, held: 0n })
    })

    await t.test('amounts that are no amounts are refused before the database is asked', async () => {
      const accountId = await accountWith(db)
      for (const amount of [0n, -1n, 2n ** 53n]) {
        await assert.rejects(grant(db, { accountId, amount, source: 'admin', reason: 'x', actor: 'system' }), /at most/)
        await assert.rejects(hold(db, accountId, amount), /at most/)
      }
      const largest = await accountWith(db, 2n ** 53n - 1n)
      assert.equal((await readBalance(db, largest)).available, 2n ** 53n - 1n)
    })

    await t.test('a hold moves credits from available to held and a full capture spends them', async () => {
      const accountId = await accountWith(db, 10n)
      const id = await hold(db, accountId, 4n)
      assert.deepEqual(await readBalance(db, accountId), { available: 6n, held: 4n })
      assert.deepEqual(await end(db, id, 4n), { captured: 4n, released: 0n, repeated: false })
      assert.deepEqual(await readBalance(db, accountId), { available: 6n, held: 0n })
    })

    await t.test('a capture in part returns the rest, and a release returns everything', async () => {
      const accountId = await accountWith(db, 10n)
      await end(db, await hold(db, accountId, 4n), 3n)
      await end(db, await hold(db, accountId, 5n), 0n)
      assert.deepEqual(await readBalance(db, accountId), { available: 7n, held: 0n })
    })

    await t.test('a hold ends once: the second caller gets the first outcome', async () => {
      const accountId = await accountWith(db, 10n)
      const id = await hold(db, accountId, 4n)
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => end(db, id, BigInt(index % 5))))
      const first = outcomes.find(({ repeated }) => !repeated)
      assert(first !== undefined)
      assert.equal(outcomes.filter(({ repeated }) => !repeated).length, 1)
      for (const outcome of outcomes) assert.deepEqual({ ...outcome, repeated: false }, first)
    })

    await t.test('capturing more than was held is refused and changes nothing', async () => {
      const accountId = await accountWith(db, 10n)
      const id = await hold(db, accountId, 4n)
      await assert.rejects(end(db, id, 5n), /never exceeds/)
      assert.deepEqual(await readBalance(db, accountId), { available: 6n, held: 4n })
      await end(db, id, 0n)
    })

    await t.test('a repeated hold with the same id is the same hold', async () => {
      const accountId = await accountWith(db, 10n)
      const id = newId()
      await hold(db, accountId, 4n, id)
      await hold(db, accountId, 4n, id)
      assert.deepEqual(await readBalance(db, accountId), { available: 6n, held: 4n })
      await assert.rejects(hold(db, accountId, 3n, id), /another amount/)
      await end(db, id, 0n)
    })

    await t.test('too little is refused with what is needed and what is there, and leaves nothing behind', async () => {
      const accountId = await accountWith(db, 2n, 1n)
      await assert.rejects(hold(db, accountId, 4n), (error) => {
        assert(error instanceof InsufficientCredits)
        assert.deepEqual(error.members, { requiredCredits: 4, availableCredits: 3 })
        return true
      })
      assert.deepEqual(await readBalance(db, accountId), { available: 3n, held: 0n })
    })

    await t.test('credits that expire first are spent first, then granted before purchased, then the oldest', async () => {
      const soon = new Date(Date.now() + 3_600_000)
      const accountId = await accountWith(db, { amount: 2n, source: 'purchase' }, 2n, { amount: 2n, expiresAt: soon }, 2n)
      const id = await hold(db, accountId, 7n)
      const [row] = await db.query<{ amounts: bigint[]; sources: string[] }>(sql`
        select r.lot_amounts as amounts, array(
          select l.source || ':' || (l.expires_at < 'infinity') from unnest(r.lot_ids) with ordinality p (lot_id, n)
          join credit_lots l on l.id = p.lot_id order by p.n) as sources
        from credit_reservations r where r.id = ${id}`)
      assert.deepEqual(row, { amounts: [2n, 2n, 2n, 1n], sources: ['admin:true', 'admin:false', 'admin:false', 'purchase:false'] })
      // A part of it is earned: the credits that expire first are the ones that are spent.
      await end(db, id, 3n)
      const lots = await db.query<{ captured: bigint }>(sql`
        select captured from credit_lots where account_id = ${accountId} order by expires_at, spend_rank, id`)
      assert.deepEqual(lots.map(({ captured }) => captured), [2n, 1n, 0n, 0n])
    })

    await t.test('an expired lot is not spent', async () => {
      const accountId = await accountWith(db, { amount: 5n, expiresAt: new Date(Date.now() - 1_000) }, 3n)
      assert.equal((await readBalance(db, accountId)).available, 3n)
      await assert.rejects(hold(db, accountId, 4n), InsufficientCredits)
      await end(db, await hold(db, accountId, 3n), 3n)
    })

    await t.test('two hundred callers racing for ten credits at three each win exactly three times', async () => {
      const accountId = await accountWith(db, 10n)
      const race = Array.from({ length: 200 }, () => hold(db, accountId, 3n))
      const wins = (await Promise.allSettled(race)).filter(({ status }) => status === 'fulfilled')
      assert.equal(wins.length, 3)
      assert.deepEqual(await readBalance(db, accountId), { available: 1n, held: 9n })
    })

    await t.test('races over several lots neither overdraw nor deadlock', async () => {
      const accountId = await accountWith(db, 4n, 4n, 4n, 4n, 4n)
      const race = Array.from({ length: 40 }, async () => end(db, await hold(db, accountId, 3n), 2n))
      const outcomes = await Promise.allSettled(race)
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
      for (const { reason } of refusals) assert(reason instanceof InsufficientCredits, reason)
      assert(refusals.length < 40, 'somebody was served')
      assert.deepEqual(await readBalance(db, accountId), { available: 20n - 2n * BigInt(40 - refusals.length), held: 0n })
    })

    await t.test('the statement runs back from the balance, page by page, and its amounts sum to it', async () => {
      const accountId = await accountWith(db, 10n, 5n)
      await end(db, await hold(db, accountId, 4n), 3n)
      await end(db, await hold(db, accountId, 2n), 2n)
      await end(db, await hold(db, accountId, 2n), 0n)
      const pages = []
      for (let cursor: string | null = null, page = 0; page === 0 || cursor !== null; page += 1) {
        const read = await readStatement(db, { accountId, kind: null, withHolds: true, cursor, limit: 2 })
        pages.push(...read.items)
        cursor = read.nextCursor
      }
      const whole = await readStatement(db, { accountId, kind: null, withHolds: true, cursor: null, limit: 100 })
      assert.deepEqual(pages, whole.items)
      assert.equal(pages.length, 9, 'two grants, three holds, two captures, two releases')
      assert.equal(pages.reduce((sum, { amount }) => sum + amount, 0n), 10n)
      assert.equal(pages.reduce((sum, { heldChange }) => sum + heldChange, 0n), 0n)
      assert.equal(pages[0]!.balanceAfter, 10n)
      for (const [index, line] of pages.entries()) {
        assert.equal(line.balanceAfter, (pages[index + 1]?.balanceAfter ?? 0n) + line.amount)
      }
      const captures = await readStatement(db, { accountId, kind: 'capture', withHolds: false, cursor: null, limit: 100 })
      assert.deepEqual(captures.items.map(({ amount, balanceAfter }) => [amount, balanceAfter]), [[-2n, 10n], [-3n, 12n]])
    })

    await t.test('the journal can neither be changed nor deleted', async () => {
      await assert.rejects(db.query(sql`update credit_transactions set amount = amount + 1`), /append-only/)
      await assert.rejects(db.query(sql`delete from credit_transactions`), /append-only/)
    })

    await assertBooks(db, 'ledger')
  })
}

async function hold(db: Db, accountId: string, amount: bigint, id = newId()): Promise<string> {
  await db.transaction((tx) => reserve(tx, { id, accountId, generationId: id, amount, deadlineSeconds: 60 }))
  return id
}

function end(db: Db, reservationId: string, captured: bigint) {
  return db.transaction((tx) => settle(tx, { reservationId, captured, reason: 'a test', actor: 'system' }))
}
