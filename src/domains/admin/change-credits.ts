import { adjust, type Balance, CREDITS_MAX, grant, readBalance } from '#domains/credits'
import { newId } from '#lib/ids'
import type { Tx } from '#platform/db'
import { BalanceTooLarge, UnfitExpiry } from './errors.ts'
import type { BalanceRecord, Because } from './model.ts'
import { insertAuditEntry, lockAccount } from './sql.ts'

export interface CreditChange extends Because {
  readonly accountId: string
  /** What the journal calls it. A grant gives; an adjustment gives or takes. */
  readonly kind: 'grant' | 'adjust'
  readonly amount: bigint
  /** Of what is given; null is never. */
  readonly expiresAt: Date | null
}

export interface ChangedCredits extends Balance {
  readonly before: Balance
  readonly transactionId: string
}

/**
 * Gives or takes credits by an operator's hand: journal line and audit entry, each with who and why, in the caller's transaction.
 *
 * Refuses `BelowAvailable` (it never touches what is held), `UnfitExpiry`, and `BalanceTooLarge`. Not safe to repeat by itself: an
 * edge that may be asked twice answers once per key.
 *
 * The audit entry has the balance right before and right after. What the account's owner does in the same instant may lie between the two.
 */
export async function changeCredits(tx: Tx, change: CreditChange): Promise<ChangedCredits> {
  const { accountId, amount, expiresAt, actor, reason, requestId } = change
  refuseUnfitExpiry(change)
  await lockAccount(tx, accountId)
  const before = await readBalance(tx, accountId)
  const transactionId = newId()
  const move = { accountId, amount, reason, actor, ...(expiresAt === null ? {} : { expiresAt }) }
  if (change.kind === 'grant') await grant(tx, { ...move, source: 'admin', transactionId })
  else await adjust(tx, { ...move, id: transactionId })
  const after = await readBalance(tx, accountId)
  if (after.available + after.held > CREDITS_MAX) throw new BalanceTooLarge({})
  await insertAuditEntry(tx, {
    id: newId(), action: `credits.${change.kind}`, actor, accountId, reason, requestId, transactionId,
    before: toRecord(before), after: toRecord(after),
  })
  return { ...after, before, transactionId }
}

function refuseUnfitExpiry({ amount, expiresAt }: CreditChange): void {
  if (expiresAt === null) return
  if (amount < 0n) throw new UnfitExpiry({ why: 'Credits that are taken do not expire.' })
  if (expiresAt.getTime() <= Date.now()) throw new UnfitExpiry({ why: 'The expiry has passed.' })
}

function toRecord({ available, held }: Balance): BalanceRecord {
  return { available: Number(available), held: Number(held) }
}
