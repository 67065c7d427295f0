import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { accountWith, assertBooks } from '#test/ledger'
import { adjust } from './adjust.ts'
import { BelowAvailable, InsufficientCredits } from './errors.ts'
import { expireLots, releaseOverdue } from './expire.ts'
import { grant } from './grant.ts'
import { reserve } from './reserve.ts'
import { revoke } from './revoke.ts'
import { settle } from './settle.ts'
import { readBalance, readCredits } from './sql-balance.ts'
import { readStatement } from './statement.ts'

const by = { reason: 'for a test', actor: 'system' }
const all = { kind: null, withHolds: false, cursor: null, limit: 100 }

for (const flavour of flavours) {
  test(`expiry, clawback, debt and adjustment on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)

    await t.test('what remains of a lot past its time expires, once, and what is held stays held', async () => {
      const accountId = await accountWith(db, { amount: 10n, expiresAt: inAnHour() }, 5n)
      const id = await hold(db, accountId, 4n)
      await letExpire(db, accountId)
      assert.deepEqual(await expireLots(db, { limit: 100 }), { lots: 1, credits: 6n })
      assert.deepEqual(await expireLots(db, { limit: 100 }), { lots: 0, credits: 0n })
      assert.deepEqual(await readBalance(db, accountId), { available: 5n, held: 4n })
      const { items } = await readStatement(db, { accountId, ...all })
      assert.deepEqual(items.map(({ kind, amount, balanceAfter }) => [kind, amount, balanceAfter]), [['expire', -6n, 9n], ['grant', 5n, 15n], ['grant', 10n, 10n]])
      await end(db, id, 4n)
      assert.deepEqual(await readBalance(db, accountId), { available: 5n, held: 0n })
    })

    await t.test('credits that come back late live on for seven days, and nothing else of their lot does', async () => {
      const accountId = await accountWith(db, { amount: 10n, expiresAt: inAnHour() })
      const first = await hold(db, accountId, 4n)
      const second = await hold(db, accountId, 2n)
      await letExpire(db, accountId)
      // Nothing has swept yet: the four that remain are past their time all the same, and must not be revived with what comes back.
      await end(db, first, 1n)
      assert.deepEqual(await readBalance(db, accountId), { available: 3n, held: 2n })
      await end(db, second, 0n)
      assert.deepEqual(await readBalance(db, accountId), { available: 5n, held: 0n })
      const [lot] = await db.query<{ expired: bigint; days: number }>(sql`
        select expired, round(extract(epoch from expires_at - now()) / 86400)::int as days from credit_lots where account_id = ${accountId}`)
      assert.deepEqual(lot, { expired: 4n, days: 7 })
      assert.deepEqual(await expireLots(db, { limit: 100 }), { lots: 0, credits: 0n })
      await end(db, await hold(db, accountId, 5n), 5n)
    })

    await t.test('a late return over several lots is judged lot by lot', async () => {
      const accountId = await accountWith(db, { amount: 3n, expiresAt: inAnHour() }, 10n)
      const id = await hold(db, accountId, 5n)
      await letExpire(db, accountId)
      await end(db, id, 1n)
      const lots = await db.query<{ remaining: bigint; captured: bigint; graced: boolean }>(sql`
        select remaining, captured, expires_at between now() + interval '6 days' and now() + interval '8 days' as graced
        from credit_lots where account_id = ${accountId} order by id`)
      assert.deepEqual(lots, [{ remaining: 2n, captured: 1n, graced: true }, { remaining: 10n, captured: 0n, graced: false }])
    })

    await t.test('a clawback takes what remains at once', async () => {
      const accountId = await accountWith(db, 10n, 5n)
      const [lotId] = await lotsOf(db, accountId)
      assert.deepEqual(await revoke(db, { lotId: lotId!, amount: 4n, ...by }), { revoked: 4n, claimed: 0n, debt: 0n, repeated: false })
      assert.deepEqual(await revoke(db, { lotId: lotId!, amount: 10n, ...by }), { revoked: 6n, claimed: 0n, debt: 0n, repeated: false })
      assert.deepEqual(await readBalance(db, accountId), { available: 5n, held: 0n })
    })

    await t.test('what is held is taken when it comes back, and owed when it is captured', async () => {
      const accountId = await accountWith(db, 10n)
      const [lotId] = await lotsOf(db, accountId)
      const id = await hold(db, accountId, 6n)
      assert.deepEqual(await revoke(db, { lotId: lotId!, amount: 10n, ...by }), { revoked: 4n, claimed: 6n, debt: 0n, repeated: false })
      assert.deepEqual(await readBalance(db, accountId), { available: 0n, held: 6n })
      await end(db, id, 2n)
      assert.deepEqual(await readBalance(db, accountId), { available: 0n, held: 0n })
      assert.deepEqual(await debtsOf(db, accountId), [[2n, 0n]])
    })

    await t.test('a claim on a part leaves the rest of what comes back to the person', async () => {
      const accountId = await accountWith(db, 10n)
      const [lotId] = await lotsOf(db, accountId)
      const first = await hold(db, accountId, 6n)
      const second = await hold(db, accountId, 4n)
      assert.deepEqual(await revoke(db, { lotId: lotId!, amount: 5n, ...by }), { revoked: 0n, claimed: 5n, debt: 0n, repeated: false })
      await end(db, first, 6n)
      assert.deepEqual(await debtsOf(db, accountId), [[1n, 0n]], 'four are still held to take')
      await end(db, second, 0n)
      assert.deepEqual(await readBalance(db, accountId), { available: 0n, held: 0n })
      const third = await accountWith(db, 10n)
      const [other] = await lotsOf(db, third)
      const id = await hold(db, third, 10n)
      await revoke(db, { lotId: other!, amount: 3n, ...by })
      await end(db, id, 2n)
      assert.deepEqual(await readBalance(db, third), { available: 5n, held: 0n })
      assert.deepEqual(await debtsOf(db, third), [])
    })

    await t.test('what was spent becomes a debt, never twice, and later grants repay it, the oldest first', async () => {
      const accountId = await accountWith(db, 10n, 4n)
      const [first, second] = await lotsOf(db, accountId)
      await end(db, await hold(db, accountId, 14n), 14n)
      assert.deepEqual(await revoke(db, { lotId: first!, amount: 10n, ...by }), { revoked: 0n, claimed: 0n, debt: 10n, repeated: false })
      assert.deepEqual(await revoke(db, { lotId: first!, amount: 10n, ...by }), { revoked: 0n, claimed: 0n, debt: 0n, repeated: false })
      assert.equal((await revoke(db, { lotId: second!, amount: 4n, ...by })).debt, 4n)
      await give(db, accountId, 3n)
      assert.deepEqual(await debtsOf(db, accountId), [[10n, 3n], [4n, 0n]])
      assert.deepEqual(await readBalance(db, accountId), { available: 0n, held: 0n })
      await adjust(db, { accountId, amount: 9n, ...by })
      assert.deepEqual(await debtsOf(db, accountId), [[10n, 10n], [4n, 2n]])
      await give(db, accountId, 10n)
      assert.deepEqual(await debtsOf(db, accountId), [[10n, 10n], [4n, 4n]])
      assert.deepEqual(await readBalance(db, accountId), { available: 8n, held: 0n })
      const { items } = await readStatement(db, { accountId, ...all })
      assert.equal(items.reduce((sum, { amount }) => sum + amount, 0n), 8n)
    })

    await t.test('a grant that was given before repays nothing', async () => {
      const accountId = await accountWith(db, 5n)
      const [lotId] = await lotsOf(db, accountId)
      const input = { accountId, amount: 5n, source: 'purchase', externalRef: newId(), ...by } as const
      await grant(db, input)
      await end(db, await hold(db, accountId, 5n), 5n)
      await revoke(db, { lotId: lotId!, amount: 5n, ...by })
      assert.equal(await grant(db, input), false)
      assert.deepEqual(await debtsOf(db, accountId), [[5n, 0n]])
    })

    await t.test('what has expired is neither taken nor owed', async () => {
      const accountId = await accountWith(db, { amount: 10n, expiresAt: inAnHour() })
      const [lotId] = await lotsOf(db, accountId)
      await end(db, await hold(db, accountId, 3n), 3n)
      await letExpire(db, accountId)
      await expireLots(db, { limit: 100 })
      assert.deepEqual(await revoke(db, { lotId: lotId!, amount: 10n, ...by }), { revoked: 0n, claimed: 0n, debt: 3n, repeated: false })
    })

    await t.test('a clawback with an id is done once and answers the same again', async () => {
      const accountId = await accountWith(db, 10n)
      const [lotId] = await lotsOf(db, accountId)
      const input = { id: newId(), lotId: lotId!, amount: 4n, ...by }
      const first = await revoke(db, input)
      assert.deepEqual(await revoke(db, input), { ...first, repeated: true })
      assert.deepEqual(await readBalance(db, accountId), { available: 6n, held: 0n })
      await assert.rejects(revoke(db, { ...input, amount: 5n }), /another lot or amount/)
      await assert.rejects(revoke(db, { ...input, id: newId(), lotId: newId() }), /does not exist/)
    })

    await t.test('an adjustment gives a lot, or takes from lots in spend order, and says who and why', async () => {
      const accountId = await accountWith(db, 4n, { amount: 4n, expiresAt: inAnHour() })
      await adjust(db, { accountId, amount: 2n, reason: 'goodwill', actor: 'operator' })
      await adjust(db, { accountId, amount: -5n, reason: 'a mistake', actor: 'operator' })
      assert.deepEqual(await readBalance(db, accountId), { available: 5n, held: 0n })
      const lots = await db.query<{ revoked: bigint }>(sql`select revoked from credit_lots where account_id = ${accountId} order by id`)
      assert.deepEqual(lots.map(({ revoked }) => revoked), [1n, 4n, 0n])
      const lines = await db.query(sql`select amount, reason, actor from credit_transactions where account_id = ${accountId} and kind = 'adjust' order by id`)
      assert.deepEqual(lines, [{ amount: 2n, reason: 'goodwill', actor: 'operator' }, { amount: -5n, reason: 'a mistake', actor: 'operator' }])
    })

    await t.test('an adjustment below what is available is refused with what is, and touches nothing that is held', async () => {
      const accountId = await accountWith(db, 4n, 3n)
      const id = await hold(db, accountId, 2n)
      await assert.rejects(adjust(db, { accountId, amount: -6n, ...by }), (error) => {
        assert(error instanceof BelowAvailable)
        assert.deepEqual(error.members, { availableCredits: 5 })
        return true
      })
      assert.deepEqual(await readBalance(db, accountId), { available: 5n, held: 2n })
      await adjust(db, { accountId, amount: -5n, ...by })
      await end(db, id, 0n)
      assert.deepEqual(await readBalance(db, accountId), { available: 2n, held: 0n })
    })

    await t.test('an adjustment with an id is done once', async () => {
      const accountId = await accountWith(db, 4n)
      const taken = { id: newId(), accountId, amount: -4n, ...by }
      const given = { id: newId(), accountId, amount: 3n, ...by }
      for (const input of [taken, given]) {
        assert.deepEqual(await adjust(db, input), { transactionId: input.id, repeated: false })
        assert.deepEqual(await adjust(db, input), { transactionId: input.id, repeated: true })
      }
      assert.deepEqual(await readBalance(db, accountId), { available: 3n, held: 0n })
      for (const amount of [0n, 2n ** 53n, -(2n ** 53n)]) await assert.rejects(adjust(db, { accountId, amount, ...by }), /at most/)
    })

    await t.test('a hold and an adjustment take from more lots than one attempt locks', async () => {
      const accountId = await accountWith(db, ...Array.from({ length: 20 }, () => 2n))
      const id = await hold(db, accountId, 30n)
      await adjust(db, { accountId, amount: -9n, ...by })
      await assert.rejects(hold(db, accountId, 2n), (error) => error instanceof InsufficientCredits && error.members['availableCredits'] === 1)
      await end(db, id, 29n)
      assert.deepEqual(await readBalance(db, accountId), { available: 2n, held: 0n })
    })

    await t.test('an overdue hold is released, unless its generation is open', async () => {
      const accountId = await accountWith(db, 10n)
      const since = new Date(Date.now() - 60_000)
      const ended = await hold(db, accountId, 3n, -1)
      const open = await hold(db, accountId, 2n, -1)
      const early = await hold(db, accountId, 1n, 60)
      const others = new Set((await db.query<{ id: string }>(sql`select id from credit_reservations where account_id <> ${accountId}`)).map(({ id }) => id))
      const listOpen = (ids: readonly string[]) => Promise.resolve(ids.filter((id) => id === open || others.has(id)))
      const outcome = await releaseOverdue(db, { limit: 100, since, listOpen })
      assert.equal(outcome.released, 1)
      assert.equal(outcome.credits, 3n)
      assert.equal(outcome.spared, 1)
      assert.deepEqual(await readBalance(db, accountId), { available: 7n, held: 3n })
      assert.deepEqual(await end(db, ended, 3n), { captured: 0n, released: 3n, repeated: true })
      await end(db, open, 0n)
      await end(db, early, 0n)
    })

    await t.test('balance and lots come together: what has credits in spend order, then the newest of the rest', async () => {
      const accountId = await accountWith(db, 1n, 2n, { amount: 3n, source: 'purchase' }, { amount: 4n, expiresAt: inAnHour() })
      // The lot that expires first is spent, then the oldest.
      await end(db, await hold(db, accountId, 5n), 5n)
      await hold(db, accountId, 2n)
      const { available, held, lots } = await readCredits(db, accountId, 10)
      assert.deepEqual([available, held], [3n, 2n])
      assert.deepEqual(lots.map(({ granted, remaining }) => [granted, remaining]), [[2n, 2n], [3n, 3n], [4n, 0n], [1n, 0n]])
      assert.deepEqual((await readCredits(db, accountId, 3)).lots, lots.slice(0, 3))
      assert.deepEqual(await readCredits(db, newId(), 10), { available: 0n, held: 0n, lots: [] })
    })

    await assertBooks(db, 'ledger')
  })
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000)
}

/** Moves the expiry of the account's lots that have one to a moment ago. */
async function letExpire(db: Db, accountId: string): Promise<void> {
  await db.query(sql`update credit_lots set expires_at = now() - interval '1 second' where account_id = ${accountId} and expires_at < 'infinity'`)
}

async function lotsOf(db: Db, accountId: string): Promise<string[]> {
  return (await db.query<{ id: string }>(sql`select id from credit_lots where account_id = ${accountId} order by id`)).map(({ id }) => id)
}

async function debtsOf(db: Db, accountId: string): Promise<bigint[][]> {
  const debts = await db.query<{ owed: bigint; repaid: bigint }>(sql`select owed, repaid from credit_debts where account_id = ${accountId} order by id`)
  return debts.map(({ owed, repaid }) => [owed, repaid])
}

function give(db: Db, accountId: string, amount: bigint): Promise<boolean> {
  return grant(db, { accountId, amount, source: 'purchase', ...by })
}

async function hold(db: Db, accountId: string, amount: bigint, deadlineSeconds = 60): Promise<string> {
  const id = newId()
  await db.transaction((tx) => reserve(tx, { id, accountId, generationId: id, amount, deadlineSeconds }))
  return id
}

function end(db: Db, reservationId: string, captured: bigint) {
  return db.transaction((tx) => settle(tx, { reservationId, captured, ...by }))
}
