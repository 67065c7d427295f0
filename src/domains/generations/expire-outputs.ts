import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Storage } from '#platform/storage'
import type { Logger } from '#platform/telemetry'
import { announce } from './live.ts'
import type { RetentionDays } from './retention.ts'
import { expireOutputs, listAccountsOfPlan } from './sql-lifetimes.ts'

const ACCOUNTS = 200
const BATCH = 100
/** So many statements in one run; the next goes on behind them. */
const STEPS_MAX = 200

export interface ExpiringParts {
  readonly db: Db
  readonly storage: Storage
  readonly realtime: Realtime
  readonly retention: RetentionDays
  readonly log: Logger
}

interface Page {
  readonly days: number
  readonly accountIds: readonly string[]
}

/**
 * Removes outputs that were kept for as long as the plan of their account has it. The generations stay, with what they were and cost.
 *
 * It goes through the accounts of the plans that have an end, and through those of one account from the oldest on, so that what is kept for longer or for ever is never read. Batches
 * are transactions of their own; objects are removed after each, and what is left of them is the collector's. Any number of processes may do it.
 */
export class OutputExpiry {
  readonly #parts: ExpiringParts
  #pages: AsyncGenerator<Page, undefined> | undefined
  #page: Page | undefined

  constructor(parts: ExpiringParts) {
    this.#parts = parts
  }

  /** Goes on where it stopped. Answers of how many generations it removed outputs. */
  async sweep(stepsMax = STEPS_MAX): Promise<number> {
    let removed = 0
    for (let step = 0; step < stepsMax; step += 1) {
      this.#page ??= await this.#next()
      if (this.#page === undefined) return removed
      const expired = await this.#expire(this.#page)
      removed += expired
      if (expired < BATCH) this.#page = undefined
    }
    return removed
  }

  /** Undefined once, after the last page of a round. */
  async #next(): Promise<Page | undefined> {
    this.#pages ??= pagesOf(this.#parts)
    const { value } = await this.#pages.next()
    if (value === undefined) this.#pages = undefined
    return value
  }

  async #expire({ days, accountIds }: Page): Promise<number> {
    const { db, storage, realtime, log } = this.#parts
    const expired = await expireOutputs(db, accountIds, days, BATCH)
    for (const change of expired) announce(realtime, change)
    const keys = expired.flatMap(({ objectKeys }) => objectKeys)
    await storage.deleteMany(keys).catch((error: unknown) => log.warn({ err: error, objects: keys.length }, 'outputs past their time are left to the collector'))
    return expired.length
  }
}

async function* pagesOf({ db, retention }: Pick<ExpiringParts, 'db' | 'retention'>): AsyncGenerator<Page, undefined> {
  for (const [plan, days] of retention) {
    for (let after: string | null = null; ; ) {
      const accountIds: string[] = await listAccountsOfPlan(db, plan, after, ACCOUNTS)
      if (accountIds.length > 0) yield { days, accountIds }
      if (accountIds.length < ACCOUNTS) break
      after = accountIds.at(-1)!
    }
  }
}
