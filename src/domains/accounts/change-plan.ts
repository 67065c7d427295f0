import type { Tx } from '#platform/db'
import { setPlan } from './sql.ts'

/**
 * Puts the account of a person on another plan, in the caller's transaction. Answers the one before; undefined when there is no such person. Any plan may be named: what a plan
 * means is said where it has a meaning, such as how long outputs are kept. Safe to repeat.
 */
export function changePlan(tx: Tx, { userId, plan }: { readonly userId: string; readonly plan: string }): Promise<{ accountId: string; before: string } | undefined> {
  return setPlan(tx, userId, plan)
}
