import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { layCable } from '#test/cable'
import { createClone, withoutPostgres } from '#test/database'
import { openDatabase } from './index.ts'
import { sql } from './sql.ts'

test('a connection that dies inside a transaction fails the transaction and not the process', { skip: withoutPostgres }, async (t) => {
  const { db, direct } = await open(t)
  const failed = db.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    await direct.query(sql`select pg_terminate_backend(${row!.pid})`)
    await tx.query(sql`select 1`)
  })
  await assert.rejects(failed)
  assert.deepEqual(await db.query(sql`select 1 as one`), [{ one: 1 }])
})

test('a listener whose database was away for many attempts listens once afterwards', { skip: withoutPostgres }, async (t) => {
  const attempts = Promise.withResolvers<void>()
  let failures = 0
  const { db, direct, cable } = await open(t, () => {
    if ((failures += 1) === 4) attempts.resolve()
  })
  const payloads: string[] = []
  const [back, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const listener = await db.listen('probe', (payload) => {
    payloads.push(payload)
    if (payload === 'second') second.resolve()
  }, () => back.resolve())
  cable.cut()
  await attempts.promise
  cable.mend()
  await back.promise
  await direct.query(sql`select pg_notify('probe', 'first')`)
  await direct.query(sql`select pg_notify('probe', 'second')`)
  await second.promise
  assert.deepEqual(payloads, ['first', 'second'])
  const listening = await direct.query<{ count: bigint }>(sql`select count(*) as count from pg_stat_activity where datname = current_database() and query like 'listen %'`)
  assert.equal(listening[0]!.count, 1n)
  await listener.close()
})

/** A database over a wire that can be cut, and the same one without. */
async function open(t: TestContext, onIdleError: () => void = () => undefined) {
  const { url, drop } = await createClone()
  const address = new URL(url)
  const cable = await layCable(address.hostname, Number(address.port || 5432))
  address.hostname = '127.0.0.1'
  address.port = String(cable.port)
  const db = await openDatabase({ url: address.href, directory: null, connectionsMax: 2, onIdleError })
  const direct = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  t.after(async () => {
    await db.close()
    await direct.close()
    await cable.close()
    await drop()
  })
  return { db, direct, cable }
}
