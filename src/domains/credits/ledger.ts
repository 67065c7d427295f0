import { Coalescer } from '#lib/coalescer'
import { newId } from '#lib/ids'
import { type Db, isConnectionLoss, type Queryable, sqlState, violatedConstraint } from '#platform/db'
import type { Settlement } from './model.ts'
import { checkHold, reserveAcrossLots, type ReserveInput } from './reserve.ts'
import { checkSettle, readOutcome, type SettleInput } from './settle.ts'
import { insertFirstLotHold, insertHolds } from './sql-holds.ts'
import { type Ended, type HoldEnd, settleHold, settleHolds } from './sql-settle.ts'

/** Two statements overlap the work of one with the commit of the other; more only wait for the same disk. */
const IN_FLIGHT_MAX = 2
const BATCH_MAX = 64
/** Callers that were answered together ask again together: half a dozen in one statement cost less than two alone. */
const GATHERING = { companyMin: 4, patienceMs: 2 }

/**
 * `reserve` and `settle` for callers that need no transaction of their own: those of one process that wait at the same moment share a statement.
 *
 * Each caller sees what the plain verb would show it: its own result, its own refusal with the true figures, its own error. Calls for
 * one account are served in the order they came, batch after batch; those that the account's first lot does not cover are then served one by one.
 * A caller that nobody waits beside gets the plain statement at once; one that comes while another's is under way may wait for company, two milliseconds at most.
 */
export class Ledger {
  readonly #db: Db
  readonly #holds: Coalescer<ReserveInput, boolean>
  readonly #splitHolds: Coalescer<ReserveInput, void>
  readonly #ends: Coalescer<HoldEnd, Ended>

  constructor(db: Db) {
    this.#db = db
    const limits = { inFlightMax: IN_FLIGHT_MAX, batchMax: BATCH_MAX, leavesDoubt: isConnectionLoss, gathering: GATHERING }
    const laneOf = ({ accountId }: ReserveInput) => accountId
    this.#holds = new Coalescer({ ...limits, laneOf, keyOf: ({ id }) => id, send: (holds) => insertAll(db, holds) })
    this.#splitHolds = new Coalescer({ ...limits, laneOf, batchMax: 1, send: ([hold]) => insertSplit(db, hold!) })
    const idOf = ({ reservationId }: HoldEnd) => reservationId
    this.#ends = new Coalescer({ ...limits, laneOf: idOf, keyOf: idOf, send: (ends) => endAll(db, ends) })
  }

  /** As `reserve`, and committed when it resolves. */
  async reserve(input: ReserveInput): Promise<void> {
    checkHold(input)
    if (!(await this.#holds.ask(input))) await this.#splitHolds.ask(input)
  }

  /** As `settle`, and committed when it resolves. */
  async settle(input: SettleInput): Promise<Settlement> {
    checkSettle(input)
    const ended = await this.#ends.ask({ ...input, transactionId: newId() })
    return ended === undefined ? readOutcome(this.#db, input) : { ...ended, repeated: false }
  }
}

async function insertAll(db: Db, holds: readonly ReserveInput[]): Promise<boolean[]> {
  if (holds.length > 1) return insertHolds(db, holds)
  try {
    return [await afterDeadlock(db, (tx) => insertFirstLotHold(tx, holds[0]!))]
  } catch (error) {
    // Somebody else has just made it: the next step finds it.
    if (violatedConstraint(error) === 'credit_reservations_pkey') return [false]
    throw error
  }
}

async function insertSplit(db: Db, hold: ReserveInput): Promise<void[]> {
  return [await afterDeadlock(db, (tx) => reserveAcrossLots(tx, hold))]
}

async function endAll(db: Db, ends: readonly HoldEnd[]): Promise<Ended[]> {
  if (ends.length > 1) return settleHolds(db, ends)
  return [await afterDeadlock(db, (tx) => settleHold(tx, ends[0]!))]
}

/** Without a transaction of its own first; a statement that lost against another is repeated in one, which repeats as often as it takes. */
async function afterDeadlock<T>(db: Db, work: (tx: Queryable) => Promise<T>): Promise<T> {
  try {
    return await work(db)
  } catch (error) {
    if (sqlState(error) !== '40P01') throw error
    return db.transaction(work)
  }
}
