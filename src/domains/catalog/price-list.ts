import type { Db } from '#platform/db'
import { Reading } from './reading.ts'
import { type ModelPrice, readPrices } from './sql.ts'

/** What one unit costs, and which version of the price says so. */
export interface Price {
  readonly unit: 'image' | 'second'
  /** Credits for one unit. */
  readonly credits: bigint
  /** Credits for one unit by what the price depends on, such as the resolution; empty where it depends on nothing. */
  readonly rates: Readonly<Record<string, number>>
  /** Kept with every generation, so that a later price never rewrites an earlier one. */
  readonly version: number
}

/**
 * The price list of the database, remembered so that asking costs no query.
 *
 * It is read at the start and every few seconds. Prices of the future are read with the others and take effect at their moment in every process,
 * by the database's clock. A new row that starts at once is therefore seen within seconds, and not everywhere at the same moment: who wants one
 * moment gives `starts_at` a minute's lead.
 */
export class PriceList {
  readonly #reading: Reading<Listed>

  private constructor(reading: Reading<Listed>) {
    this.#reading = reading
  }

  /** Reads the list, and goes on reading it until `close`. While the database is away the last reading counts. */
  static async open(db: Db, onError: (error: Error) => void): Promise<PriceList> {
    return new PriceList(await Reading.open(() => read(db), onError))
  }

  /** The price of a model now, or at another moment. That a model on offer has none is a mistake in the data, and a bug to its callers. */
  current(model: string, at: Date = this.now()): Price {
    const time = at.getTime()
    const price = this.#reading.value.prices.get(model)?.find(({ startsAt }) => startsAt.getTime() <= time)
    if (price === undefined) throw new Error(`the price list has no price for ${model} at ${at.toISOString()}`)
    return price
  }

  /** The database's time, as far as this process can tell without asking: off by less than the last reading took. */
  now(): Date {
    return new Date(performance.now() + this.#reading.value.clockOffset)
  }

  /** Reads the list again at once. Calls that come while it is being read get that reading. */
  refresh(): Promise<void> {
    return this.#reading.refresh()
  }

  /** As `refresh`, and certain to have in it what the caller has committed. */
  renew(): Promise<void> {
    return this.#reading.renew()
  }

  close(): Promise<void> {
    return this.#reading.close()
  }
}

interface Listed {
  readonly prices: ReadonlyMap<string, readonly ModelPrice[]>
  /** The database's clock less this process's monotonic one, in milliseconds. */
  readonly clockOffset: number
}

async function read(db: Db): Promise<Listed> {
  const asked = performance.now()
  const { prices, now } = await readPrices(db)
  return { prices: Map.groupBy(prices, ({ model }) => model), clockOffset: now.getTime() - (asked + performance.now()) / 2 }
}
