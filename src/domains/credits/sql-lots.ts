/** Statements that make lots, take from them for good, and let them expire. */
import { type Queryable, sql } from '#platform/db'
import type { LotSource, Revocation } from './model.ts'
import { lotOf, setLot, takeAcrossLots, type TakeOutcome } from './sql-holds.ts'

export interface NewLot {
  readonly id: string
  readonly transactionId: string
  /** Of the journal line that says what of it repaid a debt, when there is one. */
  readonly repaymentId: string
  readonly kind: 'grant' | 'adjust'
  readonly accountId: string
  readonly source: LotSource
  readonly externalRef: string | null
  readonly spendRank: number
  readonly amount: bigint
  readonly expiresAt: Date | null
  readonly reason: string
  readonly actor: string
}

/**
 * Lot and journal line in one statement, and what the account owes is repaid from it, the oldest debt first.
 * False when the id or the reference has been used before; then nothing changed.
 */
export async function insertLot(tx: Queryable, lot: NewLot): Promise<boolean> {
  const rows = await tx.query(sql`
    /* credits.insertLot */
    with debt as (
      select id, owed - repaid as open from credit_debts where account_id = ${lot.accountId}::uuid and repaid < owed order by id for update),
    share as (
      select id, least(open, ${lot.amount}::bigint - before)::bigint as amount
      from (select id, open, sum(open) over (order by id) - open as before from debt) d where before < ${lot.amount}::bigint),
    due as (select coalesce(sum(amount), 0)::bigint as amount from share),
    lot as (
      insert into credit_lots (id, account_id, source, external_ref, spend_rank, granted, remaining, revoked, drained, closed, expires_at)
      select ${lot.id}::uuid, ${lot.accountId}::uuid, ${lot.source}, ${lot.externalRef}, ${lot.spendRank},
        ${lot.amount}::bigint, ${lot.amount}::bigint - due.amount, due.amount, due.amount = ${lot.amount}::bigint,
        due.amount = ${lot.amount}::bigint,
        coalesce(${lot.expiresAt}::timestamptz, 'infinity')
      from due
      on conflict do nothing
      returning id, account_id, granted::bigint as granted, revoked::bigint as revoked),
    repaid as (
      update credit_debts set repaid = repaid + share.amount from share cross join lot where credit_debts.id = share.id),
    repayment as (
      insert into credit_repayments (debt_id, lot_id, transaction_id, amount)
      select share.id, lot.id, ${lot.repaymentId}::uuid, share.amount from share cross join lot)
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
    select ${lot.transactionId}::uuid, account_id, ${lot.kind}, granted, array[id], array[granted], ${lot.reason}, ${lot.actor} from lot
    union all
    select ${lot.repaymentId}::uuid, account_id, 'clawback', -revoked, array[id], array[-revoked], 'repaid what was owed', 'system' from lot where revoked > 0
    returning id`)
  return rows.length > 0
}

export interface NewAdjustment {
  readonly id: string
  readonly accountId: string
  /** How much is taken, above zero. */
  readonly taken: bigint
  readonly reason: string
  readonly actor: string
}

const insertAdjustmentText = `/* credits.insertAdjustment */
  with ${takeAcrossLots},
  entry as (
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
    select $1::uuid, $2::uuid, 'adjust', -$3::bigint, lot_ids, array(select -a from unnest(lot_amounts) with ordinality u (a, n) order by n), $5, $6
    from enough on conflict (id) do nothing returning id),
  spent as (
    update credit_lots set ${setLot('part', { remaining: 'part.remaining - part.taken', revoked: 'part.revoked + part.taken' })}
    from part cross join entry where credit_lots.id = part.id)
  select exists (select from entry) as done, (select coalesce(sum(remaining), 0)::bigint from lot) as available, (select count(*)::int from lot) as lots,
    (select -amount from credit_transactions where id = $1::uuid) as earlier`

/** Takes credits for good from the first `lotsMax` lots in spend order. */
export async function insertAdjustment(tx: Queryable, input: NewAdjustment, lotsMax: number): Promise<TakeOutcome> {
  const values = [input.id, input.accountId, input.taken, lotsMax, input.reason, input.actor]
  const [row] = await tx.query<TakeOutcome>({ text: insertAdjustmentText, name: 'credits.insertAdjustment', values })
  return row!
}

/** What an adjustment could take, and what one with this id took. */
export async function lookForAdjustment(tx: Queryable, id: string, accountId: string): Promise<Pick<TakeOutcome, 'available' | 'earlier'>> {
  const [row] = await tx.query<Pick<TakeOutcome, 'available' | 'earlier'>>(sql`
    /* credits.lookForAdjustment */
    select (select -amount from credit_transactions where id = ${id}) as earlier, coalesce(sum(remaining), 0)::bigint as available
    from credit_lots where account_id = ${accountId} and not drained and expires_at > now()`)
  return row!
}

export interface NewRevocation {
  readonly id: string
  readonly transactionId: string
  readonly debtId: string
  readonly lotId: string
  readonly amount: bigint
  readonly reason: string
  readonly actor: string
}

const insertRevocationText = `/* credits.insertRevocation */
  with lot as (
    select ${lotOf('credit_lots')} from credit_lots where id = $2::uuid for update),
  step as (
    select lot.*, least(remaining, $3::bigint) as taken, held - claimed as claimable, captured - owed as spent from lot),
  fate as (
    select step.*, least(claimable, $3::bigint - taken) as claim, least(spent, $3::bigint - taken - least(claimable, $3::bigint - taken)) as debt
    from step),
  record as (
    insert into credit_revocations (id, account_id, lot_id, amount, revoked, claimed, owed, reason, actor)
    select $1::uuid, account_id, id, $3::bigint, taken, claim, debt, $6, $7 from fate
    on conflict (id) do nothing
    returning revoked, claimed, owed),
  taken as (
    update credit_lots set ${setLot('f', {
      remaining: 'f.remaining - f.taken', revoked: 'f.revoked + f.taken', claimed: 'f.claimed + f.claim', owed: 'f.owed + f.debt',
    })}
    from fate f cross join record where credit_lots.id = f.id),
  entry as (
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
    select $4::uuid, f.account_id, 'clawback', -f.taken, array[f.id], array[-f.taken], $6, $7 from fate f cross join record where f.taken > 0),
  debt as (
    insert into credit_debts (id, account_id, lot_id, owed)
    select $5::uuid, f.account_id, f.id, f.debt from fate f cross join record where f.debt > 0)
  select revoked, claimed, owed as debt, false as repeated from record`

/**
 * Takes credits of a lot back: first what remains, then a claim on what is held, then a debt for what was spent. Undefined when there is no such lot,
 * or the id has been used before.
 */
export async function insertRevocation(tx: Queryable, input: NewRevocation): Promise<Revocation | undefined> {
  const values = [input.id, input.lotId, input.amount, input.transactionId, input.debtId, input.reason, input.actor]
  const [row] = await tx.query<Revocation>({ text: insertRevocationText, name: 'credits.insertRevocation', values })
  return row
}

export async function getRevocation(tx: Queryable, id: string): Promise<(Revocation & { amount: bigint; lotId: string }) | undefined> {
  const [row] = await tx.query<Revocation & { amount: bigint; lotId: string }>(sql`
    /* credits.getRevocation */
    select revoked, claimed, owed as debt, true as repeated, amount, lot_id as "lotId" from credit_revocations where id = ${id}`)
  return row
}

const expirePastLotsText = `/* credits.expirePastLots */
  with past as (
    select ${lotOf('credit_lots')} from credit_lots
    where not drained and expires_at <= now() and expires_at < 'infinity'
    order by expires_at limit $1 for update skip locked),
  lots as (
    update credit_lots set ${setLot('past', { remaining: '0', expired: 'past.expired + past.remaining' })} from past where credit_lots.id = past.id),
  entry as (
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
    select new_uuid_by_time(), account_id, 'expire', -remaining, array[id], array[-remaining], 'expired', 'system' from past)
  select count(*)::int as lots, coalesce(sum(remaining), 0)::bigint as credits from past`

/** Moves what remains of lots past their expiry to `expired`. What is held stays held. Lots that somebody else has locked are passed over. */
export async function expirePastLots(db: Queryable, limit: number): Promise<{ lots: number; credits: bigint }> {
  const [row] = await db.query<{ lots: number; credits: bigint }>({ text: expirePastLotsText, name: 'credits.expirePastLots', values: [limit] })
  return row!
}
