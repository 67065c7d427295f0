import assert from 'node:assert/strict'
import type { Tx } from '#platform/db'
import { InsufficientCredits } from './errors.ts'
import { isAmount } from './model.ts'
import { getHold, insertFirstLotHold, insertSplitHold, lockLots, type NewHold } from './sql.ts'

export type ReserveInput = NewHold

const LOTS_LOCKED_MAX = 1_000

/**
 * Sets credits aside for one generation, before any provider is called.
 *
 * It takes the caller's transaction on purpose: the hold, the generation and its message commit together or not
 * at all. One round trip when the first lot covers the amount; otherwise the hold is spread over lots in spend order.
 *
 * Refuses `InsufficientCredits`. Safe to repeat: the hold's id is the key, a second call changes nothing. The same id with
 * another amount is a bug in the caller.
 */
export async function reserve(tx: Tx, input: ReserveInput): Promise<void> {
  assert(isAmount(input.amount), 'a hold is at least one credit and at most 2^53 - 1')
  if (await insertFirstLotHold(tx, input)) return
  const earlier = await getHold(tx, input.id)
  if (earlier === undefined) return reserveAcrossLots(tx, input)
  assert.equal(earlier.amount, input.amount, 'a hold was repeated with another amount')
}

/** The slow path of `reserve`: locks the account's lots in spend order and takes from as many as it needs. */
export async function reserveAcrossLots(tx: Tx, input: ReserveInput): Promise<void> {
  const lots = await lockLots(tx, input.accountId, LOTS_LOCKED_MAX)
  const lotIds: string[] = []
  const lotAmounts: bigint[] = []
  let missing = input.amount
  for (const { id, remaining } of lots) {
    if (missing === 0n) break
    const taken = remaining < missing ? remaining : missing
    lotIds.push(id)
    lotAmounts.push(taken)
    missing -= taken
  }
  if (missing > 0n) {
    throw new InsufficientCredits({ requiredCredits: input.amount, availableCredits: input.amount - missing })
  }
  await insertSplitHold(tx, input, lotIds, lotAmounts)
}
