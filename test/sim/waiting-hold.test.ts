import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grant, readBalance, reserve, settle } from '#domains/credits'
import { newId } from '#lib/ids'
import { type Db, type Queryable, sql } from '#platform/db'
import { openTestDatabase, withoutPostgres } from '#test/database'
import { accountWith } from '#test/ledger'
import { assertLaws } from './assert-laws.ts'

// Too rare for random runs: three things have to meet in one wait.
test('credits that come back while a hold waits for its lots are seen: it is not refused', { skip: withoutPostgres }, async () => {
  const db = await openTestDatabase('postgres')
  const soon = (days: number) => new Date(Date.now() + days * 86_400_000)
  const accountId = await accountWith(db, { amount: 6n, expiresAt: soon(1) })
  const earlier = await hold(db, accountId, 6n)
  // Neither lot alone covers what will be asked for, so that the ways that take one lot do not come into it.
  for (const days of [2, 3]) await addLot(db, accountId, 4n, soon(days))

  const waited = Promise.withResolvers<void>()
  const meanwhile = db.transaction(async (tx) => {
    await hold(tx, accountId, 4n)
    await waited.promise
    await settle(tx, { reservationId: earlier, captured: 0n, reason: 'it failed', actor: 'system' })
  })
  await untilSomebodyHolds(db)
  const late = db.transaction((tx) => hold(tx, accountId, 7n))
  await untilSomebodyWaits(db)
  waited.resolve()
  await meanwhile
  await late
  assert.deepEqual(await readBalance(db, accountId), { available: 3n, held: 11n })
  await assertLaws(db)
})

async function hold(tx: Queryable, accountId: string, amount: bigint): Promise<string> {
  const id = newId()
  await reserve(tx, { id, accountId, generationId: id, amount, deadlineSeconds: 60 })
  return id
}

async function addLot(db: Db, accountId: string, amount: bigint, expiresAt: Date): Promise<void> {
  await grant(db, { accountId, amount, source: 'admin', expiresAt, reason: 'for a test', actor: 'system' })
}

/** Somebody has an open transaction that has written. */
function untilSomebodyHolds(db: Db): Promise<void> {
  return until(db, sql`
    /* sim.countWriters */
    select count(*)::int as count from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and backend_xid is not null`)
}

function untilSomebodyWaits(db: Db): Promise<void> {
  return until(db, sql`
    /* sim.countWaiters */ select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
}

async function until(db: Db, statement: ReturnType<typeof sql>): Promise<void> {
  for (;;) {
    const [row] = await db.query<{ count: number }>(statement)
    if (row!.count > 0) return
  }
}
