import type { Queryable } from '#platform/db'
import { sql } from '#platform/db'
import type { Hold, Lot, LotSource, Movement, MovementKind, Settlement } from './model.ts'

export interface NewLot {
  readonly id: string
  readonly transactionId: string
  readonly accountId: string
  readonly source: LotSource
  readonly externalRef: string | null
  readonly spendRank: number
  readonly amount: bigint
  readonly expiresAt: Date | null
  readonly reason: string
  readonly actor: string
}

/** Lot and journal line in one statement. No row when the reference has been granted before. */
export async function insertLot(tx: Queryable, lot: NewLot): Promise<boolean> {
  const rows = await tx.query(sql`
    /* credits.insertLot */
    with lot as (
      insert into credit_lots (id, account_id, source, external_ref, spend_rank, granted, remaining, expires_at)
      values (${lot.id}, ${lot.accountId}, ${lot.source}, ${lot.externalRef}, ${lot.spendRank},
        ${lot.amount}::bigint, ${lot.amount}::bigint, coalesce(${lot.expiresAt}::timestamptz, 'infinity'))
      on conflict (source, external_ref) where external_ref is not null do nothing
      returning id, account_id, granted)
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
    select ${lot.transactionId}::uuid, account_id, 'grant', granted, array[id], array[granted], ${lot.reason}, ${lot.actor} from lot
    returning id`)
  return rows.length === 1
}

export interface NewHold {
  readonly id: string
  readonly accountId: string
  readonly generationId: string
  readonly amount: bigint
  /** Afterwards a hold that nobody ended is overdue. */
  readonly deadlineSeconds: number
}

/**
 * Clauses of a `with` that take holds for any number of requests in one statement, each from its account's first lot.
 *
 * The statement defines `request (position, account_id, amount, reservation_id, generation_id, deadline_at, …)`; `covered` then has the requests
 * that the first lot pays for, in order of position, and their `lot_id`. The statement narrows them to `accepted` and goes on with `holdAccepted`. What
 * is not covered is left for `reserveAcrossLots`: another lot may pay for it, or none.
 *
 * The lots are locked in the order of their ids before anything is decided, and a wait for a lock reads the newest version of the row, so two
 * statements never see the same last credit. A sum over rows that are not locked would be stale by then: that form overdraws.
 */
export const coverFromFirstLots = `
  locked as (
    select l.id, l.account_id, l.remaining
    from (select distinct account_id from request) a
    cross join lateral (
      select id from credit_lots c where c.account_id = a.account_id and not c.drained and c.expires_at > now()
      order by c.expires_at, c.spend_rank, c.id limit 1) first
    join credit_lots l on l.id = first.id
    order by l.id for update of l),
  covered as (
    select r.*, locked.id as lot_id
    from (select request.*, sum(amount) over (partition by account_id order by position) as running from request) r
    join locked on locked.account_id = r.account_id and r.running <= locked.remaining)`

/** Moves the credits of `accepted` and writes its reservations. See `coverFromFirstLots`. */
export const holdAccepted = `
  spent as (
    update credit_lots set remaining = remaining - s.amount, held = held + s.amount, drained = (remaining = s.amount)
    from (select lot_id, sum(amount)::bigint as amount from accepted group by lot_id) s
    where credit_lots.id = s.lot_id),
  hold as (
    insert into credit_reservations (id, account_id, generation_id, amount, lot_ids, lot_amounts, deadline_at)
    select reservation_id, account_id, generation_id, amount, array[lot_id], array[amount], deadline_at from accepted
    returning id)`

const insertFirstLotHoldText = `/* credits.insertFirstLotHold */
    with request as (
      select 1 as position, $1::uuid as reservation_id, $2::uuid as account_id, $3::uuid as generation_id, $4::bigint as amount,
        now() + make_interval(secs => $5) as deadline_at),
    ${coverFromFirstLots},
    accepted as (select * from covered where not exists (select from credit_reservations where id = $1::uuid)),
    ${holdAccepted}
    select id from hold`

/** The common case in one round trip. False when the first lot does not cover it, or the hold exists already. */
export async function insertFirstLotHold(tx: Queryable, hold: NewHold): Promise<boolean> {
  const values = [hold.id, hold.accountId, hold.generationId, hold.amount, hold.deadlineSeconds]
  const rows = await tx.query({ text: insertFirstLotHoldText, name: 'credits.insertFirstLotHold', values })
  return rows.length === 1
}

/** Spendable lots in spend order, locked. `limit` bounds how many one call locks. */
export function lockLots(tx: Queryable, accountId: string, limit: number): Promise<{ id: string; remaining: bigint }[]> {
  return tx.query(sql`
    /* credits.lockLots */
    select id, remaining from credit_lots
    where account_id = ${accountId} and not drained and expires_at > now()
    order by expires_at, spend_rank, id limit ${limit} for update`)
}

/** A hold over several locked lots. */
export async function insertSplitHold(tx: Queryable, hold: NewHold, lotIds: string[], lotAmounts: bigint[]): Promise<void> {
  await tx.query(sql`
    /* credits.insertSplitHold */
    with part as (select * from unnest(${lotIds}::uuid[], ${lotAmounts}::bigint[]) as p (lot_id, amount)),
    lots as (
      update credit_lots set remaining = remaining - part.amount, held = held + part.amount, drained = (remaining = part.amount)
      from part where credit_lots.id = part.lot_id returning 1)
    insert into credit_reservations (id, account_id, generation_id, amount, lot_ids, lot_amounts, deadline_at)
    values (${hold.id}, ${hold.accountId}, ${hold.generationId}, ${hold.amount}, ${lotIds}::uuid[], ${lotAmounts}::bigint[],
      now() + make_interval(secs => ${hold.deadlineSeconds}))`)
}

export async function getHold(tx: Queryable, id: string): Promise<(Hold & Settlement & { status: string }) | undefined> {
  const [row] = await tx.query<Hold & Settlement & { status: string }>(sql`
    /* credits.getHold */
    select id, amount, lot_ids as "lotIds", lot_amounts as "lotAmounts", status, captured, released,
      true as repeated
    from credit_reservations where id = ${id}`)
  return row
}

/**
 * Ends a hold: `captured` credits are spent, the rest goes back to the lots it came from, earliest expiry spent first.
 * One statement: reservation, lots and journal line. No row when the hold has ended before, or holds less.
 */
export async function settleHold(
  tx: Queryable,
  settle: { reservationId: string; captured: bigint; transactionId: string; reason: string; actor: string },
): Promise<{ captured: bigint; released: bigint } | undefined> {
  const [row] = await tx.query<{ captured: bigint; released: bigint }>(sql`
    /* credits.settleHold */
    with settled as (
      update credit_reservations
      set status = case when ${settle.captured}::bigint > 0 then 'captured' else 'released' end,
        captured = ${settle.captured}::bigint, released = amount - ${settle.captured}::bigint, settled_at = now()
      where id = ${settle.reservationId} and status = 'held' and amount >= ${settle.captured}::bigint
      returning *),
    part as (
      select p.lot_id, p.amount, p.position,
        least(p.amount, greatest(0, settled.captured - (sum(p.amount) over (order by p.position) - p.amount)))::bigint as captured
      from settled, unnest(settled.lot_ids, settled.lot_amounts) with ordinality as p (lot_id, amount, position)),
    lots as (
      update credit_lots set held = held - part.amount, captured = credit_lots.captured + part.captured,
        remaining = remaining + part.amount - part.captured,
        drained = (remaining + part.amount - part.captured = 0)
      from part where credit_lots.id = part.lot_id returning 1),
    entry as (
      insert into credit_transactions
        (id, account_id, kind, amount, lot_ids, lot_amounts, reservation_id, generation_id, reason, actor)
      select ${settle.transactionId}::uuid, settled.account_id, 'capture', -settled.captured,
        (select array_agg(lot_id order by position) from part where captured > 0),
        (select array_agg(-captured order by position) from part where captured > 0),
        settled.id, settled.generation_id, ${settle.reason}, ${settle.actor}
      from settled where settled.captured > 0 returning 1)
    select captured, released from settled`)
  return row
}

export async function readBalance(db: Queryable, accountId: string): Promise<{ available: bigint; held: bigint }> {
  const [row] = await db.query<{ available: bigint; held: bigint }>(sql`
    /* credits.readBalance */
    select coalesce(sum(remaining) filter (where not drained and expires_at > now()), 0)::bigint as available,
      coalesce(sum(held), 0)::bigint as held
    from credit_lots where account_id = ${accountId} and (not drained or held > 0)`)
  return row ?? { available: 0n, held: 0n }
}

/** Lots that still hold something, in spend order, then the most recent spent ones. */
export function listLots(db: Queryable, accountId: string, limit: number): Promise<Lot[]> {
  return db.query<Lot>(sql`
    /* credits.listLots */
    select id, source, granted, remaining + held as remaining, nullif(expires_at, 'infinity') as "expiresAt"
    from credit_lots where account_id = ${accountId}
    order by (drained and held = 0), expires_at, spend_rank, id limit ${limit}`)
}

export interface StatementQuery {
  readonly accountId: string
  readonly kind: MovementKind | null
  readonly withHolds: boolean
  /** Continues after this line. */
  readonly after: { readonly atMicros: bigint; readonly id: string; readonly balance: bigint } | null
  readonly limit: number
}

/**
 * Lines of the statement, newest first, each with the balance after it.
 *
 * The balance runs backwards from today's total (or from where the previous page stopped), so a page costs its own length
 * and not the length of the history. Only a filter by kind reads on, because the lines it hides count too.
 */
export function listMovements(db: Queryable, query: StatementQuery): Promise<(Movement & { atMicros: bigint })[]> {
  const { after, kind } = query
  return db.query<Movement & { atMicros: bigint }>(sql`
    /* credits.listMovements */
    with start as (
      select coalesce(${after?.balance ?? null}::bigint,
        (select coalesce(sum(remaining + held), 0) from credit_lots
         where account_id = ${query.accountId} and (not drained or held > 0)))::bigint as balance),
    line as (
      select id, kind, amount, case kind when 'capture' then amount else 0 end as held_change, generation_id, reason, created_at as at
      from credit_transactions where account_id = ${query.accountId}
      union all
      select id, 'hold', 0, amount, generation_id, 'held for a generation', created_at
      from credit_reservations where account_id = ${query.accountId} and ${query.withHolds}
      union all
      select id, 'release', 0, -released, generation_id, 'returned from a generation', settled_at
      from credit_reservations where account_id = ${query.accountId} and ${query.withHolds} and released > 0),
    older as (
      select *, (extract(epoch from at) * 1000000)::bigint as at_micros from line
      where ${after?.atMicros ?? null}::bigint is null
        or (at, id::text || kind) < (timestamptz 'epoch' + ${after?.atMicros ?? null}::bigint * interval '1 microsecond', ${after?.id ?? null}::text)
      order by at desc, id::text || kind desc
      limit case when ${kind}::text is null then ${query.limit}::bigint end),
    running as (
      select older.*, start.balance - (sum(amount) over (order by at desc, id::text || kind desc) - amount) as balance_after
      from older, start)
    select id, kind, amount::bigint, held_change::bigint as "heldChange", balance_after::bigint as "balanceAfter",
      generation_id as "generationId", reason, at as "createdAt", at_micros as "atMicros"
    from running where ${kind}::text is null or kind = ${kind}
    order by at desc, id::text || kind desc limit ${query.limit}`)
}
