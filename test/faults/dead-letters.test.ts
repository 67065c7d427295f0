/** A batch of dead letters whose process is killed while it works. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase, sql } from '#platform/db'
import { createClone, withoutPostgres } from '#test/database'
import { failedGeneration } from '#test/dead-letters'
import { accountWith, assertBooks } from '#test/ledger'
import { ServerProcess } from '#test/process'

const CLI = new URL('../../src/cli/cooly.ts', import.meta.url).pathname
const LETTERS = 12
const WITHIN_MS = 60_000

for (const failpoint of ['scheduler.in_letter', 'scheduler.after_letter']) {
  test(`killed at ${failpoint}, the batch goes on in the next process and tries each letter once`, { skip: withoutPostgres }, async (t) => {
    const { url, drop } = await createClone()
    const directory = mkdtempSync(join(tmpdir(), 'cooly-batch-'))
    const db = await openDatabase({ url, directory: null, connectionsMax: 4, onIdleError: () => undefined })
    t.after(async () => {
      await db.close()
      await drop()
      rmSync(directory, { recursive: true, force: true })
    })
    const accountId = await accountWith(db, 100n)
    for (let index = 0; index < LETTERS; index += 1) await failedGeneration(db, { accountId, outputs: 1 })
    const env = { DATABASE_URL: url, COOLY_DATA_DIR: directory, AUTH_SECRET: 's'.repeat(40), COOLY_ROLE: 'scheduler' }
    const started = execFileSync(process.execPath, [CLI, 'dlq', 'retry', '--all', '--json'], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: url, COOLY_DATA_DIR: directory }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
    })
    const { batch } = JSON.parse(started) as { batch: { id: string; total: number } }
    assert.equal(batch.total, LETTERS)

    const first = new ServerProcess({ ...env, COOLY_FAILPOINTS: `${failpoint}=kill9@4` })
    assert.deepEqual(await first.exited(), [null, 'SIGKILL'], first.output)
    const [halfway] = await db.query<{ retried: number }>(sql`select retried from dead_letter_batches where id = ${batch.id}`)
    assert(halfway!.retried >= 3 && halfway!.retried < LETTERS, `${halfway!.retried} were tried before`)
    await assertBooks(db)

    const second = new ServerProcess(env)
    t.after(() => second.end('SIGKILL').then(() => undefined, () => undefined))
    const deadline = Date.now() + WITHIN_MS
    for (let state = 'running'; state === 'running'; await delay(50)) {
      assert(Date.now() < deadline, 'the batch does not end')
      state = (await db.query<{ state: string }>(sql`select state from dead_letter_batches where id = ${batch.id}`))[0]!.state
    }
    await second.end('SIGTERM')
    const [end] = await db.query<{ retried: number; skipped: number; holds: number }>(sql`
      select retried, skipped, (select count(*)::int from credit_reservations where status = 'held' and account_id = ${accountId}) as holds
      from dead_letter_batches where id = ${batch.id}`)
    assert.deepEqual(end, { retried: LETTERS, skipped: 0, holds: LETTERS })
    await assertBooks(db)
  })
}
