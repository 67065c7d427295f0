import assert from 'node:assert/strict'
import { newId } from '#lib/ids'
import type { Queryable } from '#platform/db'
import { isAmount, type LotSource, spendRank } from './model.ts'
import { insertLot } from './sql-lots.ts'

export interface GrantInput {
  /** The id of the journal line, for a caller that has to name it. */
  readonly transactionId?: string
  readonly accountId: string
  readonly amount: bigint
  readonly source: LotSource
  /** What the grant answers for. The same source and reference are granted once, ever. */
  readonly externalRef?: string
  readonly expiresAt?: Date
  readonly reason: string
  /** Who did it: `system`, or a user's id. */
  readonly actor: string
}

/**
 * Gives an account a new lot of credits and writes the journal line, in the caller's transaction or on its own. What the account owes
 * is repaid from it in the same statement; the rest can be spent.
 *
 * Safe to repeat when it carries an external reference: the second call changes nothing and answers `false`.
 */
export async function grant(tx: Queryable, input: GrantInput): Promise<boolean> {
  assert(isAmount(input.amount), 'a grant is at least one credit and at most 2^53 - 1')
  return insertLot(tx, {
    id: newId(),
    transactionId: input.transactionId ?? newId(),
    repaymentId: newId(),
    kind: 'grant',
    accountId: input.accountId,
    source: input.source,
    externalRef: input.externalRef ?? null,
    spendRank: spendRank(input.source),
    amount: input.amount,
    expiresAt: input.expiresAt ?? null,
    reason: input.reason,
    actor: input.actor,
  })
}
