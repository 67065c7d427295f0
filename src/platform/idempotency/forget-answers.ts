import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Logger } from '#platform/telemetry'
import { deleteExpiredAnswers } from './sql.ts'

const EVERY_MS = 10 * 60_000
const BATCH = 1_000

/** Removes answers that are past their 24 hours, until the returned function is called. Any number of processes may do it. */
export function startForgettingAnswers({ db, log }: { readonly db: Db; readonly log: Logger }): () => Promise<void> {
  return startRepeating({
    everyMs: EVERY_MS,
    work: () => forgetAnswers(db),
    onError: (error) => log.error({ err: error }, 'removing answers past their time failed'),
  })
}

/** Answers how many were removed. */
export async function forgetAnswers(db: Db): Promise<number> {
  for (let removed = 0; ; ) {
    const batch = await deleteExpiredAnswers(db, BATCH)
    removed += batch
    if (batch < BATCH) return removed
  }
}
