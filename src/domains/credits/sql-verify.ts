/**
 * The laws of the books that the ledger's own tables can break, each as a statement that selects what breaks it.
 *
 * They hold in every snapshot, whatever was killed or raced. Each groups once and joins: the form with a subquery per row
 * takes a hundred times as long on the same books. The numbers are those of docs/operating/credits.md.
 */
import { type Queryable, sql, type Tx } from '#platform/db'

export interface Invariant {
  /** `I-01` and so on: what dashboards, alerts and the operator's page name it by. */
  readonly id: string
  /** What is always true, as a sentence. */
  readonly name: string
  /** Selects one column `id` with a row per violation. Constant text without parameters. */
  readonly violations: string
  /** Late work instead of wrong books: it is expected after a standstill, and goes away by itself. */
  readonly late?: true
}

/** Ids that one check names at most. */
export const IDS_SHOWN_MAX = 20

export const invariants: readonly Invariant[] = [
  {
    id: 'I-01',
    name: 'every credit of a lot is in exactly one bucket',
    violations: 'select id from credit_lots where granted <> remaining + held + captured + expired + revoked',
  },
  {
    id: 'I-02',
    name: 'no bucket is negative or larger than what it is part of, and a lot is drained and closed exactly when it is empty',
    violations: `
      select id from credit_lots
      where least(remaining, held, captured, expired, revoked, claimed, owed) < 0 or granted < 1 or drained <> (remaining = 0)
        or closed <> (remaining = 0 and held = 0) or claimed > held or owed > captured`,
  },
  {
    id: 'I-03',
    name: 'the buckets of a lot equal what the journal says of it',
    violations: `
      select coalesce(l.id, j.lot_id) as id
      from credit_lots l full join (
        select p.lot_id, sum(p.amount) filter (where t.kind = 'grant' or (t.kind = 'adjust' and p.amount > 0)) as granted,
          -sum(p.amount) filter (where t.kind = 'capture') as captured, -sum(p.amount) filter (where t.kind = 'expire') as expired,
          -sum(p.amount) filter (where t.kind = 'clawback' or (t.kind = 'adjust' and p.amount < 0)) as revoked
        from credit_transactions t cross join lateral unnest(t.lot_ids, t.lot_amounts) as p (lot_id, amount) group by p.lot_id) j on j.lot_id = l.id
      where l.id is null or (l.granted, l.captured, l.expired, l.revoked)
        is distinct from (coalesce(j.granted, 0), coalesce(j.captured, 0), coalesce(j.expired, 0), coalesce(j.revoked, 0))`,
  },
  {
    id: 'I-04',
    name: 'what a lot holds is what open holds took from it',
    violations: `
      select coalesce(l.id, h.lot_id) as id
      from (select id, held from credit_lots where held <> 0) l full join (
        select p.lot_id, sum(p.amount) as amount
        from credit_reservations r cross join lateral unnest(r.lot_ids, r.lot_amounts) as p (lot_id, amount)
        where r.status = 'held' group by p.lot_id) h on h.lot_id = l.id
      where coalesce(l.held, 0) <> coalesce(h.amount, 0)`,
  },
  {
    id: 'I-05',
    name: 'the parts of a hold are positive and add up to it',
    violations: `
      select id from credit_reservations r
      where case when cardinality(lot_ids) = 1 and cardinality(lot_amounts) = 1 then lot_amounts[1] <> amount or amount < 1
        else cardinality(lot_ids) <> cardinality(lot_amounts) or 1 > any(lot_amounts) or amount is distinct from (select sum(a) from unnest(lot_amounts) a) end`,
  },
  {
    id: 'I-06',
    name: 'a hold that has ended was captured or released, to the last credit, and an open one was not',
    violations: `
      select id from credit_reservations
      where case status when 'held' then captured <> 0 or released <> 0 or settled_at is not null
        else captured < 0 or released < 0 or captured + released <> amount or settled_at is null or (status = 'captured') <> (captured > 0) end
        or (released > 0) <> (released_at is not null)`,
  },
  {
    id: 'I-14',
    name: 'a captured hold has exactly one journal line of that amount, any other hold none',
    violations: `
      select coalesce(r.id, t.reservation_id) as id
      from (select id, captured, account_id from credit_reservations where captured <> 0) r
      full join (select reservation_id, account_id, amount from credit_transactions where kind = 'capture') t
        on t.reservation_id = r.id and t.account_id = r.account_id
      where r.captured is distinct from -t.amount
      union all
      select reservation_id from credit_transactions where kind = 'capture' group by reservation_id having count(*) > 1`,
  },
  {
    id: 'I-16',
    name: 'an external reference was granted once',
    violations: `
      select min(id::text) as id from credit_lots where external_ref is not null group by source, external_ref having count(*) > 1`,
  },
  {
    id: 'I-19',
    name: 'the journal of an account sums to what it has available and held',
    violations: `
      select coalesce(l.account_id, t.account_id) as id
      from (select account_id, sum(remaining + held) as total from credit_lots group by account_id) l
      full join (select account_id, sum(amount) as total from credit_transactions group by account_id) t on t.account_id = l.account_id
      where l.total is distinct from t.total`,
  },
  {
    id: 'I-31',
    name: 'a journal line is the sum of its parts, and its sign is that of its kind',
    violations: `
      select id from credit_transactions
      where amount = 0 or (kind <> 'adjust' and (kind = 'grant') <> (amount > 0))
        or case when cardinality(lot_ids) = 1 and cardinality(lot_amounts) = 1 then lot_amounts[1] <> amount
          else cardinality(lot_ids) <> cardinality(lot_amounts) or amount is distinct from (select sum(a) from unnest(lot_amounts) a) end`,
  },
  {
    id: 'I-32',
    name: 'holds and journal lines name lots of their own account',
    violations: `
      select p.id from (
        select id, account_id, lot_ids[1] as lot_id from credit_transactions
        union all select id, account_id, unnest(lot_ids[2:]) from credit_transactions where cardinality(lot_ids) > 1
        union all select id, account_id, lot_ids[1] from credit_reservations
        union all select id, account_id, unnest(lot_ids[2:]) from credit_reservations where cardinality(lot_ids) > 1) p
      left join credit_lots l on l.id = p.lot_id where l.account_id is distinct from p.account_id`,
  },
  {
    id: 'I-33',
    name: 'what holds credits is an account, and every journal line says who and why',
    violations: `
      select l.id from credit_lots l left join accounts a on a.id = l.account_id where a.id is null
      union all select id from credit_transactions where btrim(reason) = '' or btrim(actor) = ''`,
  },
  {
    id: 'I-18',
    name: 'what clawbacks asked of a lot was taken from it, is claimed, or is owed',
    violations: `
      select coalesce(r.lot_id, l.id) as id
      from (select lot_id, sum(revoked + claimed + owed) as asked from credit_revocations group by lot_id) r
      full join (
        select l.id, l.claimed + l.owed + coalesce(c.taken, 0) as found from credit_lots l left join (
          select p.lot_id, -sum(p.amount) as taken
          from credit_transactions t cross join lateral unnest(t.lot_ids, t.lot_amounts) as p (lot_id, amount)
          where t.kind = 'clawback' and not exists (select from credit_repayments b where b.transaction_id = t.id) group by p.lot_id) c on c.lot_id = l.id
        where l.claimed + l.owed + coalesce(c.taken, 0) <> 0) l on l.id = r.lot_id
      where coalesce(r.asked, 0) <> coalesce(l.found, 0)`,
  },
  {
    id: 'I-38',
    name: 'a debt is repaid exactly as far as repayments say, and they are in the journal',
    violations: `
      select coalesce(d.id, r.debt_id) as id from credit_debts d full join (
        select debt_id, sum(amount) as amount from credit_repayments group by debt_id) r on r.debt_id = d.id
      where d.repaid is distinct from coalesce(r.amount, 0) or d.repaid > d.owed
      union all
      select b.transaction_id from (select transaction_id, sum(amount) as amount from credit_repayments group by transaction_id) b
      left join credit_transactions t on t.id = b.transaction_id and t.kind = 'clawback' where b.amount is distinct from -t.amount`,
  },
  {
    id: 'I-39',
    name: 'what of a lot is owed is what its debts say',
    violations: `
      select coalesce(l.id, d.lot_id) as id
      from (select id, owed from credit_lots where owed <> 0) l
      full join (select lot_id, sum(owed) as owed from credit_debts group by lot_id) d on d.lot_id = l.id
      where l.owed is distinct from d.owed`,
  },
  {
    id: 'I-15',
    name: 'no hold is open long past its deadline',
    late: true,
    violations: `select id from credit_reservations where status = 'held' and deadline_at < now() - interval '5 minutes'`,
  },
]

export interface Check {
  readonly id: string
  readonly name: string
  readonly late: boolean
  readonly violations: number
  /** The first of them, at most `IDS_SHOWN_MAX`. */
  readonly ids: readonly string[]
}

/** Runs one check. The text is one of ours and constant, so it is put together and not passed as a value. */
export async function runCheck(db: Queryable, { id, name, late, violations }: Invariant): Promise<Check> {
  const text = `/* credits.runCheck ${id} */
    with violation as (${violations})
    select count(*)::int as violations, (select array_agg(id::text) from (select id from violation order by id limit ${IDS_SHOWN_MAX}) f) as ids from violation`
  const [row] = await db.query<{ violations: number; ids: string[] | null }>({ text, values: [], name: undefined })
  return { id, name, late: late === true, violations: row!.violations, ids: row!.ids ?? [] }
}

/**
 * Makes the transaction see one moment for all its statements, and keeps it from writing. Comes before anything else in it.
 *
 * Grouping a large journal in memory instead of on disk halves the time. The pool's limit for a statement is one for requests; ten
 * minutes are more than the books of any database take.
 */
export async function readOneSnapshot(tx: Tx): Promise<void> {
  await tx.query({ text: 'set transaction isolation level repeatable read, read only', values: [], name: undefined })
  await tx.query(sql`
    /* credits.readOneSnapshot */
    select set_config('statement_timeout', '10min', true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`)
}

export async function countJournal(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ rows: number }>(sql`/* credits.countJournal */ select count(*)::int as rows from credit_transactions`)
  return row!.rows
}
