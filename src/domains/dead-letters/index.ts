/**
 * Dead letters: what failed for good, until somebody has dealt with it.
 *
 * A letter is written by the transaction that ends a generation as failed, and of a message that nobody can make sense of. It is resolved once, whoever tries
 * at the same moment: tried again, which opens the same generation and holds its credits again (or nothing, at no cost), or discarded with a reason. Many at a
 * time are a batch, which survives any process and never floods the queue.
 */
export { startBatch, stopBatch, WAITING_MAX, workBatch, type BatchWork } from './batch.ts'
export { InputChange } from './change-input.ts'
export { discardLetter } from './discard.ts'
export {
  BatchMissing, DeadLetterDearer, DeadLetterMissing, DeadLetterResolved, DeadLetterUnpayable, DeadLetterUnretriable, PurgeUnconfirmed,
} from './errors.ts'
export { estimateRetry } from './estimate.ts'
export { deadLetterInvariants } from './invariants.ts'
export { mask } from './mask.ts'
export { type Batch, type BatchState, type Estimate, type Letter, type LetterFilter, type LetterGroup, letterStates } from './model.ts'
export { purgeLetters } from './purge.ts'
export { retryLetter, type Changing, type RetryInput } from './retry.ts'
export { getBatch, listBatches } from './sql-batches.ts'
export { getLetter, listGroups, listLetters } from './sql-letters.ts'
export { startDeadLetterSweeps } from './sweeping.ts'
