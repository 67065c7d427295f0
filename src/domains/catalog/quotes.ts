import { LRUCache } from 'lru-cache'
import { fingerprint } from '#lib/fingerprint'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { QuoteMismatch, QuoteMissing } from './errors.ts'
import { refuseUnoffered } from './find-model.ts'
import { type Order, unitPrice, unitsOf } from './order.ts'
import type { PriceList } from './price-list.ts'
import { getQuote, insertQuote, type Quote } from './sql.ts'

const LIFE_SECONDS = 15 * 60
const REMEMBERED_MAX = 10_000

/**
 * Promises of a price. A quote is for one account, model and input, and binds for fifteen minutes: a request that names it is held and charged at
 * its price, and never above its sum, whatever the price list says by then.
 *
 * It is a promise and not a ticket: until it expires any number of requests may name it, each of which holds credits of its own. What keeps a request
 * from being made twice is its Idempotency-Key.
 *
 * Quotes never change, so a process remembers those it made; one made elsewhere is looked up.
 */
export class Quotes {
  readonly #db: Db
  readonly #prices: PriceList
  readonly #remembered = new LRUCache<string, Quote>({ max: REMEMBERED_MAX })

  constructor(db: Db, prices: PriceList) {
    this.#db = db
    this.#prices = prices
  }

  /** Quotes an order at today's price. Refuses `ModelRetired` and `ModelDisabled`, as the request itself would be. */
  async make(accountId: string, order: Order): Promise<Quote> {
    refuseUnoffered(order.model, this.#prices.now())
    const { credits: priceCredits, version: priceVersion } = unitPrice(this.#prices, order)
    const units = unitsOf(order)
    const credits = priceCredits * BigInt(units)
    const fields = { id: newId(), accountId, model: order.model.id, inputHash: hashInput(order), units, priceCredits, priceVersion, credits }
    const quote = { ...fields, expiresAt: await insertQuote(this.#db, fields, LIFE_SECONDS) }
    this.#remembered.set(quote.id, quote)
    return quote
  }

  /**
   * The price that the quote binds for this order. Refuses `QuoteMissing` (unknown, expired, somebody else's) and `QuoteMismatch` (it
   * was given for another model or input).
   */
  async priceOf(quoteId: string, accountId: string, order: Order): Promise<{ readonly credits: bigint; readonly version: number }> {
    const quote = this.#remembered.get(quoteId) ?? (await getQuote(this.#db, quoteId, accountId))
    if (quote === undefined || quote.accountId !== accountId || quote.expiresAt <= this.#prices.now()) throw new QuoteMissing({})
    if (quote.model !== order.model.id || quote.inputHash !== hashInput(order)) throw new QuoteMismatch({})
    return { credits: quote.priceCredits, version: quote.priceVersion }
  }
}

/** Said or left out, a default is the same input: an order has them all. */
function hashInput({ model, input }: Order): string {
  return fingerprint(model.id, input)
}
