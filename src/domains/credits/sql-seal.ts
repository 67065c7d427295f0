import { type Queryable, sql } from '#platform/db'

export interface Seal {
  readonly number: number
  readonly lines: number
  readonly digest: string
}

/**
 * One line of the journal as bytes that another line cannot have: the wire format of a row, which says how long each value is and is the same in every version
 * of the database and under every setting. (As JSON it takes three times as long.) The casts keep out types of our own, whose numbers differ from database to
 * database and would be in it. A column added to the journal needs a place here, and a new kind of seal.
 */
const lineBytes = `record_send(row(t.id::uuid, t.account_id::uuid, t.kind::text, t.amount::bigint, t.lot_ids::uuid[], t.lot_amounts::bigint[],
  t.reservation_id::uuid, t.generation_id::uuid, t.reason::text, t.actor::text, t.created_at::timestamptz))`

const allBytes = `string_agg(${lineBytes}, '' order by t.created_at, t.id)`

/** Binds number, range, the digest before and the lines into one. */
const digestOf = (number: string, from: string, to: string, previous: string, lines: string) => `
  encode(sha256(convert_to(concat_ws(E'\\n', ${number}, ${micros(from)}, ${micros(to)}, ${previous}, ''), 'UTF8') || ${lines}), 'hex')`

function micros(time: string): string {
  return `case when isfinite(${time}) then (extract(epoch from ${time}) * 1000000)::bigint end`
}

/** What the first seal has in the place of the digest before. */
const BEGINNING = 'cooly'

/**
 * The moment before which the journal no longer changes.
 *
 * A line carries the time at which its transaction began. So a line from before the moment can only still come from a transaction that began before
 * it. The moment is therefore before the beginning of every transaction that is open now, and at least `olderThanSeconds` ago, which covers
 * what the database does not show: the instant between a transaction's beginning and its showing up, and connections of other roles.
 */
export async function readSealableUntil(db: Queryable, olderThanSeconds: number): Promise<Date> {
  const [row] = await db.query<{ until: Date }>(sql`
    /* credits.readSealableUntil */
    select date_trunc('milliseconds', least(now() - make_interval(secs => ${olderThanSeconds}),
      (select min(xact_start) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()),
      (select min(prepared) from pg_prepared_xacts where database = current_database()))) as until`)
  return row!.until
}

const insertSealText = `/* credits.insertSeal */
  with last as (
    select coalesce(max(number), 0) as number, coalesce(max(to_at), '-infinity') as to_at,
      coalesce((select digest from credit_seals order by number desc limit 1), '${BEGINNING}') as digest
    from credit_seals),
  -- The last line that belongs to it when there are many; lines of the same moment are never parted.
  final as (
    select t.created_at from credit_transactions t
    where t.created_at >= (select to_at from last) and t.created_at < $1 order by t.created_at limit 1 offset $2::bigint - 1),
  range as (
    select last.number + 1 as number, last.to_at as from_at, last.digest as previous,
      coalesce((select min(t.created_at) from credit_transactions t where t.created_at > (select created_at from final) and t.created_at < $1), $1) as to_at
    from last),
  sealed as (
    select count(*) as lines, ${allBytes} as bytes from credit_transactions t
    where t.created_at >= (select from_at from range) and t.created_at < (select to_at from range))
  insert into credit_seals (number, from_at, to_at, lines, digest)
  select number, from_at, to_at, lines, ${digestOf('number', 'from_at', 'to_at', 'previous', 'bytes')}
  from range, sealed where lines > 0
  on conflict (number) do nothing
  returning number, lines::int, digest`

/** Seals the next stretch before that moment, about `linesMax` long. Undefined when nothing is left, or another process was first. */
export async function insertSeal(db: Queryable, until: Date, linesMax: number): Promise<Seal | undefined> {
  const [row] = await db.query<Seal>({ text: insertSealText, name: 'credits.insertSeal', values: [until, linesMax] })
  return row
}

const listBrokenSealsText = `/* credits.listBrokenSeals */
  with range as (select array_agg(from_at order by number) as froms, array_agg(to_at order by number) as tos from credit_seals),
  -- One pass over the journal: the beginnings are in order, so each line finds its stretch by bisection.
  stretch as (
    select width_bucket(t.created_at, range.froms) as position, count(*) as lines, ${allBytes} as bytes
    from credit_transactions t, range where t.created_at < range.tos[width_bucket(t.created_at, range.froms)] group by 1),
  chain as (
    select s.*, row_number() over by_number as position, lag(digest, 1, '${BEGINNING}') over by_number as previous,
      lag(to_at, 1, '-infinity') over by_number as previous_to
    from credit_seals s window by_number as (order by number))
  select c.number from chain c left join stretch on stretch.position = c.position
  where c.number <> c.position or c.from_at <> c.previous_to or stretch.lines is distinct from c.lines
    or c.digest <> ${digestOf('c.number', 'c.from_at', 'c.to_at', 'c.previous', 'stretch.bytes')}
  order by c.number`

/** Numbers of the seals that no longer fit the journal, or the seal before. */
export async function listBrokenSeals(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ number: number }>({ text: listBrokenSealsText, values: [], name: undefined })
  return rows.map(({ number }) => number)
}

export async function getLastSeal(db: Queryable): Promise<Seal | undefined> {
  const [row] = await db.query<Seal>(sql`
    /* credits.getLastSeal */
    select number, lines::int, digest from credit_seals order by number desc limit 1`)
  return row
}

/** The digest of one seal, to compare with one that was noted elsewhere. Undefined when there is no such seal. */
export async function readSealDigest(db: Queryable, number: number): Promise<string | undefined> {
  const [row] = await db.query<{ digest: string }>(sql`/* credits.readSealDigest */ select digest from credit_seals where number = ${number}`)
  return row?.digest
}
