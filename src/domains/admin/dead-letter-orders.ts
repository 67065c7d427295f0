import {
  type Batch, discardLetter, DeadLetterMissing, estimateRetry, type Estimate, getLetter, type Changing, type LetterFilter, purgeLetters, retryLetter, startBatch, stopBatch,
} from '#domains/dead-letters'
import type { KnownReach, Reopened } from '#domains/generations'
import { newId } from '#lib/ids'
import type { Queryable, Tx } from '#platform/db'
import type { AuditAction, AuditRecord, Because } from './model.ts'
import { insertAuditEntry } from './sql.ts'

/*
 * What an operator does about dead letters, each with its entry in the audit log in the caller's transaction. Of a batch the log has its beginning and its
 * stop; what it did to each letter stands with the letter.
 */

export async function orderRetry(
  tx: Tx,
  { letterId, waived, change, known, because }: { letterId: string; waived: boolean; change: Changing | null; known: KnownReach; because: Because },
): Promise<Reopened> {
  const reopened = await retryLetter(tx, { letterId, waived, change, known, by: because.actor })
  // The names of what was changed, and not what a person wrote.
  const changed = change === null ? {} : { changed: Object.keys(change.input) }
  await record(tx, because, { action: 'dlq.retry', letterId, accountId: reopened.accountId, after: { state: 'retried', waived, held: Number(reopened.credits), ...changed } })
  return reopened
}

export type RetryAll = Estimate & { readonly batch: Batch | null }

/** Begins a batch of all that matches. The figures are those of the moment before; when there is nothing left to try, all are zero. */
export async function orderRetryAll(tx: Tx, { filter, waived, because }: { filter: LetterFilter; waived: boolean; because: Because }): Promise<RetryAll> {
  const estimate = await estimateRetry(tx, filter, waived)
  const batch = await startBatch(tx, { filter, waived, by: because.actor })
  if (batch === undefined) return { count: 0, credits: 0n, unpayable: { count: 0, credits: 0n, accounts: 0 }, unretriable: estimate.unretriable, batch: null }
  await insertAuditEntry(tx, {
    id: newId(), action: 'dlq.retry_all', ...because, accountId: null, subject: `dead_letter_batch:${batch.id}`, transactionId: null,
    before: {}, after: { filter, waived, total: batch.total },
  })
  return { ...estimate, batch }
}

export async function orderStop(tx: Tx, batchId: string, because: Because): Promise<Batch> {
  const batch = await stopBatch(tx, batchId, because.actor)
  await insertAuditEntry(tx, {
    id: newId(), action: 'dlq.stop', ...because, accountId: null, subject: `dead_letter_batch:${batch.id}`, transactionId: null,
    before: {}, after: { state: batch.state, retried: batch.retried, total: batch.total },
  })
  return batch
}

export async function orderDiscard(tx: Tx, letterId: string, because: Because): Promise<void> {
  const { accountId } = await discardLetter(tx, { letterId, reason: because.reason, by: because.actor })
  await record(tx, because, { action: 'dlq.discard', letterId, accountId, after: { state: 'discarded' } })
}

export async function orderPurge(tx: Tx, { filter, confirmed, because }: { filter: LetterFilter; confirmed: number; because: Because }): Promise<number> {
  const count = await purgeLetters(tx, filter, confirmed)
  await insertAuditEntry(tx, {
    id: newId(), action: 'dlq.purge', ...because, accountId: null, subject: 'dead_letters', transactionId: null, before: { filter, count }, after: { count: 0 },
  })
  return count
}

/** Shows what a person wrote, and that it was shown. Refuses `DeadLetterMissing`. */
export async function orderReveal(tx: Tx, letterId: string, because: Because): Promise<unknown> {
  const letter = await getLetter(tx, letterId)
  if (letter === undefined) throw new DeadLetterMissing({})
  await record(tx, because, { action: 'dlq.reveal', letterId, accountId: letter.accountId, after: {} })
  return letter.payload
}

interface Entry {
  readonly action: AuditAction
  readonly letterId: string
  readonly accountId: string | null
  readonly after: AuditRecord
}

function record(tx: Queryable, because: Because, { letterId, ...entry }: Entry): Promise<void> {
  const before = entry.action === 'dlq.reveal' ? {} : { state: 'open' }
  return insertAuditEntry(tx, { id: newId(), ...because, ...entry, subject: `dead_letter:${letterId}`, transactionId: null, before })
}
