import type { Db, Queryable } from '#platform/db'
import { getLastSeal, insertSeal, listBrokenSeals, readSealableUntil, type Seal } from './sql-seal.ts'
import { type Check, IDS_SHOWN_MAX } from './sql-verify.ts'

const LINES_MAX = 10_000
/** Far longer than any transaction of ours may take. */
const OLDER_THAN_SECONDS = 3_600

/**
 * Seals what the journal holds from before the last hour, and answers the new seals. Safe to repeat, and from any number of processes: each seal is made once.
 *
 * Whoever can write to the database can also forge its seals. Keep a digest somewhere else (the log has them all): a chain that
 * still contains it has not been rewritten before it.
 */
export async function sealJournal(db: Db, { olderThanSeconds = OLDER_THAN_SECONDS }: { readonly olderThanSeconds?: number } = {}): Promise<Seal[]> {
  // Two statements on purpose: the second sees everything that had been committed when the first looked for open transactions.
  const until = await readSealableUntil(db, olderThanSeconds)
  const seals: Seal[] = []
  for (;;) {
    const seal = await insertSeal(db, until, LINES_MAX)
    if (seal === undefined) return seals
    seals.push(seal)
  }
}

export interface SealVerification {
  /** Numbers of seals that no longer fit what they sealed. Those after a broken one are not named for it. */
  readonly broken: readonly number[]
  /** The newest seal: its digest stands for everything before. Null when nothing is sealed yet. */
  readonly last: Seal | null
}

/** Compares every seal with the journal as it is now. Changes nothing. */
export async function verifySeals(db: Queryable): Promise<SealVerification> {
  return { broken: await listBrokenSeals(db), last: (await getLastSeal(db)) ?? null }
}

/** The same as one of the checks of the books. */
export async function checkSeals(tx: Queryable): Promise<Check> {
  const { broken } = await verifySeals(tx)
  const ids = broken.slice(0, IDS_SHOWN_MAX).map((number) => `seal ${number}`)
  return { id: 'I-30', name: 'sealed history is as it was sealed', late: false, violations: broken.length, ids }
}
