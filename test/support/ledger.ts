/** What ledger tests begin with and end with: an account with credits, and the books proven. */
import assert from 'node:assert/strict'
import { grant } from '#domains/credits'
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

/**
 * The laws of the books, each as a statement that counts violations. They hold at every moment, whatever was killed or raced.
 */
export const invariants: Readonly<Record<string, string>> = {
  'every credit of a lot is in one bucket': `
    select count(*) from credit_lots where granted <> remaining + held + captured + expired + revoked
      or least(remaining, held, captured, expired, revoked) < 0`,
  'what a lot holds is what open holds took from it': `
    select count(*) from credit_lots l left join (
      select p.lot_id, sum(p.amount) as amount from credit_reservations r, unnest(r.lot_ids, r.lot_amounts) as p (lot_id, amount)
      where r.status = 'held' group by 1) h on h.lot_id = l.id
    where l.held <> coalesce(h.amount, 0)`,
  'the parts of a hold add up to it': `
    select count(*) from credit_reservations r where r.amount <> (select sum(a) from unnest(r.lot_amounts) a)`,
  'buckets equal the journal': `
    select count(*) from credit_lots l left join (
      select p.lot_id, sum(p.amount) filter (where kind = 'grant') as granted, -sum(p.amount) filter (where kind = 'capture') as captured,
        -sum(p.amount) filter (where kind = 'expire') as expired, -sum(p.amount) filter (where kind = 'clawback') as revoked
      from credit_transactions t, unnest(t.lot_ids, t.lot_amounts) as p (lot_id, amount) group by 1) j on j.lot_id = l.id
    where (l.granted, l.captured, l.expired, l.revoked)
      is distinct from (coalesce(j.granted, 0), coalesce(j.captured, 0), coalesce(j.expired, 0), coalesce(j.revoked, 0))`,
  'a journal line is the sum of its parts': `
    select count(*) from credit_transactions t where t.amount <> (select sum(a) from unnest(t.lot_amounts) a)`,
  'a captured hold has exactly one journal line, any other none': `
    select count(*) from credit_reservations r left join (
      select reservation_id, count(*) as lines, -sum(amount) as amount from credit_transactions where kind = 'capture' group by 1) t
      on t.reservation_id = r.id
    where (r.captured, case when r.captured > 0 then 1 else 0 end) is distinct from (coalesce(t.amount, 0), coalesce(t.lines, 0))`,
  'a generation that has ended holds nothing': `
    select count(*) from generation_sessions s join credit_reservations r on r.id = s.reservation_id
    where s.status in ('succeeded', 'failed', 'cancelled') and r.status = 'held'`,
  'a generation that is open holds its price': `
    select count(*) from generation_sessions s left join credit_reservations r on r.id = s.reservation_id
    where s.status in ('queued', 'running') and (r.status, r.amount) is distinct from ('held', s.credits_held)`,
  'a generation and its hold tell the same': `
    select count(*) from generation_sessions s join credit_reservations r on r.id = s.reservation_id
    where (s.credits_captured, s.credits_released) is distinct from (r.captured, r.released)`,
  'exactly the stored outputs are paid for': `
    select count(*) from generation_sessions s where s.status in ('succeeded', 'failed', 'cancelled')
      and s.credits_captured <> s.price_credits * (
        select count(*) from generation_outputs o where o.generation_id = s.id and o.state = 'stored')`,
  'a succeeded generation has an output, a failed one none': `
    select count(*) from generation_sessions s where s.status in ('succeeded', 'failed')
      and (s.status = 'succeeded') <> exists (select from generation_outputs o where o.generation_id = s.id and o.state = 'stored')`,
  'every generation has its message': `
    select count(*) from generation_sessions s
    where not exists (select from outbox m where m.payload ->> 'generationId' = s.id::text)`,
  'every hold belongs to a generation': `
    select count(*) from credit_reservations r where not exists (select from generation_sessions s where s.reservation_id = r.id)`,
  'a key points to a generation': `
    select count(*) from idempotency_keys k where not exists (select from generation_sessions s where s.id = k.generation_id)`,
  'events are numbered without gaps up to the newest': `
    select count(*) from generation_sessions s where s.event_seq <> (
      select count(*) from generation_events e where e.generation_id = s.id and e.seq between 1 and s.event_seq)`,
  'a generation that has ended waits for no call': `
    select count(*) from provider_attempts a join generation_sessions s on s.id = a.generation_id
    where a.state = 'intent' and s.status in ('succeeded', 'failed', 'cancelled')`,
}

/** Names of the invariants that concern the ledger alone, for tests that make holds without generations. */
const ledgerOnly = new Set(Object.keys(invariants).slice(0, 6))

/** Names of broken laws with the number of rows that break them. */
export async function findViolations(db: Queryable, scope: 'ledger' | 'all' = 'all'): Promise<Record<string, bigint>> {
  const violations: Record<string, bigint> = {}
  for (const [name, text] of Object.entries(invariants)) {
    if (scope === 'ledger' && !ledgerOnly.has(name)) continue
    const [row] = await db.query<{ count: bigint }>({ text, values: [], name: undefined })
    if (row!.count !== 0n) violations[name] = row!.count
  }
  return violations
}

export async function assertBooks(db: Queryable, scope: 'ledger' | 'all' = 'all'): Promise<void> {
  assert.deepEqual(await findViolations(db, scope), {}, 'the books do not balance')
}
