import { InsufficientCredits } from '#domains/credits'
import { type KnownReach, type Reopened, reopen } from '#domains/generations'
import type { Tx } from '#platform/db'
import { changeInput, type InputChange, type Models } from './change-input.ts'
import { DeadLetterMissing, DeadLetterResolved, DeadLetterUnpayable, DeadLetterUnretriable } from './errors.ts'
import { lockLetter, resolveLetter } from './sql-letters.ts'

/** What to make instead, and the models that it is checked against. */
export interface Changing {
  readonly input: InputChange
  readonly catalogue: Models
}

export interface RetryInput {
  readonly letterId: string
  /** At no cost to the account. */
  readonly waived: boolean
  readonly change: Changing | null
  /** As of `reopen`. */
  readonly known: KnownReach
  /** Who wants it. */
  readonly by: string
}

/**
 * Opens the generation of a dead letter again, in the caller's transaction, and closes the letter.
 *
 * Refuses `DeadLetterMissing`, `DeadLetterResolved`, `DeadLetterUnretriable`, `DeadLetterUnpayable`, `ModelUnconfigured`, `GenerationDeleted`, and for a changed input what `changeInput` refuses. Of any
 * number of callers at one moment one succeeds.
 */
export async function retryLetter(tx: Tx, { letterId, waived, change, known, by }: RetryInput): Promise<Reopened> {
  const letter = await lockLetter(tx, letterId)
  if (letter === undefined) throw new DeadLetterMissing({})
  if (letter.state !== 'open') throw new DeadLetterResolved({ state: letter.state })
  if (letter.generationId === null) throw new DeadLetterUnretriable({})
  const reopened = await reopenGeneration(tx, { generationId: letter.generationId, waived, change, known })
  if (reopened === undefined) throw new DeadLetterResolved({ state: 'retried' })
  await resolveLetter(tx, { id: letter.id, state: 'retried', by, resolution: describeRetry(waived, change !== null) })
  return reopened
}

/** `reopen` with the refusals of this domain. */
export async function reopenGeneration(
  tx: Tx,
  { generationId, waived, change, known }: { readonly generationId: string } & Pick<RetryInput, 'waived' | 'change' | 'known'>,
): Promise<Reopened | undefined> {
  try {
    return await reopen(tx, { generationId, waived, known, ...(change === null ? {} : { change: (session) => changeInput(change.catalogue, session, change.input) }) })
  } catch (error) {
    if (!(error instanceof InsufficientCredits)) throw error
    const { requiredCredits, availableCredits } = error.members as { requiredCredits: number; availableCredits: number }
    throw new DeadLetterUnpayable({ requiredCredits: BigInt(requiredCredits), availableCredits: BigInt(availableCredits) }, { cause: error })
  }
}

export function describeRetry(waived: boolean, changed: boolean): string {
  return ['tried again', ...(changed ? ['with another input'] : []), ...(waived ? ['at no cost'] : [])].join(' ')
}
