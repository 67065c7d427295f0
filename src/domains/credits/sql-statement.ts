import { type Queryable, sql } from '#platform/db'
import type { Movement, MovementKind } from './model.ts'

/** Where a page ended: the line's time, id and kind, and the balance before it. */
export interface StatementPlace {
  readonly atMicros: bigint
  readonly id: string
  readonly kind: string
  readonly balance: bigint
}

export interface StatementQuery {
  readonly accountId: string
  readonly kind: MovementKind | null
  readonly withHolds: boolean
  /** Continues after this line. */
  readonly after: StatementPlace | null
  readonly limit: number
}

/** Later than every line. */
const BEGINNING: StatementPlace = { atMicros: 253_402_300_799_000_000n, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff', kind: '~', balance: 0n }

/**
 * Lines of the statement, newest first, each with the balance after it.
 *
 * The balance runs backwards from today's total (or from where the previous page stopped), so a page costs its own length
 * and not the length of the history: every kind of line is read in the order of an index of its own. Only a filter by kind reads on until the page
 * is full, because the lines it hides count too.
 */
export function listMovements(db: Queryable, query: StatementQuery): Promise<(Movement & { atMicros: bigint })[]> {
  const { accountId, kind, withHolds } = query
  const { atMicros, id, kind: afterKind } = query.after ?? BEGINNING
  return db.query<Movement & { atMicros: bigint }>(sql`
    /* credits.listMovements */
    with place as (
      select timestamptz 'epoch' + ${atMicros}::bigint * interval '1 microsecond' as at, ${id}::uuid as id, ${afterKind}::text as kind,
        case when ${kind}::text is null then ${query.limit}::bigint end as most),
    start as (
      select coalesce(${query.after?.balance ?? null}::bigint,
        (select coalesce(sum(remaining + held), 0) from credit_lots where account_id = ${accountId} and not closed))::bigint as balance),
    line as (
      (select id, kind, amount, case kind when 'capture' then amount else 0 end as held_change, generation_id, reason, created_at as at
       from credit_transactions
       where account_id = ${accountId} and (created_at, id, kind) < ((select at from place), (select id from place), (select kind from place))
       order by created_at desc, id desc limit (select most from place))
      union all
      (select id, 'hold', 0, amount, generation_id, 'held for a generation', created_at
       from credit_reservations
       where ${withHolds} and account_id = ${accountId} and (created_at, id, 'hold') < ((select at from place), (select id from place), (select kind from place))
       order by created_at desc, id desc limit (select most from place))
      union all
      (select id, 'release', 0, -released, generation_id, 'returned from a generation', released_at
       from credit_reservations
       where ${withHolds} and account_id = ${accountId} and released_at is not null
         and (released_at, id, 'release') < ((select at from place), (select id from place), (select kind from place))
       order by released_at desc, id desc limit (select most from place))),
    running as (
      select line.*, start.balance - (sum(amount) over (order by at desc, id desc, kind desc) - amount) as balance_after
      from line, start)
    select id, kind, amount::bigint, held_change::bigint as "heldChange", balance_after::bigint as "balanceAfter",
      generation_id as "generationId", reason, at as "createdAt", (extract(epoch from at) * 1000000)::bigint as "atMicros"
    from running where ${kind}::text is null or kind = ${kind}
    order by at desc, id desc, kind desc limit ${query.limit}`)
}
