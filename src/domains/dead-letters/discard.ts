import type { Tx } from '#platform/db'
import { DeadLetterMissing, DeadLetterResolved } from './errors.ts'
import { lockLetter, resolveLetter } from './sql-letters.ts'

/**
 * Closes a letter without another try: its generation stays failed, and nothing is charged for it. In the caller's transaction.
 *
 * Refuses `DeadLetterMissing` and `DeadLetterResolved`: against a try at the same moment one of them wins.
 */
export async function discardLetter(tx: Tx, input: { readonly letterId: string; readonly reason: string; readonly by: string }): Promise<{ accountId: string | null }> {
  const letter = await lockLetter(tx, input.letterId)
  if (letter === undefined) throw new DeadLetterMissing({})
  if (letter.state !== 'open') throw new DeadLetterResolved({ state: letter.state })
  await resolveLetter(tx, { id: letter.id, state: 'discarded', by: input.by, resolution: input.reason })
  return { accountId: letter.accountId }
}
