import { json, type Queryable } from '#platform/db'
import { GRACE_DAYS } from './model.ts'
import { lotOf, setLot } from './sql-holds.ts'

export interface HoldEnd {
  readonly reservationId: string
  readonly captured: bigint
  readonly transactionId: string
  readonly reason: string
  readonly actor: string
}

/** How a hold was ended just now; undefined when it had ended before, or holds less than what was to be captured. */
export type Ended = { readonly captured: bigint; readonly released: bigint } | undefined

const ended = (captured: string, amount: string) => `
  status = case when ${captured} > 0 then 'captured' else 'released' end,
  captured = ${captured}, released = ${amount} - ${captured}, settled_at = now(),
  released_at = case when ${amount} > ${captured} then now() end`

/**
 * Clauses that give the lots of `settled` their credits back or mark them as spent.
 *
 * What was captured is taken from the lots in spend order. What comes back goes first to a clawback that waits for it (`claimed`); a claim that more was
 * captured of than is left becomes a debt. What comes back to a lot past its expiry lives on for some days, and what
 * had remained there unspent is expired in the same moment, so that nothing else is revived.
 */
const returnToLots = `
  part as (
    select s.id as reservation_id, p.lot_id, p.position, p.amount,
      least(p.amount, greatest(0, s.captured - (sum(p.amount) over (partition by s.id order by p.position) - p.amount)))::bigint as captured
    from settled s cross join lateral unnest(s.lot_ids, s.lot_amounts) with ordinality as p (lot_id, amount, position)),
  share as (
    select lot_id, sum(amount)::bigint as amount, sum(captured)::bigint as captured, sum(amount - captured)::bigint as released
    from part group by lot_id),
  lot as (
    select ${lotOf('l')}, share.amount as part, share.captured as spent, share.released as back, l.expires_at <= clock_timestamp() as past
    from share join credit_lots l on l.id = share.lot_id
    order by l.account_id, l.expires_at, l.spend_rank, l.id for update of l),
  fate as (
    select c.*, case when late then remaining else 0 end as lapsed, greatest(0, claimed - taken - (held - part)) as debt
    from (select lot.*, least(back, claimed) as taken, past and back > claimed as late from lot) c),
  lots as (
    update credit_lots set ${setLot('f', {
      held: 'f.held - f.part',
      captured: 'f.captured + f.spent',
      revoked: 'f.revoked + f.taken',
      expired: 'f.expired + f.lapsed',
      remaining: 'f.remaining - f.lapsed + f.back - f.taken',
      claimed: 'f.claimed - f.taken - f.debt',
      owed: 'f.owed + f.debt',
      expires_at: `case when f.late then now() + interval '${GRACE_DAYS} days' else f.expires_at end`,
    })}
    from fate f where credit_lots.id = f.id),
  debt as (
    insert into credit_debts (id, account_id, lot_id, owed) select new_uuid_by_time(), account_id, id, debt from fate where debt > 0)`

/** Journal lines: what was captured of each of `settled`, and what its lots lost on the way back. */
const writeJournal = `
  entry as (
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reservation_id, generation_id, reason, actor)
    select s.transaction_id, s.account_id, 'capture', -s.captured,
      p.lot_ids, p.lot_amounts, s.id, s.generation_id, s.reason, s.actor
    from settled s join (
      select reservation_id, array_agg(lot_id order by position) as lot_ids, array_agg(-captured order by position) as lot_amounts
      from part where captured > 0 group by reservation_id) p on p.reservation_id = s.id
    union all
    select new_uuid_by_time(), account_id, 'clawback', -taken, array[id], array[-taken], null, null, 'taken back when it was released', 'system'
    from fate where taken > 0
    union all
    select new_uuid_by_time(), account_id, 'expire', -lapsed, array[id], array[-lapsed], null, null, 'expired', 'system'
    from fate where lapsed > 0)`

const settleFirstLotText = `/* credits.settleHold */
  with target as (
    select id, account_id, generation_id, amount, lot_ids from credit_reservations
    where id = $1::uuid and status = 'held' and amount >= $2::bigint and cardinality(lot_ids) = 1
    for update),
  lot as (
    update credit_lots l set held = l.held - t.amount, captured = l.captured + $2::bigint, remaining = l.remaining + t.amount - $2::bigint,
      drained = (l.remaining + t.amount - $2::bigint = 0),
      closed = (l.remaining + t.amount - $2::bigint = 0 and l.held = t.amount)
    from target t
    where l.id = t.lot_ids[1] and l.claimed = 0 and (t.amount = $2::bigint or l.expires_at > clock_timestamp())
    returning t.*),
  entry as (
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reservation_id, generation_id, reason, actor)
    select $3::uuid, account_id, 'capture', -$2::bigint, lot_ids, array[-$2::bigint], id, generation_id, $4, $5 from lot where $2::bigint > 0)
  update credit_reservations r set ${ended('$2::bigint', 'lot.amount')} from lot where r.id = lot.id
  returning r.captured, r.released`

const settleSplitText = `/* credits.settleSplitHold */
  with settled as (
    update credit_reservations set ${ended('$2::bigint', 'amount')}
    where id = $1::uuid and status = 'held' and amount >= $2::bigint
    returning id, account_id, generation_id, amount, captured, released, lot_ids, lot_amounts,
      $3::uuid as transaction_id, $4::text as reason, $5::text as actor),
  ${returnToLots},
  ${writeJournal}
  select captured, released from settled`

/**
 * Ends a hold: `captured` credits are spent, the rest goes back to the lots it came from, earliest expiry spent first. Reservation, lots and
 * journal line are one statement; it is the first of two when the hold lies in one lot, no clawback waits for it, and nothing comes back late.
 */
export async function settleHold(tx: Queryable, end: HoldEnd): Promise<Ended> {
  const values = [end.reservationId, end.captured, end.transactionId, end.reason, end.actor]
  const [first] = await tx.query<NonNullable<Ended>>({ text: settleFirstLotText, name: 'credits.settleHold', values })
  if (first !== undefined) return first
  const [row] = await tx.query<NonNullable<Ended>>({ text: settleSplitText, name: 'credits.settleSplitHold', values })
  return row
}

const settleHoldsText = `/* credits.settleHolds */
  with request as (
    select * from json_to_recordset($1::json) as q (position int, reservation_id uuid, captured bigint, transaction_id uuid, reason text, actor text)),
  -- Every hold is locked before the first lot.
  target as materialized (
    select r.id, q.captured as wanted, q.transaction_id, q.reason, q.actor
    from request q join credit_reservations r on r.id = q.reservation_id
    where r.status = 'held' and r.amount >= q.captured
    order by r.id for update of r),
  settled as (
    update credit_reservations r set ${ended('t.wanted', 'r.amount')}
    from target t where r.id = t.id
    returning r.id, r.account_id, r.generation_id, r.amount, r.captured, r.released, r.lot_ids, r.lot_amounts, t.transaction_id, t.reason, t.actor),
  ${returnToLots},
  ${writeJournal}
  select settled.captured, settled.released from request left join settled on settled.id = request.reservation_id order by request.position`

/** `settleHold` for many holds, no two of them the same. */
export async function settleHolds(db: Queryable, ends: readonly HoldEnd[]): Promise<Ended[]> {
  const request = ends.map(({ reservationId, captured, transactionId, reason, actor }, position) => ({
    position,
    reservation_id: reservationId,
    captured: Number(captured),
    transaction_id: transactionId,
    reason,
    actor,
  }))
  const rows = await db.query<{ captured: bigint | null; released: bigint | null }>({
    text: settleHoldsText,
    name: 'credits.settleHolds',
    values: [json(request)],
  })
  return rows.map(({ captured, released }) => (captured === null || released === null ? undefined : { captured, released }))
}
