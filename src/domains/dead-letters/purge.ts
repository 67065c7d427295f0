import type { Tx } from '#platform/db'
import { PurgeUnconfirmed } from './errors.ts'
import type { LetterFilter } from './model.ts'
import { deleteLetters } from './sql-letters.ts'

/**
 * Deletes letters, of whatever state the filter says; their generations stay as they are. What a running batch is about to try again is left out.
 *
 * Refuses `PurgeUnconfirmed` unless exactly as many match as the caller says: who saw ten does not delete the eleventh.
 */
export async function purgeLetters(tx: Tx, filter: LetterFilter, confirmed: number): Promise<number> {
  const { count, deleted } = await deleteLetters(tx, filter, confirmed)
  if (count !== confirmed) throw new PurgeUnconfirmed({ count })
  return deleted
}
