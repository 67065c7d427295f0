import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Db, type Queryable, sql } from '#platform/db'
import { flavours, openTestDatabase, withoutPostgres } from '#test/database'
import { accountWith } from '#test/ledger'
import { grant } from './grant.ts'
import { sealJournal, verifySeals } from './seal.ts'
import { insertSeal, readSealableUntil } from './sql-seal.ts'
import { findWrong, verifyBooks } from './verify.ts'

const HOUR = 3_600

/** Runs a script with triggers off, as somebody with the database's password could. */
async function tamper(db: Db, script: string): Promise<void> {
  await db.script(`set local session_replication_role = replica; ${script}`)
}

/** Begins anew with a journal of this many lines, the newest two hours old, a minute apart. Answers their ids, oldest first. */
async function openOldJournal(db: Db, lines: number): Promise<{ ids: string[]; accountId: string }> {
  await tamper(db, 'delete from credit_seals; delete from credit_transactions; delete from credit_lots; drop table if exists kept')
  const accountId = await accountWith(db)
  for (let line = 0; line < lines; line += 1) await grant(db, { accountId, amount: 5n, source: 'admin', reason: 'for a test', actor: 'system' })
  const rows = await db.query<{ id: string }>(sql`select id from credit_transactions order by id`)
  const ids = rows.map(({ id }) => id)
  for (const [age, id] of ids.toReversed().entries()) {
    await tamper(db, `update credit_transactions set created_at = now() - interval '2 hours' - ${age} * interval '1 minute' where id = '${id}'`)
  }
  return { ids, accountId }
}

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)

    test('what is older than an hour is sealed once, what is younger is not', async () => {
      const { accountId } = await openOldJournal(db, 3)
      await grant(db, { accountId, amount: 5n, source: 'admin', reason: 'just now', actor: 'system' })
      const seals = await sealJournal(db)
      assert.deepEqual(seals.map(({ number, lines }) => [number, lines]), [[1, 3]])
      assert.deepEqual(await sealJournal(db), [])
      assert.deepEqual(await verifySeals(db), { broken: [], last: seals[0] })
    })

    test('a long journal is sealed in stretches, and lines of one moment are never parted', async () => {
      const { ids } = await openOldJournal(db, 6)
      await tamper(db, `update credit_transactions set created_at = (select created_at from credit_transactions where id = '${ids[2]}') where id in ('${ids[1]}', '${ids[3]}')`)
      const until = await readSealableUntil(db, HOUR)
      const lines: number[] = []
      for (let seal = await insertSeal(db, until, 2); seal !== undefined; seal = await insertSeal(db, until, 2)) lines.push(seal.lines)
      assert.deepEqual(lines, [4, 2])
      assert.deepEqual((await verifySeals(db)).broken, [])
    })

    const changes: Record<string, (ids: string[]) => string> = {
      'an amount and its lot, changed so that all sums agree': (ids) => `
        update credit_transactions set amount = 6, lot_amounts = array[6] where id = '${ids[0]}';
        update credit_lots set granted = 6, remaining = 6 where id = (select lot_ids[1] from credit_transactions where id = '${ids[0]}')`,
      'a reason': (ids) => `update credit_transactions set reason = 'for a friend' where id = '${ids[0]}'`,
      'who it was': (ids) => `update credit_transactions set actor = 'someone' where id = '${ids[0]}'`,
      'when it was': (ids) => `update credit_transactions set created_at = created_at + interval '1 microsecond' where id = '${ids[0]}'`,
      'whose it is': (ids) => `update credit_transactions set account_id = gen_random_uuid() where id = '${ids[0]}'`,
      'a line that is gone': (ids) => `delete from credit_transactions where id = '${ids[0]}'`,
      'a line that is new': (ids) => `
        insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor, created_at)
        select gen_random_uuid(), account_id, kind, amount, lot_ids, lot_amounts, reason, actor, created_at + interval '1 second'
        from credit_transactions where id = '${ids[0]}'`,
    }
    for (const [what, change] of Object.entries(changes)) {
      test(`rewritten history shows: ${what}`, async () => {
        const { ids } = await openOldJournal(db, 3)
        await sealJournal(db)
        assert.deepEqual(findWrong(await verifyBooks(db)), [])
        await tamper(db, change(ids))
        assert.deepEqual((await verifySeals(db)).broken, [1])
        const check = findWrong(await verifyBooks(db)).find(({ id }) => id === 'I-30')
        assert.deepEqual([check?.violations, check?.ids], [1, ['seal 1']])
      })
    }

    test('a line rewritten together with its seal breaks the seal after it', async () => {
      const { ids } = await openOldJournal(db, 6)
      const until = await readSealableUntil(db, HOUR)
      for (let part = 0; part < 3; part += 1) await insertSeal(db, until, 2)
      await tamper(db, `
        create table kept as select * from credit_seals where number > 1;
        delete from credit_seals;
        update credit_transactions set reason = 'for a friend' where id = '${ids[0]}'`)
      // Worked out anew from the same beginnings, the first seal is as good as any of ours.
      await insertSeal(db, until, 2)
      assert.deepEqual((await verifySeals(db)).broken, [])
      await tamper(db, `insert into credit_seals select * from kept`)
      assert.deepEqual((await verifySeals(db)).broken, [2])
    })

    test('a missing seal shows', async () => {
      await openOldJournal(db, 6)
      const until = await readSealableUntil(db, HOUR)
      for (let part = 0; part < 3; part += 1) await insertSeal(db, until, 2)
      await tamper(db, `delete from credit_seals where number = 2`)
      assert.deepEqual((await verifySeals(db)).broken, [3])
    })

    test('a line has the same digest in every database, so that seals survive a dump and a new version', async () => {
      await openOldJournal(db, 0)
      await tamper(db, `
        insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor, created_at) values (
          '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'grant', 5,
          array['00000000-0000-7000-8000-000000000003'::uuid], array[5], 'für Ada', 'system', '2026-01-02T03:04:05.678901Z')`)
      const seal = await insertSeal(db, new Date('2026-02-01T00:00:00Z'), 10)
      assert.equal(seal?.digest, '3cb4f143d289cee6eb93ca0a1781fcc544a13732bcd001f4b786f06c3d59cded')
    })

    test('an empty journal has no seals, and nothing is broken', async () => {
      await openOldJournal(db, 0)
      assert.deepEqual([await sealJournal(db), await verifySeals(db)], [[], { broken: [], last: null }])
    })

    test('what is sealed cannot be taken back by statements', async () => {
      await openOldJournal(db, 1)
      await sealJournal(db)
      await assert.rejects(db.query(sql`update credit_seals set digest = repeat('0', 64)`), /append-only/)
      await assert.rejects(db.query(sql`delete from credit_seals`), /append-only/)
      await assert.rejects(db.query(sql`truncate credit_seals`), /append-only/)
      await assert.rejects(db.query(sql`truncate credit_transactions`), /append-only/)
    })
  })
}

test('a line of a transaction that is still open is never sealed over', { skip: withoutPostgres }, async () => {
  const db = await openTestDatabase('postgres')
  const accountId = await accountWith(db)
  const give = (to: Queryable) => grant(to, { accountId, amount: 5n, source: 'admin', reason: 'for a test', actor: 'system' })
  const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const open = db.transaction(async (tx) => {
    await give(tx)
    begun.resolve()
    await mayEnd.promise
  })
  await begun.promise
  await give(db)
  // An hour is not waited for: without it, the open transaction alone holds the bound back.
  const now = { olderThanSeconds: 0 }
  assert.deepEqual(await sealJournal(db, now), [])
  mayEnd.resolve()
  await open
  assert.deepEqual((await sealJournal(db, now)).map(({ lines }) => lines), [2])
  assert.deepEqual((await verifySeals(db)).broken, [])
})

test('two processes at once make each seal once', { skip: withoutPostgres }, async () => {
  const db = await openTestDatabase('postgres')
  const { ids } = await openOldJournal(db, 4)
  const made = (await Promise.all([sealJournal(db), sealJournal(db), sealJournal(db)])).flat()
  assert.equal(made.length, 1)
  assert.equal(made[0]!.lines, ids.length)
  assert.deepEqual((await verifySeals(db)).broken, [])
})
