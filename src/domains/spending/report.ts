import { type Queryable, sql } from '#platform/db'

export const REPORT_DAYS_MAX = 366
/** The most lines of one report; those beyond are in its total alone. */
export const REPORT_LINES_MAX = 1_000

export const reportGroups = ['day', 'provider', 'model', 'account'] as const
export type ReportGroup = (typeof reportGroups)[number]

export interface ReportQuery {
  /** The first and the last day, as `YYYY-MM-DD` in UTC. */
  readonly from: string
  readonly to: string
  readonly groupBy: ReportGroup
  readonly provider: string | null
  /** The one that was called. */
  readonly model: string | null
}

/** Amounts are millionths of a dollar. What simulated calls would have cost is apart: they cost nothing. */
export interface Figures {
  readonly calls: bigint
  readonly simulatedCalls: bigint
  /** Without a known price, and counted as free. */
  readonly unpricedCalls: bigint
  /** That somebody has. */
  readonly outputs: bigint
  readonly costMicroUsd: bigint
  readonly nominalCostMicroUsd: bigint
  readonly creditsCaptured: bigint
  readonly wastedCalls: bigint
  readonly wasteMicroUsd: bigint
  readonly nominalWasteMicroUsd: bigint
}

export type ReportLine = Figures & { readonly key: string }

export interface Report {
  readonly items: readonly ReportLine[]
  readonly waste: readonly (Pick<Figures, 'calls' | 'costMicroUsd' | 'nominalCostMicroUsd'> & { readonly reason: string })[]
  readonly total: Figures
}

type Row = Figures & { readonly key: string | null; readonly reason: string | null; readonly level: 'line' | 'waste' | 'total' }

/**
 * What calls cost and what was captured for them, of the days from `from` to `to`, by the day they ended (UTC): days in order, everything else the most expensive
 * first. Reads the log of those days once.
 */
export async function readReport(db: Queryable, { from, to, groupBy, provider, model }: ReportQuery): Promise<Report> {
  const rows = await db.query<Row>(sql`
    /* spending.readReport */
    with calls as (
      select case ${groupBy}::text when 'day' then to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') when 'provider' then provider when 'model' then model
          else account_id::text end as key,
        simulated, cost_micro_usd as cost, case when simulated then nominal_micro_usd end as nominal, nominal_micro_usd is null as unpriced, credits_captured, wasted,
        waste_reason
      from provider_usage_logs
      where created_at >= (${from}::date)::timestamp at time zone 'UTC' and created_at < (${to}::date + 1)::timestamp at time zone 'UTC'
        and (${provider}::text is null or provider = ${provider}) and (${model}::text is null or model = ${model}))
    select key, waste_reason as reason, case when grouping(key) = 0 then 'line' when grouping(waste_reason) = 0 then 'waste' else 'total' end as level,
      count(*) as calls, count(*) filter (where simulated) as "simulatedCalls", count(*) filter (where unpriced) as "unpricedCalls",
      count(*) filter (where not wasted) as outputs, coalesce(sum(cost), 0)::bigint as "costMicroUsd", coalesce(sum(nominal), 0)::bigint as "nominalCostMicroUsd",
      coalesce(sum(credits_captured), 0)::bigint as "creditsCaptured", count(*) filter (where wasted) as "wastedCalls",
      coalesce(sum(cost) filter (where wasted), 0)::bigint as "wasteMicroUsd", coalesce(sum(nominal) filter (where wasted), 0)::bigint as "nominalWasteMicroUsd"
    from calls group by grouping sets ((key), (waste_reason), ())
    order by grouping(key) desc, case ${groupBy}::text when 'day' then null else -coalesce(sum(cost), 0) - coalesce(sum(nominal), 0) end, key
    limit ${REPORT_LINES_MAX + 10}`)
  const lines = rows.flatMap(({ level, key, reason: _, ...figures }) => (level === 'line' && key !== null ? [{ key, ...figures }] : []))
  const waste = rows.flatMap(({ level, reason, calls, costMicroUsd, nominalCostMicroUsd }) => (level === 'waste' && reason !== null ? [{ reason, calls, costMicroUsd, nominalCostMicroUsd }] : []))
  const { level: _, key: __, reason: ___, ...total } = rows.find(({ level }) => level === 'total')!
  return { items: lines.slice(0, REPORT_LINES_MAX), waste, total }
}

export type DayFigures = Pick<Figures, 'costMicroUsd' | 'wasteMicroUsd'> & { readonly provider: string; readonly kind: string; readonly simulated: boolean }

/** What this day (UTC) has cost so far, by provider: for metrics. Of simulated calls what they would have cost. */
export function readToday(db: Queryable): Promise<DayFigures[]> {
  return db.query<DayFigures>(sql`
    /* spending.readToday */
    select provider, kind, simulated, coalesce(sum(nominal_micro_usd), 0)::bigint as "costMicroUsd",
      coalesce(sum(nominal_micro_usd) filter (where wasted), 0)::bigint as "wasteMicroUsd"
    from provider_usage_logs where created_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' group by provider, kind, simulated`)
}
