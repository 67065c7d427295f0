import assert from 'node:assert/strict'
import { newId } from '#lib/ids'
import type { Queryable } from '#platform/db'
import { isAmount, type Revocation } from './model.ts'
import { getRevocation, insertRevocation } from './sql-lots.ts'

export interface RevokeInput {
  /** A second call with it changes nothing and answers what the first did. */
  readonly id?: string
  readonly lotId: string
  readonly amount: bigint
  readonly reason: string
  readonly actor: string
}

/**
 * Takes credits of one lot back, because their payment was: at once what remains, later what is held, and what was spent becomes
 * a debt that later grants repay.
 *
 * It waits for no generation. Held credits of the lot are claimed: what of them comes back is taken, what is captured is owed. Credits that expired
 * are gone already and neither taken nor owed; nor is more than the lot ever had, however often it is revoked.
 *
 * Safe to repeat with an id. A lot that does not exist is a bug in the caller.
 */
export async function revoke(tx: Queryable, input: RevokeInput): Promise<Revocation> {
  assert(isAmount(input.amount), 'a clawback is at least one credit and at most 2^53 - 1')
  const id = input.id ?? newId()
  const done = await insertRevocation(tx, { ...input, id, transactionId: newId(), debtId: newId() })
  if (done !== undefined) return done
  const earlier = await getRevocation(tx, id)
  assert(earlier !== undefined, 'a lot that does not exist cannot be revoked')
  const { lotId, amount, ...outcome } = earlier
  assert(lotId === input.lotId && amount === input.amount, 'a clawback was repeated with another lot or amount')
  return outcome
}
