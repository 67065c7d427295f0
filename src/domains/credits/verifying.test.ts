import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Db, sql } from '#platform/db'
import { openLogger, openMetrics } from '#platform/telemetry'
import { openTestDatabase, postgresUrl } from '#test/database'
import { accountWith } from '#test/ledger'
import { invariants } from './sql-verify.ts'
import { startVerifying } from './verifying.ts'

type Line = Record<string, unknown>

/** Verifies as fast as it can, and lets the test wait for what is logged. */
async function open(db: Db) {
  const lines: Line[] = []
  let written = Promise.withResolvers<void>()
  const destination = {
    write: (text: string) => {
      lines.push(JSON.parse(text) as Line)
      written.resolve()
      written = Promise.withResolvers<void>()
    },
  }
  const metrics = openMetrics({ processMetrics: false })
  const log = await openLogger({ level: 'debug', format: 'json', destination })
  const stop = startVerifying({ db, log, metrics, laws: invariants, everyMs: 5 })
  after(stop)
  const next = async (fits: (line: Line) => boolean): Promise<Line> => {
    for (let seen = lines.length; ; seen += 1) {
      while (lines.length <= seen) await written.promise
      if (fits(lines[seen]!)) return lines[seen]!
    }
  }
  return { stop, next, metrics, lines }
}

test('a gauge per check is 0 while all is well, and the number of violations when not, with an error that names the first ids', async () => {
  const db = await openTestDatabase(postgresUrl === null ? 'embedded' : 'postgres')
  const account = await accountWith(db, 10n)
  const { next, metrics, stop } = await open(db)
  await next(({ msg }) => msg === 'the books were verified')
  const text = await metrics.render()
  for (const { id } of invariants) assert(text.includes(`cooly_ledger_violations{check="${id}"} 0`), id)
  assert(text.includes('cooly_ledger_violations{check="I-30"} 0'))
  assert.match(text, /cooly_ledger_verified_seconds 1\.\d+e\+?\d+|cooly_ledger_verified_seconds \d{10}/)

  await db.query(sql`update credit_lots set remaining = remaining - 1, revoked = revoked + 1`)
  const [lot] = await db.query<{ id: string }>(sql`select id from credit_lots where account_id = ${account}`)
  const error = await next(({ check }) => check === 'I-03')
  assert.deepEqual([error['level'], error['violations'], error['ids']], ['error', 1, [lot!.id]])
  assert((await metrics.render()).includes('cooly_ledger_violations{check="I-03"} 1'))

  await db.query(sql`update credit_lots set remaining = remaining + 1, revoked = revoked - 1`)
  await next(({ msg }) => msg === 'the books were verified')
  await next(({ msg }) => msg === 'the books were verified')
  assert((await metrics.render()).includes('cooly_ledger_violations{check="I-03"} 0'), 'mended books are seen as mended')
  await stop()
})

test('what has grown old is sealed, and the digest is in the log', async () => {
  const db = await openTestDatabase(postgresUrl === null ? 'embedded' : 'postgres')
  await accountWith(db, 10n)
  await db.script(`set local session_replication_role = replica; update credit_transactions set created_at = now() - interval '2 hours'`)
  const { next, stop } = await open(db)
  const line = await next(({ msg }) => msg === 'the journal was sealed')
  const [seal] = await db.query<{ number: number; digest: string }>(sql`select number, digest from credit_seals`)
  assert.deepEqual([line['seal'], line['lines'], line['digest']], [1, 1, seal!.digest])
  await stop()
})

test('a round that fails is logged, and the next one comes', async () => {
  const db = await openTestDatabase(postgresUrl === null ? 'embedded' : 'postgres')
  await db.query(sql`alter table credit_debts rename to elsewhere`)
  const { next, stop } = await open(db)
  await next(({ msg }) => msg === 'the books could not be verified')
  await db.query(sql`alter table elsewhere rename to credit_debts`)
  await next(({ msg }) => msg === 'the books were verified')
  await stop()
})
