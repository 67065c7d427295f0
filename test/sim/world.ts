import assert from 'node:assert/strict'
import { adjust, BelowAvailable, expireLots, grant, InsufficientCredits, Ledger, releaseOverdue, reserve, revoke, settle } from '#domains/credits'
import { type Db, sql } from '#platform/db'
import { accountWith } from '#test/ledger'
import type { Books } from './books.ts'
import type { Call } from './calls.ts'
import { readBooks } from './read-books.ts'

const DAY_MS = 86_400_000
const WHY = { reason: 'a simulation', actor: 'system' }

/** The ledger as it is, with one account to play on. */
export class World {
  readonly db: Db
  readonly accountId: string
  readonly #ledger: Ledger
  readonly #startedAt = new Date()
  #lotIds: readonly string[] = []

  private constructor(db: Db, accountId: string) {
    this.db = db
    this.accountId = accountId
    this.#ledger = new Ledger(db)
  }

  static async open(db: Db): Promise<World> {
    return new World(db, await accountWith(db))
  }

  /** What the database says now, in the model's words. */
  async read(): Promise<Books> {
    const { books, lotIds } = await readBooks(this.db, this.accountId, this.#startedAt)
    this.#lotIds = lotIds
    return books
  }

  /** Does it, and tells what the caller was told in the words of the model. */
  async perform(call: Call): Promise<string> {
    try {
      return await this.#perform(call)
    } catch (error) {
      if (error instanceof InsufficientCredits || error instanceof BelowAvailable) return 'insufficient'
      if (error instanceof assert.AssertionError) return 'bug'
      throw error
    }
  }

  async #perform(call: Call): Promise<string> {
    const { db, accountId } = this
    switch (call.do) {
      case 'grant':
        return this.#grant(call)
      case 'reserve': {
        const input = { id: call.id, accountId, generationId: call.id, amount: call.amount, deadlineSeconds: 3_600 }
        await (call.coalesced ? this.#ledger.reserve(input) : db.transaction((tx) => reserve(tx, input)))
        return 'held'
      }
      case 'settle': {
        const input = { reservationId: call.id, captured: call.captured, ...WHY }
        const { captured, released, repeated } = await (call.coalesced ? this.#ledger.settle(input) : db.transaction((tx) => settle(tx, input)))
        return `${repeated ? 'again' : 'ended'} ${captured}/${released}`
      }
      case 'lapse':
        // Time is not waited for: the lot's end is moved instead.
        await db.query(sql`/* sim.lapse */ update credit_lots set expires_at = now() - interval '1 hour' where id = ${this.#lotIds[call.lot]!}`)
        return 'done'
      case 'overdue':
        await db.query(sql`/* sim.overdue */ update credit_reservations set deadline_at = now() - interval '1 second' where id = ${call.id}`)
        await releaseOverdue(db, { limit: 10, since: this.#startedAt, listOpen: async () => [] })
        return 'done'
      case 'expire':
        while ((await expireLots(db, { limit: 10 })).lots > 0) continue
        return 'done'
      case 'revoke': {
        const input = { id: call.id, lotId: this.#lotIds[call.lot]!, amount: call.amount, ...WHY }
        const { revoked, claimed, debt } = await db.transaction((tx) => revoke(tx, input))
        return `revoked ${revoked}/${claimed}/${debt}`
      }
      case 'adjust': {
        const { repeated } = await db.transaction((tx) => adjust(tx, { id: call.id, accountId, amount: call.amount, ...WHY }))
        return repeated ? 'again' : 'adjusted'
      }
    }
  }

  async #grant({ amount, bought, reference, days }: Extract<Call, { do: 'grant' }>): Promise<string> {
    const { db, accountId } = this
    const given = await grant(db, {
      accountId, amount, source: bought ? 'purchase' : 'admin', ...WHY,
      ...(reference === null ? {} : { externalRef: `${accountId}:${reference}` }),
      ...(days === Infinity ? {} : { expiresAt: new Date(this.#startedAt.getTime() + days * DAY_MS) }),
    })
    return given ? 'granted' : 'known'
  }
}
