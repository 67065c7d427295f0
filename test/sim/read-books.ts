import assert from 'node:assert/strict'
import { type Db, sql } from '#platform/db'
import { Books, DAYS_NEVER, type Hold, type Lot } from './books.ts'

/** Everything of an account, in the model's words, and the ids of its lots in the model's order. Its journal must explain its total. */
export async function readBooks(db: Db, accountId: string, startedAt: Date): Promise<{ books: Books; lotIds: readonly string[] }> {
  const [row] = await db.query<Row>(sql`
    /* sim.read */
    select
      (select coalesce(json_agg(l order by l.id), '[]') from (
        select id, spend_rank as rank, granted, remaining, held, captured, expired, revoked, claimed, owed,
          case when expires_at <= now() then -1 when expires_at = 'infinity' then null
            else extract(epoch from expires_at - ${startedAt}::timestamptz) / 86400 end as days
        from credit_lots where account_id = ${accountId}) l) as lots,
      (select coalesce(json_agg(h), '[]') from (
        select id, amount, lot_ids as "lotIds", lot_amounts as "lotAmounts", status, captured, released
        from credit_reservations where account_id = ${accountId}) h) as holds,
      (select coalesce(sum(owed - repaid), 0)::bigint from credit_debts where account_id = ${accountId}) as debt,
      (select coalesce(sum(amount), 0)::bigint from credit_transactions where account_id = ${accountId}) as journal,
      (select coalesce(json_agg(d), '[]') from (
        select substr(external_ref, 38) as key, 'known' as told from credit_lots where account_id = ${accountId} and external_ref is not null
        union all
        select id::text, 'again' from credit_transactions where account_id = ${accountId} and kind = 'adjust'
        union all
        select id::text, format('revoked %s/%s/%s', revoked, claimed, owed) from credit_revocations where account_id = ${accountId}) d) as done`)
  const { lots, holds, done, debt, journal } = row!
  const lotIds = lots.map(({ id }) => id)
  const books = new Books(lots.map(toLot), new Map(holds.map((hold) => [hold.id, toHold(hold, lotIds)])), new Map(done.map(({ key, told }) => [key, told])), debt)
  const { remaining, held } = books.totals()
  assert.equal(journal, remaining + held, 'the journal explains the total')
  return { books, lotIds }
}

type Amounts = 'granted' | 'remaining' | 'held' | 'captured' | 'expired' | 'revoked' | 'claimed' | 'owed'

interface LotRow extends Record<Amounts, number> {
  readonly id: string
  readonly rank: 0 | 1
  readonly days: number | null
}

interface HoldRow {
  readonly id: string
  readonly amount: number
  readonly lotIds: readonly string[]
  readonly lotAmounts: readonly number[]
  readonly status: Hold['status']
  readonly captured: number
  readonly released: number
}

interface Row {
  readonly lots: LotRow[]
  readonly holds: HoldRow[]
  readonly done: { readonly key: string; readonly told: string }[]
  readonly debt: bigint
  readonly journal: bigint
}

function toLot({ id: _, rank, days, ...amounts }: LotRow): Lot {
  const exact = Object.fromEntries(Object.entries(amounts).map(([bucket, amount]) => [bucket, BigInt(amount)])) as Record<Amounts, bigint>
  return { ...exact, rank, days: days ?? DAYS_NEVER }
}

function toHold({ lotIds, lotAmounts, amount, status, captured, released }: HoldRow, known: readonly string[]): Hold {
  const parts = lotIds.map((id, index) => ({ lot: known.indexOf(id), amount: BigInt(lotAmounts[index]!) }))
  return { amount: BigInt(amount), parts, status, captured: BigInt(captured), released: BigInt(released) }
}
