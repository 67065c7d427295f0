import assert from 'node:assert/strict'
import { type Queryable, violatedConstraint } from '#platform/db'
import { InsufficientCredits } from './errors.ts'
import { isAmount } from './model.ts'
import { insertFirstLotHold, insertSplitHold, lookForHold, type NewHold } from './sql-holds.ts'
import { takeFromLots } from './take-from-lots.ts'

export type ReserveInput = NewHold

/**
 * Sets credits aside for one generation, before any provider is called.
 *
 * It takes the caller's transaction: the hold, the generation and its message commit together or not
 * at all. One round trip when the first lot covers the amount; otherwise the hold is spread over lots in spend order.
 *
 * Refuses `InsufficientCredits`. Safe to repeat: the hold's id is the key, a second call changes nothing; the same id with
 * another amount is a bug in the caller. Of two calls with one id at the same moment, the later asks for its transaction to be run again, and then
 * finds the hold. A transaction that found the first lot just emptied keeps it locked while it locks others, so a deadlock is possible on a busy
 * account; `db.transaction` and `Ledger` run the victim again.
 */
export async function reserve(tx: Queryable, input: ReserveInput): Promise<void> {
  checkHold(input)
  if (!(await takeFirst(tx, input))) await reserveAcrossLots(tx, input)
}

/** The slow path of `reserve`, with its promises: takes from as many of the account's lots as it needs, in spend order. */
export async function reserveAcrossLots(tx: Queryable, input: ReserveInput): Promise<void> {
  const outcome = await takeFromLots(
    input.amount,
    (lotsMax) => insertSplitHold(tx, input, lotsMax),
    () => lookForHold(tx, input),
  )
  if (outcome.earlier !== null) assert.equal(outcome.earlier, input.amount, 'a hold was repeated with another amount')
  else if (!outcome.done) throw new InsufficientCredits({ requiredCredits: input.amount, availableCredits: outcome.available })
}

export function checkHold({ amount }: ReserveInput): void {
  assert(isAmount(amount), 'a hold is at least one credit and at most 2^53 - 1')
}

async function takeFirst(tx: Queryable, input: ReserveInput): Promise<boolean> {
  try {
    return await insertFirstLotHold(tx, input)
  } catch (error) {
    if (violatedConstraint(error) !== 'credit_reservations_pkey') throw error
    throw new HoldBeingMade(error)
  }
}

/** Another call has just made the hold that this one was about to make. Carries the state that makes `db.transaction` run its callback again. */
class HoldBeingMade extends Error {
  readonly code = '40001'

  constructor(cause: unknown) {
    super('another call has just made this hold', { cause })
  }
}
