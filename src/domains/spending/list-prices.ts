import { type Queryable, sql } from '#platform/db'

interface ListPrice {
  readonly provider: string
  readonly providerModel: string
  readonly unit: 'image'
  /** As the log reads it (`sql-log.ts`). */
  readonly rate: string
  readonly microUsd: number
}

/** From the vendors' lists of November 2026, beyond those that came with the table. Where a bound is given in megapixels an image of just that many still counts as small. */
const listPrices: readonly ListPrice[] = [
  { provider: 'bytedance', providerModel: 'dola-seedream-5-0-pro-260628', unit: 'image', rate: 'up to 2610000 pixels', microUsd: 45_000 },
  { provider: 'bytedance', providerModel: 'dola-seedream-5-0-pro-260628', unit: 'image', rate: 'given picture from 2', microUsd: 3_000 },
]

const LISTED_SINCE = '2026-01-01T00:00:00Z'

/**
 * Puts the list prices of this version into the table, where an operator's rows stand beside them: one with a later start counts instead of that of its rate. Safe to
 * repeat, in any number of processes.
 */
export async function addListPrices(db: Queryable): Promise<void> {
  const column = <Name extends keyof ListPrice>(name: Name) => listPrices.map((price) => price[name])
  await db.query(sql`
    /* spending.addListPrices */
    insert into provider_costs (provider, provider_model, unit, rate, micro_usd, starts_at)
    select provider, provider_model, unit, rate, micro_usd, ${LISTED_SINCE}::timestamptz
    from unnest(${column('provider')}::text[], ${column('providerModel')}::text[], ${column('unit')}::text[], ${column('rate')}::text[], ${column('microUsd')}::bigint[])
      list (provider, provider_model, unit, rate, micro_usd)
    on conflict do nothing`)
}
