import assert from 'node:assert/strict'
import { newId } from '#lib/ids'
import type { Queryable } from '#platform/db'
import type { Settlement } from './model.ts'
import { getHold, settleHold } from './sql.ts'

export interface SettleInput {
  readonly reservationId: string
  /** What was earned: 0 releases everything, the whole amount captures everything. */
  readonly captured: bigint
  readonly reason: string
  readonly actor: string
}

/**
 * Ends a hold, in the transaction that makes what it paid for visible: captures what was earned, releases the rest.
 *
 * A hold ends once. A second call changes nothing and gets the first outcome, `repeated: true`, whatever it asked for.
 * Capturing more than was held, or a hold that does not exist, is a bug in the caller.
 */
export async function settle(tx: Queryable, input: SettleInput): Promise<Settlement> {
  assert(input.captured >= 0n, 'a capture is never negative')
  const settled = await settleHold(tx, { ...input, transactionId: newId() })
  if (settled !== undefined) return { ...settled, repeated: false }
  const earlier = await getHold(tx, input.reservationId)
  assert(earlier !== undefined, 'a hold that does not exist cannot end')
  assert(earlier.status !== 'held', 'a capture never exceeds its hold')
  return { captured: earlier.captured, released: earlier.released, repeated: true }
}
