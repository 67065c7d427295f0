import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Logger, Metrics } from '#platform/telemetry'
import { sealJournal } from './seal.ts'
import type { Invariant } from './sql-verify.ts'
import { findLate, findWrong, type Verification, verifyBooks } from './verify.ts'

export interface VerifyingParts {
  readonly db: Db
  readonly log: Logger
  readonly metrics: Metrics
  readonly laws: readonly Invariant[]
  readonly everyMs: number
}

/** Work that is late because nobody was there gets this long before it counts. */
const FIRST_AFTER_MS = 60_000

/**
 * Proves the books again and again and seals what has grown old, until the answer is called. Any number of processes may do it; it costs each a pass
 * over the books, so one role does.
 *
 * `cooly_ledger_violations` has a value per check, 0 when all is well, and `cooly_ledger_verified_seconds` the time of the last
 * verification that came to its end: silence is not proof. Wrong books are logged as an error with the first ids, at every round.
 */
export function startVerifying({ db, log, metrics, laws, everyMs }: VerifyingParts): () => Promise<void> {
  const violations = metrics.gauge({ name: 'ledger_violations', help: 'Rows that break a law of the books, by check', labelNames: ['check'] })
  const verifiedAt = metrics.gauge({ name: 'ledger_verified_seconds', help: 'When the books were last verified, in seconds since 1970' })
  const work = async () => {
    const verification = await verifyBooks(db, laws)
    for (const { id, violations: count } of verification.checks) violations.set({ check: id }, count)
    verifiedAt.set(Date.now() / 1_000)
    tell(log, verification)
    for (const { number, lines, digest } of await sealJournal(db)) log.info({ seal: number, lines, digest }, 'the journal was sealed')
  }
  return startRepeating({
    everyMs,
    firstAfterMs: Math.min(FIRST_AFTER_MS, everyMs),
    work,
    onError: (error) => log.error({ err: error }, 'the books could not be verified'),
  })
}

function tell(log: Logger, verification: Verification): void {
  const { rows, ms } = verification
  for (const { id: check, name, violations, ids } of findWrong(verification)) log.error({ check, violations, ids }, `the books are wrong: not true that ${name}`)
  for (const { id: check, name, violations, ids } of findLate(verification)) log.warn({ check, violations, ids }, `work is late: not true that ${name}`)
  log.debug({ rows, ms }, 'the books were verified')
}
