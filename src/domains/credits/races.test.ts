/** Races on a real Postgres with many connections: what two people can do at once, done at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#lib/ids'
import { type Db, openDatabase, sql } from '#platform/db'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { accountWith, assertBooks } from '#test/ledger'
import { adjust } from './adjust.ts'
import { InsufficientCredits } from './errors.ts'
import { expireLots, releaseOverdue } from './expire.ts'
import { grant } from './grant.ts'
import { Ledger } from './ledger.ts'
import type { Settlement } from './model.ts'
import { reserve } from './reserve.ts'
import { revoke } from './revoke.ts'
import { settle } from './settle.ts'
import { readBalance } from './sql-balance.ts'

const by = { reason: 'for a test', actor: 'system' }

test('races in the ledger', { skip: withoutPostgres }, async (t) => {
  const url = await cloneTemplate()
  const open = (connectionsMax: number) => openDatabase({ url, directory: null, connectionsMax, onIdleError: () => undefined })
  const db = await open(16)
  const other = await open(8)
  t.after(() => Promise.all([db.close(), other.close()]))

  await t.test('cancel against completion: of two different ends exactly one happens, and both learn which', async () => {
    const accountId = await accountWith(db, 1_000_000n)
    let captured = 0n
    await inParallel(1_000, 8, async (trial) => {
      const id = await hold(db, accountId, 4n)
      const ends: [Promise<Settlement>, Promise<Settlement>] = [settle(db, { reservationId: id, captured: 3n, ...by }), settle(other, { reservationId: id, captured: 0n, ...by })]
      const [completion, cancel] = await Promise.all(trial % 2 === 0 ? ends : (ends.toReversed() as typeof ends))
      assert.notEqual(completion.repeated, cancel.repeated)
      assert.deepEqual({ ...completion, repeated: true }, { ...cancel, repeated: true })
      captured += completion.captured
    })
    assert.deepEqual(await readBalance(db, accountId), { available: 1_000_000n - captured, held: 0n })
  })

  await t.test('capture against the end of the hold’s time: one of them wins, and the capture learns it', async () => {
    const accountId = await accountWith(db, 1_000_000n)
    const listOpen = () => Promise.resolve([])
    const outcomes: Settlement[] = []
    await inParallel(100, 2, async () => {
      const id = await hold(db, accountId, 4n, 0)
      const [capture] = await Promise.all([settle(db, { reservationId: id, captured: 4n, ...by }), releaseOverdue(other, { limit: 100, since: null, listOpen })])
      outcomes.push(capture)
    })
    const captured = outcomes.reduce((sum, outcome) => sum + outcome.captured, 0n)
    for (const outcome of outcomes) assert.deepEqual(outcome, outcome.repeated ? { captured: 0n, released: 4n, repeated: true } : { captured: 4n, released: 0n, repeated: false })
    assert.deepEqual(await readBalance(db, accountId), { available: 1_000_000n - captured, held: 0n })
  })

  await t.test('the expiry of a lot against holds: each credit is held or expires, never both, and a held one that returns lives on', async () => {
    for (let round = 0; round < 10; round += 1) {
      const accountId = await accountWith(db, { amount: 400n, expiresAt: new Date(Date.now() + 150) })
      const held: string[] = []
      const spend = async () => {
        for (;;) {
          try {
            held.push(await hold(db, accountId, 1n))
          } catch (error) {
            assert(error instanceof InsufficientCredits, String(error))
            return
          }
        }
      }
      const expire = async () => {
        while (!(await isPast(other, accountId))) await expireLots(other, { limit: 1_000 })
      }
      await Promise.all([spend(), spend(), spend(), expire()])
      assert.deepEqual(await readBalance(db, accountId), { available: 0n, held: BigInt(held.length) })
      await Promise.all(held.map((id) => settle(db, { reservationId: id, captured: 0n, ...by })))
      assert.deepEqual(await readBalance(db, accountId), { available: BigInt(held.length), held: 0n })
    }
  })

  await t.test('the same hold asked for many times at once is made once', async () => {
    for (const lots of [[10n], [2n, 2n, 6n]]) {
      for (let round = 0; round < 20; round += 1) {
        const accountId = await accountWith(db, ...lots)
        const id = newId()
        await Promise.all(Array.from({ length: 12 }, (_, index) => hold(index % 2 === 0 ? db : other, accountId, 7n, 60, id)))
        assert.deepEqual(await readBalance(db, accountId), { available: 3n, held: 7n })
      }
    }
  })

  await t.test('two processes coalescing on one account spend every credit once and refuse the rest with true figures', async () => {
    const accountId = await accountWith(db, 100n, 50n, 151n)
    const ledgers = [new Ledger(db), new Ledger(other)]
    const inputs = Array.from({ length: 200 }, () => holdOf(accountId, 3n))
    const outcomes = await Promise.allSettled(inputs.map((input, index) => ledgers[index % 2]!.reserve(input)))
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.equal(outcomes.length - refusals.length, 100)
    for (const { reason } of refusals) {
      assert(reason instanceof InsufficientCredits, String(reason))
      assert.deepEqual(reason.members, { requiredCredits: 3, availableCredits: 1 })
    }
    const served = inputs.filter((_, index) => outcomes[index]!.status === 'fulfilled')
    const ends = await Promise.all(served.flatMap(({ id }, index) => ledgers.map((ledger, which) => ledger.settle({ reservationId: id, captured: BigInt((index + which) % 4), ...by }))))
    assert.equal(ends.filter(({ repeated }) => repeated).length, 100)
    const captured = ends.filter(({ repeated }) => !repeated).reduce((sum, end) => sum + end.captured, 0n)
    assert.deepEqual(await readBalance(db, accountId), { available: 301n - captured, held: 0n })
  })

  await t.test('everything at once on a few accounts keeps the books', async () => {
    const accounts = await Promise.all(Array.from({ length: 3 }, () => accountWith(db, 40n, { amount: 30n, expiresAt: new Date(Date.now() + 300) }, 5n, 5n)))
    const ledger = new Ledger(other)
    await inParallel(400, 24, async (trial) => {
      const accountId = accounts[trial % accounts.length]!
      const through = trial % 2 === 0 ? db : other
      const work = [
        () => cycle(through, accountId, BigInt(1 + (trial % 9)), BigInt(trial % 4)),
        () => cycle(through, accountId, BigInt(1 + (trial % 30)), 0n),
        () => coalescedCycle(ledger, accountId, BigInt(1 + (trial % 5)), BigInt(trial % 2)),
        () => through.transaction((tx) => grant(tx, { accountId, amount: BigInt(1 + (trial % 7)), source: 'purchase', ...by })),
        () => through.transaction((tx) => adjust(tx, { accountId, amount: -BigInt(1 + (trial % 6)), ...by })),
        () => revokeSome(through, accountId, BigInt(1 + (trial % 12))),
        () => through.transaction((tx) => expireLots(tx, { limit: 10 })),
      ][trial % 7]!
      await work().catch(expectRefusal)
    })
    await assertBooks(db, 'ledger')
    for (const accountId of accounts) assert.equal((await readBalance(db, accountId)).held, 0n)
  })

  await assertBooks(db, 'ledger')
})

/** Whether the account's lot is past its time, and nothing of it is left to expire. */
async function isPast(db: Db, accountId: string): Promise<boolean> {
  const [lot] = await db.query<{ past: boolean }>(sql`select expires_at <= now() and drained as past from credit_lots where account_id = ${accountId}`)
  return lot!.past
}

async function cycle(db: Db, accountId: string, amount: bigint, captured: bigint): Promise<void> {
  const id = await hold(db, accountId, amount)
  await db.transaction((tx) => settle(tx, { reservationId: id, captured: captured > amount ? amount : captured, ...by }))
}

async function coalescedCycle(ledger: Ledger, accountId: string, amount: bigint, captured: bigint): Promise<void> {
  const input = holdOf(accountId, amount)
  await ledger.reserve(input)
  await ledger.settle({ reservationId: input.id, captured, ...by })
}

async function revokeSome(db: Db, accountId: string, amount: bigint): Promise<void> {
  const [lot] = await db.query<{ id: string }>(sql`select id from credit_lots where account_id = ${accountId} order by random() limit 1`)
  await db.transaction((tx) => revoke(tx, { lotId: lot!.id, amount, ...by }))
}

function expectRefusal(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('credits.'))) throw error
}

/** Runs `count` trials, `width` at a time. */
async function inParallel(count: number, width: number, work: (trial: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: width }, lane))
}

function holdOf(accountId: string, amount: bigint, deadlineSeconds = 60, id = newId()) {
  return { id, accountId, generationId: id, amount, deadlineSeconds }
}

async function hold(db: Db, accountId: string, amount: bigint, deadlineSeconds = 60, id = newId()): Promise<string> {
  await db.transaction((tx) => reserve(tx, holdOf(accountId, amount, deadlineSeconds, id)))
  return id
}
