import { type Queryable, sql } from '#platform/db'

export interface ModelPrice {
  readonly model: string
  readonly version: number
  readonly unit: 'image' | 'second'
  readonly credits: bigint
  readonly rates: Readonly<Record<string, number>>
  readonly startsAt: Date
}

/** Every price of every model that was not taken back, the one that takes precedence first, and the time by the database's clock. */
export async function readPrices(db: Queryable): Promise<{ prices: ModelPrice[]; now: Date }> {
  const rows = await db.query<ModelPrice & { now: Date }>(sql`
    /* catalog.readPrices */
    select model, version, unit, credits, rates, starts_at as "startsAt", clock_timestamp() as now
    from model_prices where withdrawn_at is null order by model, starts_at desc, version desc`)
  return { prices: rows, now: rows[0]?.now ?? new Date() }
}

/** What was promised. `inputHash` tells one input from another without keeping it. */
export interface Quote {
  readonly id: string
  readonly accountId: string
  readonly model: string
  readonly inputHash: string
  readonly units: number
  readonly priceCredits: bigint
  readonly priceVersion: number
  readonly credits: bigint
  readonly expiresAt: Date
}

/** Stores a quote and answers when it expires. */
export async function insertQuote(db: Queryable, quote: Omit<Quote, 'expiresAt'>, lifeSeconds: number): Promise<Date> {
  const [row] = await db.query<{ expiresAt: Date }>(sql`
    /* catalog.insertQuote */
    insert into quotes (id, account_id, model, input_hash, units, price_credits, price_version, credits, expires_at)
    values (${quote.id}, ${quote.accountId}, ${quote.model}, ${quote.inputHash}, ${quote.units}, ${quote.priceCredits}, ${quote.priceVersion},
      ${quote.credits}, now() + make_interval(secs => ${lifeSeconds}))
    returning expires_at as "expiresAt"`)
  return row!.expiresAt
}

/** The account's quote of that id, expired or not. */
export async function getQuote(db: Queryable, id: string, accountId: string): Promise<Quote | undefined> {
  const [row] = await db.query<Quote>(sql`
    /* catalog.getQuote */
    select id, account_id as "accountId", model, input_hash as "inputHash", units, price_credits as "priceCredits",
      price_version as "priceVersion", credits, expires_at as "expiresAt"
    from quotes where id = ${id} and account_id = ${accountId}`)
  return row
}

/** Removes quotes that expired more than an hour ago. Answers how many. */
export async function deleteExpiredQuotes(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(sql`
    /* catalog.deleteExpiredQuotes */
    delete from quotes where id in (select id from quotes where expires_at < now() - interval '1 hour' limit ${limit}) returning 1`)
  return rows.length
}
