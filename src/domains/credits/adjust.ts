import assert from 'node:assert/strict'
import { newId } from '#lib/ids'
import type { Queryable } from '#platform/db'
import { BelowAvailable } from './errors.ts'
import { isAmount, spendRank } from './model.ts'
import { insertAdjustment, insertLot, lookForAdjustment } from './sql-lots.ts'
import { takeFromLots } from './take-from-lots.ts'

export interface AdjustInput {
  /** Also the id of the journal line. A second call with it changes nothing. */
  readonly id?: string
  readonly accountId: string
  /** Above zero: given, as a lot. Below zero: taken from what is available, in spend order. */
  readonly amount: bigint
  readonly reason: string
  readonly actor: string
  /** Of what is given. */
  readonly expiresAt?: Date
}

export interface Adjustment {
  /** The journal line. */
  readonly transactionId: string
  /** True when an earlier call with the same id did it. */
  readonly repeated: boolean
}

/**
 * Corrects an account by hand. What is given is a lot like any other and repays what the account owes.
 *
 * Refuses `BelowAvailable`: it never touches what is held, and never makes a debt. Safe to repeat with an id.
 */
export async function adjust(tx: Queryable, input: AdjustInput): Promise<Adjustment> {
  assert(isAmount(input.amount < 0n ? -input.amount : input.amount), 'an adjustment is not zero and at most 2^53 - 1')
  const transactionId = input.id ?? newId()
  const repeated = input.amount > 0n ? !(await give(tx, input, transactionId)) : !(await take(tx, input, transactionId))
  return { transactionId, repeated }
}

function give(tx: Queryable, { accountId, amount, reason, actor, expiresAt }: AdjustInput, transactionId: string): Promise<boolean> {
  const source = 'admin'
  return insertLot(tx, {
    // The lot has the id of its line, so that a repeated call finds it taken.
    id: transactionId,
    transactionId,
    repaymentId: newId(),
    kind: 'adjust',
    accountId, amount, source, reason, actor,
    externalRef: null,
    spendRank: spendRank(source),
    expiresAt: expiresAt ?? null,
  })
}

async function take(tx: Queryable, { accountId, amount, reason, actor }: AdjustInput, id: string): Promise<boolean> {
  const taken = -amount
  const outcome = await takeFromLots(
    taken,
    (lotsMax) => insertAdjustment(tx, { id, accountId, taken, reason, actor }, lotsMax),
    () => lookForAdjustment(tx, id, accountId),
  )
  if (outcome.earlier !== null) assert.equal(outcome.earlier, taken, 'an adjustment was repeated with another amount')
  else if (!outcome.done) throw new BelowAvailable({ takenCredits: taken, availableCredits: outcome.available })
  return outcome.done
}
