/** What ledger tests begin with and end with: an account with credits, and the books proven. */
import assert from 'node:assert/strict'
import { checkLaws, grant, type Invariant, invariants } from '#domains/credits'
import { deadLetterInvariants } from '#domains/dead-letters'
import { generationInvariants } from '#domains/generations'
import { newId } from '#lib/ids'
import { type Db, type Queryable, sql } from '#platform/db'

/** A person with an account holding these lots, in order. Answers the account's id. */
export async function accountWith(db: Db, ...lots: (bigint | { amount: bigint; expiresAt?: Date; source?: 'admin' | 'purchase' })[]): Promise<string> {
  const accountId = newId()
  await db.query(sql`insert into auth_users (id, name, email) values (${accountId}, 'Test', ${`${accountId}@example.com`})`)
  for (const lot of lots) {
    const { amount, expiresAt, source = 'admin' } = typeof lot === 'bigint' ? { amount: lot } : lot
    await grant(db, { accountId, amount, source, reason: 'for a test', actor: 'system', ...(expiresAt === undefined ? {} : { expiresAt }) })
  }
  return accountId
}

/** Holds as long as nobody tidies the outbox up, which no test waits for: production asks it only of generations that wait. */
const everyMessage: Invariant = {
  id: 'T-01',
  name: 'every generation has its message',
  violations: `
    select s.id from generation_sessions s left join (select distinct (payload ->> 'generationId')::uuid as generation_id from outbox) m on m.generation_id = s.id
    where m.generation_id is null`,
}

/**
 * The laws of the books hold at every moment, whatever was killed or raced. They are those that the product is proven by in production; late work is not among
 * them here, because tests stop the processes that would do it. `ledger` is for tests that make holds without generations.
 */
const lawsOf = {
  ledger: invariants.filter(({ late }) => late !== true),
  all: [...invariants, ...generationInvariants, ...deadLetterInvariants, everyMessage].filter(({ late }) => late !== true),
}

/** Names of broken laws with the number of rows that break them. */
export async function findViolations(db: Queryable, scope: 'ledger' | 'all' = 'all'): Promise<Record<string, number>> {
  const broken = (await checkLaws(db, lawsOf[scope])).filter(({ violations }) => violations > 0)
  return Object.fromEntries(broken.map(({ id, name, violations }) => [`${id} ${name}`, violations]))
}

export async function assertBooks(db: Queryable, scope: 'ledger' | 'all' = 'all'): Promise<void> {
  assert.deepEqual(await findViolations(db, scope), {}, 'the books do not balance')
}
