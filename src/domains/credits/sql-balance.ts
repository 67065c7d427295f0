/** Statements that read what an account has. Lots with nothing left and nothing held are never touched: `closed` is in the index. */
import { type Queryable, sql } from '#platform/db'
import type { AccountCredits, Balance, Lot } from './model.ts'

/** What may be spent now, and what is held. */
export async function readBalance(db: Queryable, accountId: string): Promise<Balance> {
  const [row] = await db.query<Balance>(sql`
    /* credits.readBalance */
    select coalesce(sum(remaining) filter (where expires_at > now()), 0)::bigint as available, coalesce(sum(held), 0)::bigint as held
    from credit_lots where account_id = ${accountId} and not closed`)
  return row!
}

/** What may be spent now, of each of these accounts. */
export async function readAvailable(db: Queryable, accountIds: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await db.query<{ accountId: string; available: bigint }>(sql`
    /* credits.readAvailable */
    select account_id as "accountId", coalesce(sum(remaining) filter (where expires_at > now()), 0)::bigint as available
    from credit_lots where account_id = any(${accountIds}::uuid[]) and not closed group by account_id`)
  return new Map(rows.map(({ accountId, available }) => [accountId, available]))
}

/**
 * Balance and lots in one round trip: the lots that still have something in spend order, then the newest of those that have not,
 * `limit` at most. `remaining` of a lot is what is left and held; the lots of an account sum to available + held when all are shown.
 */
export async function readCredits(db: Queryable, accountId: string, limit: number): Promise<AccountCredits> {
  const rows = await db.query<Balance & { [K in keyof Lot]: Lot[K] | null }>(sql`
    /* credits.readCredits */
    with open as materialized (
      select id, source, granted, case when expires_at > now() then remaining else 0 end as available, held, expires_at, spend_rank
      from credit_lots where account_id = ${accountId} and not closed),
    sums as (select coalesce(sum(available), 0)::bigint as available, coalesce(sum(held), 0)::bigint as held, count(*) as lots from open),
    shown as (
      (select 0 as section, id, source, granted, available + held as remaining, expires_at, spend_rank
       from open order by expires_at, spend_rank, id limit ${limit})
      union all
      (select 1, id, source, granted, 0, expires_at, spend_rank
       from credit_lots where account_id = ${accountId} and closed
       order by id desc limit greatest(0, ${limit} - (select lots from sums))))
    select sums.available, sums.held, shown.id, shown.source, shown.granted, shown.remaining, nullif(shown.expires_at, 'infinity') as "expiresAt"
    from sums left join shown on true
    order by section, case section when 0 then shown.expires_at end, case section when 0 then spend_rank end, case section when 0 then shown.id end, shown.id desc`)
  const { available, held } = rows[0]!
  const lots = rows.filter((row): row is typeof row & Lot => row.id !== null)
  return { available, held, lots: lots.map(({ id, source, granted, remaining, expiresAt }) => ({ id, source, granted, remaining, expiresAt })) }
}
