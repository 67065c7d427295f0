import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '#lib/ids'
import { type Db, sql, type Sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { lookAtDamage } from '#test/damage'
import { accountWith } from '#test/ledger'
import { grant } from './grant.ts'
import { reserve } from './reserve.ts'
import { revoke } from './revoke.ts'
import { sealJournal } from './seal.ts'
import { settle } from './settle.ts'
import { invariants } from './sql-verify.ts'
import { checkLaws, findLate, findWrong, verifyBooks } from './verify.ts'

interface Planted {
  readonly law: string
  /** What somebody or something did to the database behind the ledger's back. `$name` stands for an id of the account below. */
  readonly damage: string
  /** Which of the ids has to be named. */
  readonly named: string
}

const planted: readonly Planted[] = [
  { law: 'I-01', named: 'lot', damage: `update credit_lots set captured = captured + 1 where id = $lot` },
  {
    law: 'I-02', named: 'lot', damage: `update credit_lots set remaining = -1, expired = expired + remaining + 1 where id = $lot`,
  },
  { law: 'I-02', named: 'lot', damage: `update credit_lots set drained = true where id = $lot` },
  { law: 'I-02', named: 'lot', damage: `update credit_lots set closed = true where id = $lot` },
  { law: 'I-02', named: 'taken', damage: `update credit_lots set owed = captured + 1 where id = $taken` },
  { law: 'I-03', named: 'lot', damage: `delete from credit_transactions where id = $granted` },
  { law: 'I-03', named: 'lot', damage: `update credit_transactions set kind = 'expire', reservation_id = null where id = $captured` },
  { law: 'I-03', named: 'lot', damage: `update credit_lots set remaining = remaining - 1, revoked = revoked + 1 where id = $lot` },
  {
    law: 'I-03', named: 'nothing', damage: `insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
      values (gen_random_uuid(), $account, 'grant', 5, array[$nothing::uuid], array[5], 'r', 'a')`,
  },
  { law: 'I-04', named: 'lot', damage: `update credit_lots set remaining = remaining - 1, held = held + 1 where id = $lot` },
  { law: 'I-04', named: 'lot', damage: `delete from credit_reservations where id = $open` },
  { law: 'I-05', named: 'open', damage: `update credit_reservations set lot_amounts = array[lot_amounts[1] + 1] where id = $open` },
  { law: 'I-06', named: 'done', damage: `update credit_reservations set released = 0 where id = $done` },
  { law: 'I-06', named: 'done', damage: `update credit_reservations set released_at = null where id = $done` },
  { law: 'I-14', named: 'done', damage: `delete from credit_transactions where id = $captured` },
  {
    law: 'I-14', named: 'done', damage: `drop index idx_credit_transactions_one_capture;
      insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reservation_id, reason, actor)
      select gen_random_uuid(), account_id, kind, amount, lot_ids, lot_amounts, reservation_id, reason, actor from credit_transactions where id = $captured`,
  },
  {
    law: 'I-16', named: 'twice', damage: `drop index idx_credit_lots_external_ref;
      update credit_lots set external_ref = 'pay_1', source = 'purchase' where id in ($twice, $lot)`,
  },
  { law: 'I-18', named: 'lot', damage: `update credit_lots set owed = 1 where id = $lot` },
  { law: 'I-18', named: 'taken', damage: `delete from credit_revocations where lot_id = $taken` },
  { law: 'I-18', named: 'taken', damage: `update credit_revocations set owed = owed - 1, amount = amount - 1 where lot_id = $taken` },
  { law: 'I-38', named: 'debt', damage: `update credit_debts set repaid = repaid + 1 where id = $debt` },
  { law: 'I-38', named: 'debt', damage: `delete from credit_repayments where debt_id = $debt` },
  { law: 'I-38', named: 'repaid', damage: `delete from credit_transactions where id = $repaid` },
  { law: 'I-39', named: 'taken', damage: `delete from credit_debts where id = $debt` },
  { law: 'I-19', named: 'account', damage: `update credit_lots set granted = granted + 4, remaining = remaining + 4 where id = $lot` },
  { law: 'I-31', named: 'granted', damage: `update credit_transactions set amount = amount + 1 where id = $granted` },
  { law: 'I-32', named: 'open', damage: `update credit_reservations set lot_ids = array[$foreign::uuid] where id = $open` },
  { law: 'I-32', named: 'captured', damage: `update credit_transactions set lot_ids = array[$foreign::uuid] where id = $captured` },
  { law: 'I-33', named: 'captured', damage: `update credit_transactions set reason = ' ' where id = $captured` },
  { law: 'I-33', named: 'lot', damage: `delete from accounts where id = $account` },
  { law: 'I-15', named: 'open', damage: `update credit_reservations set deadline_at = now() - interval '1 hour' where id = $open` },
]

/** An account with an open hold, a captured one, a lot from a payment, a clawback with a debt that is partly repaid, and somebody else's lot. */
async function openAccount(db: Db): Promise<Record<string, string>> {
  const [open, done] = [newId(), newId()]
  const account = await accountWith(db, 100n)
  const lineOf = await describeAccount(db, account)
  await spend(db, { id: open, accountId: account, amount: 7n, captured: null })
  await spend(db, { id: done, accountId: account, amount: 7n, captured: 4n })
  const captured = await readId(db, sql`select id from credit_transactions where account_id = ${account} and kind = 'capture'`)
  await grant(db, { accountId: account, amount: 9n, source: 'purchase', externalRef: `pay_${account}`, ...why })
  const twice = await readId(db, sql`select id from credit_lots where account_id = ${account} and source = 'purchase'`)
  const foreign = await readId(db, sql`select id from credit_lots where account_id = ${await accountWith(db, 100n)}`)
  return { account, open, done, captured, twice, foreign, nothing: newId(), ...lineOf, ...(await openDebt(db)) }
}

const why = { reason: 'for a test', actor: 'system' }

async function describeAccount(db: Db, account: string): Promise<{ lot: string; granted: string }> {
  return {
    lot: await readId(db, sql`select id from credit_lots where account_id = ${account}`),
    granted: await readId(db, sql`select id from credit_transactions where account_id = ${account}`),
  }
}

/** Ten bought, eight spent, all taken back, five given later: two taken, eight owed, five of them repaid. */
async function openDebt(db: Db): Promise<{ taken: string; debt: string; repaid: string }> {
  const accountId = await accountWith(db, { amount: 10n, source: 'purchase' })
  const { lot: taken } = await describeAccount(db, accountId)
  await spend(db, { id: newId(), accountId, amount: 8n, captured: 8n })
  await revoke(db, { lotId: taken, amount: 10n, ...why })
  await grant(db, { accountId, amount: 5n, source: 'purchase', ...why })
  return {
    taken,
    debt: await readId(db, sql`select id from credit_debts where account_id = ${accountId}`),
    repaid: await readId(db, sql`select transaction_id as id from credit_repayments r join credit_debts d on d.id = r.debt_id where d.account_id = ${accountId}`),
  }
}

/** Holds, and captures as much; null leaves it open. */
async function spend(db: Db, { id, accountId, amount, captured }: { id: string; accountId: string; amount: bigint; captured: bigint | null }): Promise<void> {
  await db.transaction(async (tx) => {
    await reserve(tx, { id, accountId, generationId: newId(), amount, deadlineSeconds: 3_600 })
    if (captured !== null) await settle(tx, { reservationId: id, captured, ...why })
  })
}

async function readId(db: Db, statement: Sql): Promise<string> {
  const [row] = await db.query<{ id: string }>(statement)
  return row!.id
}

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const ids = await openAccount(db)

    test('books that the ledger wrote are found in order, with their seals', async () => {
      await sealJournal(db)
      const verification = await verifyBooks(db)
      assert.deepEqual([findWrong(verification), findLate(verification)], [[], []])
      assert.deepEqual(verification.checks.map(({ id }) => id), [...invariants.map(({ id }) => id), 'I-30'])
      assert.equal(verification.rows, 9)
    })

    for (const { law, named, damage } of planted) {
      test(`${law} finds and names: ${damage.replaceAll(/\s+/g, ' ')}`, async () => {
        const checks = await lookAtDamage(db, damage, ids, (tx) => checkLaws(tx, invariants))
        const found = checks.find(({ id }) => id === law)
        assert(found !== undefined && found.violations >= 1, `${law} found nothing; ${checks.filter(({ violations }) => violations > 0).map(({ id }) => id).join()} did`)
        // Of two lots with one reference, the one that is named is the first.
        const expected = law === 'I-16' ? [ids['twice'], ids['lot']] : [ids[named]]
        assert(found.ids.some((id) => expected.includes(id)), `${found.ids.join()} are named, not ${named}`)
      })
    }

    test('every law has been broken here', () => {
      assert.deepEqual(invariants.filter(({ id }) => !planted.some(({ law }) => law === id)), [])
    })

    test('at most twenty are named, all are counted', async () => {
      const damage = `insert into credit_lots (id, account_id, source, spend_rank, granted, remaining)
        select gen_random_uuid(), $account, 'admin', 0, 1, 1 from generate_series(1, 30)`
      const checks = await lookAtDamage(db, damage, ids, (tx) => checkLaws(tx, invariants))
      const { violations, ids: shown } = checks.find(({ id }) => id === 'I-03')!
      assert.deepEqual([violations, shown.length], [30, 20])
    })

    test('verifying writes nothing, and cannot', async () => {
      const broken = { id: 'I-99', name: 'writes', violations: `insert into schema_migrations (version, name, checksum, breaking) values (0, '', '', false) returning version as id` }
      await assert.rejects(verifyBooks(db, [broken]), /read-only/)
    })
  })
}
