import { LRUCache } from 'lru-cache'
import { fingerprint } from '#lib/fingerprint'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { checkImageInput, type ImageInput } from './check-image-input.ts'
import { completeInput } from './complete-input.ts'
import { QuoteMismatch, QuoteMissing } from './errors.ts'
import { refuseRetired } from './find-model.ts'
import type { CatalogModel } from './model.ts'
import type { Price, PriceList } from './price-list.ts'
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

  /** Quotes an input at today's price. Refuses `ModelRetired` and `UnsupportedOption` like the request itself would be; `at` is where the input stands in the body. */
  async make(accountId: string, model: CatalogModel, input: ImageInput, at: string): Promise<Quote> {
    refuseRetired(model, this.#prices.now())
    checkImageInput(model, input, at)
    const { credits: priceCredits, version: priceVersion } = this.#prices.current(model.id)
    const credits = priceCredits * BigInt(input.n)
    const fields = { id: newId(), accountId, model: model.id, inputHash: hashInput(model, input), units: input.n, priceCredits, priceVersion, credits }
    const quote = { ...fields, expiresAt: await insertQuote(this.#db, fields, LIFE_SECONDS) }
    this.#remembered.set(quote.id, quote)
    return quote
  }

  /**
   * The price that the quote binds for this request. Refuses `QuoteMissing` (unknown, expired, somebody else's) and `QuoteMismatch` (it
   * was given for another model or input).
   */
  async priceOf(quoteId: string, request: { accountId: string; model: CatalogModel; input: ImageInput }): Promise<Pick<Price, 'credits' | 'version'>> {
    const { accountId, model, input } = request
    const quote = this.#remembered.get(quoteId) ?? (await getQuote(this.#db, quoteId, accountId))
    if (quote === undefined || quote.accountId !== accountId || quote.expiresAt <= this.#prices.now()) throw new QuoteMissing({})
    if (quote.model !== model.id || quote.inputHash !== hashInput(model, input)) throw new QuoteMismatch({})
    return { credits: quote.priceCredits, version: quote.priceVersion }
  }
}

/** Said or left out, a default is the same input. */
function hashInput(model: CatalogModel, input: ImageInput): string {
  return fingerprint(model.id, completeInput(model, input))
}
