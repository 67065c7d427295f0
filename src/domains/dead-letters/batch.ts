import { failpoint } from '#lib/failpoint'
import { newId } from '#lib/ids'
import { ModelUnconfigured } from '#domains/catalog'
import { countReopened, GenerationDeleted, type KnownReach } from '#domains/generations'
import { type Db, isConnectionLoss, type Tx } from '#platform/db'
import { BatchMissing, DeadLetterUnpayable } from './errors.ts'
import type { Batch, LetterFilter } from './model.ts'
import { describeRetry, reopenGeneration } from './retry.ts'
import { countOutcome, finishBatch, getBatch, insertBatch, lockBatch, nextLetter, refuseLetter, stopRunning } from './sql-batches.ts'
import { resolveLetter } from './sql-letters.ts'

/** So many generations that were opened again wait at a time, over all batches: what people ask for now is not buried under what failed. */
export const WAITING_MAX = 50

/**
 * Begins to try again all open letters that match and that no other batch has: they are the batch's from now on, and `workBatch` opens them one by one.
 * Letters that come later, also those of its own generations that fail again, are not. Undefined when there are none.
 */
export function startBatch(tx: Tx, input: { readonly filter: LetterFilter; readonly waived: boolean; readonly by: string }): Promise<Batch | undefined> {
  return insertBatch(tx, { id: newId(), filter: input.filter, waived: input.waived, startedBy: input.by })
}

/** Stops a batch: what it has opened goes on, what it has not come to is anybody's again. Safe to repeat. Refuses `BatchMissing`. */
export async function stopBatch(tx: Tx, id: string, by: string): Promise<Batch> {
  const batch = (await stopRunning(tx, id, by)) ?? (await getBatch(tx, id))
  if (batch === undefined) throw new BatchMissing({})
  return batch
}

export interface BatchWork {
  readonly db: Db
  /** Called after each commit: a generation waits again. */
  readonly onReopened: (reopened: { readonly id: string; readonly accountId: string; readonly seq: number }) => void
  readonly onError: (error: unknown) => void
  readonly waitingMax?: number
  /** As of `reopen`. */
  readonly known: KnownReach
}

/**
 * Goes on with a batch as far as it may at this moment, one transaction per letter, and answers how many letters it dealt with.
 *
 * Safe to run anywhere, by any number of processes and after any death: the batch's row is locked with each letter, and what was counted is what was done.
 */
export async function workBatch(work: BatchWork, id: string, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (; signal?.aborted !== true && (await step(work, id)); done += 1) failpoint('scheduler.after_letter')
  return done
}

/** Deals with one letter. False when there is nothing more to do for now. A letter over which we fail is let go of, so that the others have their turn. */
async function step(work: BatchWork, id: string): Promise<boolean> {
  let letterId: string | undefined
  try {
    return await stepOver(work, id, (current) => (letterId = current))
  } catch (error) {
    if (letterId === undefined || isConnectionLoss(error)) throw error
    work.onError(error)
    await refuseLetter(work.db, letterId, 'server.error')
    return true
  }
}

function stepOver({ db, onReopened, known, waitingMax = WAITING_MAX }: BatchWork, id: string, onLetter: (id: string) => void): Promise<boolean> {
  return db.transaction(async (tx) => {
    const batch = await lockBatch(tx, id)
    if (batch === undefined) return false
    const letter = await nextLetter(tx, id)
    if (letter === 'busy') return false
    if (letter === undefined) {
      await finishBatch(tx, id)
      return false
    }
    if ((await countReopened(tx, waitingMax)) >= waitingMax) return false
    onLetter(letter.id)
    await retryNext(tx, batch, letter, { onReopened, known })
    failpoint('scheduler.in_letter')
    return true
  })
}

async function retryNext(tx: Tx, batch: Batch, letter: { id: string; generationId: string }, { onReopened, known }: Pick<BatchWork, 'onReopened' | 'known'>): Promise<void> {
  try {
    const reopened = await reopenGeneration(tx, { generationId: letter.generationId, waived: batch.waived, change: null, known })
    await resolveLetter(tx, { id: letter.id, state: 'retried', by: batch.startedBy, resolution: describeRetry(batch.waived, false) })
    // One that is not failed any more was opened behind the letter's back: the letter is closed and nothing counted.
    if (reopened === undefined) return
    await countOutcome(tx, batch.id, 'retried', reopened.credits)
    tx.afterCommit(() => onReopened(reopened))
  } catch (error) {
    if (!(error instanceof DeadLetterUnpayable || error instanceof GenerationDeleted || error instanceof ModelUnconfigured)) throw error
    await refuseLetter(tx, letter.id, error.code)
    // What is in no count is skipped: of a deleted generation there is nothing to try, and of one without a key nobody to ask.
    if (error instanceof DeadLetterUnpayable) await countOutcome(tx, batch.id, 'unpayable', 0n)
  }
}
