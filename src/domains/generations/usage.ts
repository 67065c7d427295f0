import { type Queryable, sql } from '#platform/db'

export const USAGE_DAYS_MAX = 366

/** What a summary can be ordered by. By API key will follow with the keys. */
export const usageGroups = ['model', 'day'] as const

export type UsageGroup = (typeof usageGroups)[number]

export interface UsageQuery {
  readonly accountId: string
  /** The first and the last day, as `YYYY-MM-DD` in UTC. At most `USAGE_DAYS_MAX` days, both included. */
  readonly from: string
  readonly to: string
  readonly by: UsageGroup
}

/** What was charged: generations, the outputs they delivered, and the credits taken for them. */
export interface UsageLine {
  readonly key: string
  readonly generations: bigint
  readonly outputs: bigint
  readonly credits: bigint
}

export interface Usage {
  readonly items: readonly UsageLine[]
  readonly total: Omit<UsageLine, 'key'>
}

/**
 * What the account was charged for, by model (the most expensive first) or by day (the earliest first; days without a charge are left out).
 *
 * A generation counts on the day it ended, since that is when it is charged. One that delivered nothing was not charged and does not count.
 */
export async function readUsage(db: Queryable, query: UsageQuery): Promise<Usage> {
  const rows = await db.query<UsageLine & { isTotal: boolean }>(sql`
    /* generations.readUsage */
    with charged as (
      select case ${query.by}::text when 'model' then model else to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD') end as key,
        -- A video is one output, however many units of its price it was charged.
        credits_captured, least(outputs_wanted, credits_captured / coalesce(charged_price_credits, price_credits)) as outputs
      from generation_sessions
      where account_id = ${query.accountId} and credits_captured > 0
        and finished_at >= (${query.from}::date)::timestamp at time zone 'UTC'
        and finished_at < (${query.to}::date + 1)::timestamp at time zone 'UTC')
    select key, count(*) as generations, coalesce(sum(outputs), 0)::bigint as outputs, coalesce(sum(credits_captured), 0)::bigint as credits,
      grouping(key) = 1 as "isTotal"
    from charged group by grouping sets ((key), ())
    order by grouping(key), case ${query.by}::text when 'model' then -sum(credits_captured) end, key`)
  const { generations, outputs, credits } = rows.at(-1)!
  return { items: rows.slice(0, -1), total: { generations, outputs, credits } }
}
