/**
 * Statements that make and read holds.
 *
 * Rows are locked in one order everywhere, so that no two paths wait for each other: holds by id, then lots by account and
 * within an account in spend order.
 */
import { json, type Queryable, sql } from '#platform/db'
import type { Hold, Settlement } from './model.ts'

export interface NewHold {
  readonly id: string
  readonly accountId: string
  readonly generationId: string
  readonly amount: bigint
  /** Afterwards a hold that nobody ended is overdue. */
  readonly deadlineSeconds: number
}

/** The columns of a lot that change. */
const lotColumns = ['remaining', 'held', 'captured', 'expired', 'revoked', 'claimed', 'owed', 'expires_at'] as const

type LotColumn = (typeof lotColumns)[number]

/** What a clause that locks lots of `table` has to select for `setLot`. */
export function lotOf(table: string): string {
  return ['id', 'account_id', 'spend_rank', ...lotColumns].map((column) => `${table}.${column}`).join(', ')
}

/**
 * The SET of an update that makes lots what `changed` says, and leaves them otherwise as the clause `row` locked them.
 *
 * It names every column that changes: the update meets the row of its snapshot first, and the CHECKs judge what it makes of that
 * one before the newer version, which is the locked one, is found. A mixture of both would fail them.
 */
export function setLot(row: string, changed: Partial<Record<LotColumn, string>>): string {
  const values = new Map<LotColumn, string>(lotColumns.map((column) => [column, changed[column] ?? `${row}.${column}`]))
  const drained = `(${values.get('remaining')!} = 0)`
  const closed = `(${values.get('remaining')!} = 0 and ${values.get('held')!} = 0)`
  return [...values, ['drained', drained], ['closed', closed]].map((pair) => pair.join(' = ')).join(', ')
}

/**
 * Clauses of a `with` that take holds for any number of requests in one statement, each from its account's first lot.
 *
 * The statement defines `request (position, account_id, amount, reservation_id, generation_id, deadline_at, …)`; `covered` then has the requests
 * that the first lot pays for, in order of position, and their `lot_id`. The statement narrows them to `accepted` and goes on with `holdAccepted`. What
 * is not covered is left for `reserveAcrossLots`: another lot may pay for it, or none.
 *
 * The lots are locked before anything is decided, one per account in the order of the accounts. A wait for a lock reads the newest version of the row, so two
 * statements never see the same last credit. A sum over rows that are not locked would be stale by then: that form overdraws.
 */
export const coverFromFirstLots = `
  locked as (
    select ${lotOf('l')}
    from (select distinct account_id from request) a
    cross join lateral (
      select id from credit_lots c where c.account_id = a.account_id and not c.drained and c.expires_at > now()
      order by c.expires_at, c.spend_rank, c.id limit 1) first
    join credit_lots l on l.id = first.id
    order by l.account_id for update of l),
  covered as (
    select r.*, locked.id as lot_id
    from (select request.*, sum(amount) over (partition by account_id order by position) as running from request) r
    join locked on locked.account_id = r.account_id and r.running <= locked.remaining)`

/** Moves the credits of `accepted` and writes its reservations. See `coverFromFirstLots`. */
export const holdAccepted = `
  spent as (
    update credit_lots set ${setLot('locked', { remaining: 'locked.remaining - s.amount', held: 'locked.held + s.amount' })}
    from (select lot_id, sum(amount)::bigint as amount from accepted group by lot_id) s join locked on locked.id = s.lot_id
    where credit_lots.id = s.lot_id),
  hold as (
    insert into credit_reservations (id, account_id, generation_id, amount, lot_ids, lot_amounts, deadline_at)
    select reservation_id, account_id, generation_id, amount, array[lot_id], array[amount], deadline_at from accepted
    returning id)`

const insertFirstLotHoldText = `/* credits.insertFirstLotHold */
  with spent as (
    update credit_lots set remaining = remaining - $4::bigint, held = held + $4::bigint, drained = (remaining = $4::bigint)
    where id = (
        select id from credit_lots where account_id = $2::uuid and not drained and expires_at > now()
        order by expires_at, spend_rank, id limit 1)
      and remaining >= $4::bigint and not exists (select from credit_reservations where id = $1::uuid)
    returning id)
  insert into credit_reservations (id, account_id, generation_id, amount, lot_ids, lot_amounts, deadline_at)
  select $1::uuid, $2::uuid, $3::uuid, $4::bigint, array[id], array[$4::bigint], now() + make_interval(secs => $5) from spent
  returning 1`

/**
 * The common case in one round trip: the gate stands in the WHERE of the lot's own update, which is judged on the newest version of the row. False when
 * the first lot does not cover it, or the hold exists already. Violates the primary key when another call is just making the same hold.
 */
export async function insertFirstLotHold(tx: Queryable, hold: NewHold): Promise<boolean> {
  const values = [hold.id, hold.accountId, hold.generationId, hold.amount, hold.deadlineSeconds]
  const rows = await tx.query({ text: insertFirstLotHoldText, name: 'credits.insertFirstLotHold', values })
  return rows.length === 1
}

const insertHoldsText = `/* credits.insertHolds */
  with request as (
    select r.*, now() + make_interval(secs => r.deadline_seconds) as deadline_at
    from json_to_recordset($1::json) as r (
      position int, reservation_id uuid, account_id uuid, generation_id uuid, amount bigint, deadline_seconds float8)),
  ${coverFromFirstLots},
  accepted as (select * from covered where not exists (select from credit_reservations h where h.id = covered.reservation_id)),
  ${holdAccepted}
  select hold.id is not null as held from request left join hold on hold.id = request.reservation_id order by request.position`

/** `insertFirstLotHold` for many, in the order given: which of them were made. No two may have the same id. */
export async function insertHolds(db: Queryable, holds: readonly NewHold[]): Promise<boolean[]> {
  const request = holds.map(({ id, accountId, generationId, amount, deadlineSeconds }, position) => ({
    position,
    reservation_id: id,
    account_id: accountId,
    generation_id: generationId,
    // Amounts are bounded by 2^53 - 1, so they are exact as JSON numbers.
    amount: Number(amount),
    deadline_seconds: deadlineSeconds,
  }))
  const rows = await db.query<{ held: boolean }>({ text: insertHoldsText, name: 'credits.insertHolds', values: [json(request)] })
  return rows.map(({ held }) => held)
}

/**
 * Clauses that lock an account's spendable lots in spend order and share an amount ($3) out over them: `part` says what each gives, `enough` has one row
 * when they give all of it. At most $4 lots are locked.
 */
export const takeAcrossLots = `
  lot as (
    select ${lotOf('credit_lots')} from credit_lots
    where account_id = $2::uuid and not drained and expires_at > now()
    order by expires_at, spend_rank, id limit $4::bigint for update),
  part as (
    select l.*, least(remaining, $3::bigint - before)::bigint as taken
    from (
      select lot.*, row_number() over spend as position, sum(remaining) over spend - remaining as before
      from lot window spend as (order by expires_at, spend_rank, id)) l
    where before < $3::bigint),
  enough as (
    select array_agg(id order by position) as lot_ids, array_agg(taken order by position) as lot_amounts
    from part having sum(taken) = $3::bigint)`

/** What came of an attempt to take an amount from several lots. */
export interface TakeOutcome {
  readonly done: boolean
  /** What the locked lots had, and how many they were. */
  readonly available: bigint
  readonly lots: number
  /** The amount of an earlier call with the same id. */
  readonly earlier: bigint | null
}

const insertSplitHoldText = `/* credits.insertSplitHold */
  with ${takeAcrossLots},
  hold as (
    insert into credit_reservations (id, account_id, generation_id, amount, lot_ids, lot_amounts, deadline_at)
    select $1::uuid, $2::uuid, $5::uuid, $3::bigint, lot_ids, lot_amounts, now() + make_interval(secs => $6) from enough
    on conflict (id) do nothing returning id),
  spent as (
    update credit_lots set ${setLot('part', { remaining: 'part.remaining - part.taken', held: 'part.held + part.taken' })}
    from part cross join hold where credit_lots.id = part.id)
  select exists (select from hold) as done, (select coalesce(sum(remaining), 0)::bigint from lot) as available, (select count(*)::int from lot) as lots,
    (select amount from credit_reservations where id = $1::uuid) as earlier`

/** A hold over as many lots as it needs, of the first `lotsMax` in spend order. */
export async function insertSplitHold(tx: Queryable, hold: NewHold, lotsMax: number): Promise<TakeOutcome> {
  const values = [hold.id, hold.accountId, hold.amount, lotsMax, hold.generationId, hold.deadlineSeconds]
  const [row] = await tx.query<TakeOutcome>({ text: insertSplitHoldText, name: 'credits.insertSplitHold', values })
  return row!
}

/** What a hold could take, and what the one with this id took. */
export async function lookForHold(tx: Queryable, { id, accountId }: NewHold): Promise<Pick<TakeOutcome, 'available' | 'earlier'>> {
  const [row] = await tx.query<Pick<TakeOutcome, 'available' | 'earlier'>>(sql`
    /* credits.lookForHold */
    select (select amount from credit_reservations where id = ${id}) as earlier, coalesce(sum(remaining), 0)::bigint as available
    from credit_lots where account_id = ${accountId} and not drained and expires_at > now()`)
  return row!
}

export async function getHold(tx: Queryable, id: string): Promise<(Hold & Settlement & { status: string }) | undefined> {
  const [row] = await tx.query<Hold & Settlement & { status: string }>(sql`
    /* credits.getHold */
    select id, amount, lot_ids as "lotIds", lot_amounts as "lotAmounts", status, captured, released,
      true as repeated
    from credit_reservations where id = ${id}`)
  return row
}

export interface OverdueHold {
  readonly id: string
  readonly generationId: string
  readonly amount: bigint
}

const listOverdueHoldsText = `/* credits.listOverdueHolds */
  with open as materialized (
    select id, generation_id, amount, deadline_at, created_at from credit_reservations where id >= $1::uuid and status = 'held')
  select overdue.id, overdue.generation_id as "generationId", overdue.amount, oldest.at as "oldestAt"
  from (select min(created_at) as at from open) oldest
  left join (select * from open where deadline_at <= now() order by id limit $2) overdue on true
  order by overdue.id`

/**
 * Open holds past their deadline, the oldest first, of those made since a moment (null: ever), and when the oldest of the open ones was made.
 *
 * Ids sort by time, so this reads what was held since then, and needs no index of its own that every hold would pay for.
 */
export async function listOverdueHolds(db: Queryable, since: Date | null, limit: number): Promise<{ overdue: OverdueHold[]; oldestAt: Date | null }> {
  type Row = { [K in keyof OverdueHold]: OverdueHold[K] | null } & { oldestAt: Date | null }
  // Not prepared: only a plan for this very moment knows that few holds are younger.
  const rows = await db.query<Row>({ text: listOverdueHoldsText, name: undefined, values: [firstIdAt(since), limit] })
  const overdue = rows.filter((row): row is OverdueHold & { oldestAt: Date | null } => row.id !== null)
  return { overdue, oldestAt: rows[0]!.oldestAt }
}

/** No id made at that moment or later sorts before it. */
function firstIdAt(moment: Date | null): string {
  const time = (moment?.getTime() ?? 0).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`
}
