/** Each statement of each path that moves credits is made to fail once, before it arrives and after it was done. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { failingDatabase, Injected } from '#test/failing'
import { accountWith, assertBooks } from '#test/ledger'
import { adjust } from './adjust.ts'
import { expireLots, releaseOverdue } from './expire.ts'
import { grant } from './grant.ts'
import { Ledger } from './ledger.ts'
import { reserve } from './reserve.ts'
import { revoke } from './revoke.ts'
import { settle } from './settle.ts'
import { readBalance } from './sql-balance.ts'

const by = { reason: 'for a test', actor: 'system' }

interface Path {
  readonly name: string
  /** What the account has before; what the call needs to know of it comes back. */
  readonly prepare: (db: Db) => Promise<{ accountId: string; call: (db: Db) => Promise<unknown> }>
  readonly leaves: { readonly available: bigint; readonly held: bigint }
}

const paths: readonly Path[] = [
  {
    name: 'grant',
    prepare: async (db) => {
      const accountId = await accountWith(db)
      const input = { accountId, amount: 5n, source: 'purchase', externalRef: newId(), ...by } as const
      return { accountId, call: (through) => grant(through, input) }
    },
    leaves: { available: 5n, held: 0n },
  },
  {
    name: 'grant to an account that owes',
    prepare: async (db) => {
      const accountId = await accountWith(db, 3n)
      await end(db, await hold(db, accountId, 3n), 3n)
      await revoke(db, { lotId: await firstLot(db, accountId), amount: 3n, ...by })
      const input = { accountId, amount: 5n, source: 'purchase', externalRef: newId(), ...by } as const
      return { accountId, call: (through) => grant(through, input) }
    },
    leaves: { available: 2n, held: 0n },
  },
  {
    name: 'reserve',
    prepare: async (db) => {
      const accountId = await accountWith(db, 5n)
      const input = holdOf(accountId, 3n)
      return { accountId, call: (through) => through.transaction((tx) => reserve(tx, input)) }
    },
    leaves: { available: 2n, held: 3n },
  },
  {
    name: 'reserve across lots',
    prepare: async (db) => {
      const accountId = await accountWith(db, 2n, 2n, 2n)
      const input = holdOf(accountId, 5n)
      return { accountId, call: (through) => through.transaction((tx) => reserve(tx, input)) }
    },
    leaves: { available: 1n, held: 5n },
  },
  {
    name: 'reserve, coalesced',
    prepare: async (db) => {
      const accountId = await accountWith(db, 2n, 4n)
      const inputs = [holdOf(accountId, 1n), holdOf(accountId, 3n), holdOf(accountId, 1n)]
      return { accountId, call: (through) => all(inputs, new Ledger(through)) }
    },
    leaves: { available: 1n, held: 5n },
  },
  {
    name: 'settle',
    prepare: async (db) => {
      const accountId = await accountWith(db, 5n)
      const id = await hold(db, accountId, 4n)
      return { accountId, call: (through) => end(through, id, 3n) }
    },
    leaves: { available: 2n, held: 0n },
  },
  {
    name: 'settle across lots, one of them past its expiry and one claimed',
    prepare: async (db) => {
      const accountId = await accountWith(db, { amount: 3n, expiresAt: new Date(Date.now() + 3_600_000) }, 3n)
      const id = await hold(db, accountId, 5n)
      await db.query(sql`update credit_lots set expires_at = now() - interval '1 second' where account_id = ${accountId} and expires_at < 'infinity'`)
      const [last] = await db.query<{ id: string }>(sql`select id from credit_lots where account_id = ${accountId} order by id desc limit 1`)
      await revoke(db, { lotId: last!.id, amount: 2n, ...by })
      return { accountId, call: (through) => end(through, id, 1n) }
    },
    leaves: { available: 3n, held: 0n },
  },
  {
    name: 'revoke',
    prepare: async (db) => {
      const accountId = await accountWith(db, 9n)
      await end(db, await hold(db, accountId, 3n), 3n)
      await hold(db, accountId, 2n)
      const input = { id: newId(), lotId: await firstLot(db, accountId), amount: 9n, ...by }
      return { accountId, call: (through) => revoke(through, input) }
    },
    leaves: { available: 0n, held: 2n },
  },
  {
    name: 'adjust upwards',
    prepare: async (db) => {
      const accountId = await accountWith(db, 2n)
      const input = { id: newId(), accountId, amount: 3n, ...by }
      return { accountId, call: (through) => adjust(through, input) }
    },
    leaves: { available: 5n, held: 0n },
  },
  {
    name: 'adjust downwards',
    prepare: async (db) => {
      const accountId = await accountWith(db, 2n, 2n)
      const input = { id: newId(), accountId, amount: -3n, ...by }
      return { accountId, call: (through) => adjust(through, input) }
    },
    leaves: { available: 1n, held: 0n },
  },
  {
    name: 'expire',
    prepare: async (db) => {
      const accountId = await accountWith(db, { amount: 4n, expiresAt: new Date(Date.now() - 1_000) }, 1n)
      return { accountId, call: (through) => expireLots(through, { limit: 10 }) }
    },
    leaves: { available: 1n, held: 0n },
  },
  {
    name: 'release of overdue holds',
    prepare: async (db) => {
      const accountId = await accountWith(db, 6n)
      const mine = new Set([await hold(db, accountId, 2n, -1), await hold(db, accountId, 3n, -1)])
      const listOpen = (ids: readonly string[]) => Promise.resolve(ids.filter((id) => !mine.has(id)))
      return { accountId, call: (through) => releaseOverdue(through, { limit: 100, since: null, listOpen }) }
    },
    leaves: { available: 6n, held: 0n },
  },
]

for (const flavour of flavours) {
  test(`failures in the ledger's statements on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    for (const path of paths) {
      await t.test(`${path.name}: whichever statement fails, the books balance and the repeated call ends right`, () => sweep(db, path))
    }
  })
}

async function sweep(db: Db, path: Path): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    for (let nth = 1, failed = true; failed; nth += 1) {
      const { accountId, call } = await path.prepare(db)
      const through = failingDatabase(db, nth, when)
      await call(through).catch(expectInjected)
      await assertBooks(db, 'ledger')
      failed = through.failed()
      if (failed) await call(db)
      assert.deepEqual(await readBalance(db, accountId), path.leaves, `statement ${nth} failed ${when}`)
      assert(failed || nth > 1, 'the path has a statement')
    }
  }
  await assertBooks(db, 'ledger')
}

function expectInjected(error: unknown): void {
  if (!(error instanceof Injected)) throw error
}

async function all(inputs: readonly Parameters<Ledger['reserve']>[0][], ledger: Ledger): Promise<void> {
  const outcomes = await Promise.allSettled(inputs.map((input) => ledger.reserve(input)))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

function holdOf(accountId: string, amount: bigint, deadlineSeconds = 60) {
  const id = newId()
  return { id, accountId, generationId: id, amount, deadlineSeconds }
}

async function hold(db: Db, accountId: string, amount: bigint, deadlineSeconds = 60): Promise<string> {
  const input = holdOf(accountId, amount, deadlineSeconds)
  await db.transaction((tx) => reserve(tx, input))
  return input.id
}

function end(db: Db, reservationId: string, captured: bigint) {
  return db.transaction((tx) => settle(tx, { reservationId, captured, ...by }))
}

async function firstLot(db: Db, accountId: string): Promise<string> {
  const [lot] = await db.query<{ id: string }>(sql`select id from credit_lots where account_id = ${accountId} order by id limit 1`)
  return lot!.id
}
