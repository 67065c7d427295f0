import { Coalescer } from '#lib/coalescer'
import { type Db, isConnectionLoss, sqlState } from '#platform/db'
import { acceptBatch, type Ask, type AskOutcome } from './sql-accept.ts'

/** Two statements overlap the work of one with the commit of the other; more only wait for the same disk. */
const IN_FLIGHT_MAX = 2
const BATCH_MAX = 128
/** A statement costs the database about what ten of its requests do. */
const GATHERING = { companyMin: 16, patienceMs: 20 }

/**
 * Accepts requests, all that wait at a moment with one statement.
 *
 * Each caller sees what it would see alone: its own outcome, its own error, its own place in order. A request whose account's credits cannot be had
 * within `lockWaitMs` fails with SQLSTATE 55P03, and holds up its neighbours once and not for as long as it stays so.
 */
export class Acceptor {
  readonly #coalescer: Coalescer<Ask, AskOutcome>

  constructor(db: Db, lockWaitMs: number) {
    this.#coalescer = new Coalescer({
      send: (asks) => acceptBatch(db, asks, lockWaitMs),
      inFlightMax: IN_FLIGHT_MAX,
      batchMax: BATCH_MAX,
      gathering: GATHERING,
      keyOf: ({ session, key }) => (key === null ? null : `${session.accountId} ${key.key}`),
      // Whether it was committed is unknown: asking again is the client's decision, with its key.
      leavesDoubt: isConnectionLoss,
      isShared: (error, failed, other) => sqlState(error) === '55P03' && failed.session.accountId === other.session.accountId,
    })
  }

  accept(ask: Ask): Promise<AskOutcome> {
    return this.#coalescer.ask(ask)
  }
}
