import assert from 'node:assert/strict'
import { newId } from '#lib/ids'
import type { Queryable } from '#platform/db'
import type { Settlement } from './model.ts'
import { getHold } from './sql-holds.ts'
import { settleHold } from './sql-settle.ts'

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
 * What comes back to a lot past its expiry can be spent for seven more days; what is claimed back by `revoke` is taken instead.
 * A hold ends once. A second call changes nothing and gets the first outcome, `repeated: true`, whatever it asked for.
 * Capturing more than was held, or a hold that does not exist, is a bug in the caller.
 */
export async function settle(tx: Queryable, input: SettleInput): Promise<Settlement> {
  checkSettle(input)
  const ended = await settleHold(tx, { ...input, transactionId: newId() })
  return ended === undefined ? readOutcome(tx, input) : { ...ended, repeated: false }
}

export function checkSettle({ captured }: SettleInput): void {
  assert(captured >= 0n, 'a capture is never negative')
}

/** How a hold ended that an attempt to end it did not change. */
export async function readOutcome(tx: Queryable, { reservationId }: SettleInput): Promise<Settlement> {
  const earlier = await getHold(tx, reservationId)
  assert(earlier !== undefined, 'a hold that does not exist cannot end')
  assert(earlier.status !== 'held', 'a capture never exceeds its hold')
  return { captured: earlier.captured, released: earlier.released, repeated: true }
}
