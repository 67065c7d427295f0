import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { newId } from '#lib/ids'
import { openDatabase, sql } from '#platform/db'
import { openStorage } from '#platform/storage'
import { cooly } from '#test/cooly'
import { cloneTemplate, postgresUrl, withoutPostgres } from '#test/database'
import { failedGeneration } from '#test/dead-letters'
import { accountWith, assertBooks } from '#test/ledger'

const directory = mkdtempSync(join(tmpdir(), 'cooly-collect-'))
after(() => rmSync(directory, { recursive: true, force: true }))

describe('storage collect', { skip: withoutPostgres }, async () => {
  if (postgresUrl === null) return
  const url = await cloneTemplate()
  const db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  after(() => db.close())
  const storage = await openStorage({ directory: join(directory, 'files') })
  const collect = (...args: string[]) => cooly({ DATABASE_URL: url, COOLY_DATA_DIR: directory }, 'storage', 'collect', ...args)
  const { id } = await failedGeneration(db, { accountId: await accountWith(db, 10n), outputs: 1 })
  await db.query(sql`update generation_sessions set finished_at = now() - interval '2 hours' where id = ${id}`)
  const [leftover, stranger] = [`generations/${id}/1/0`, `generations/${newId()}/1/0`]
  for (const key of [leftover, stranger]) await storage.put(key, Readable.from([Buffer.from('bytes')]), { maxBytes: 100 })
  const there = () => [leftover, stranger].map((key) => existsSync(join(directory, 'files', key)))

  test('a dry run says what there is to remove, and removes nothing', async () => {
    const { code, stdout, stderr } = await collect('--dry-run')
    assert.equal(code, 0, stderr)
    assert.equal(stdout, '2 objects looked at, 1 to remove\n1 object of generations that this database does not know, left alone: is it the right database?\n')
    assert.deepEqual(JSON.parse((await collect('--dry-run', '--json')).stdout), { looked: 2, leftovers: 1, strangers: 1, dryRun: true })
    assert.deepEqual(there(), [true, true])
  })

  test('without it the leftover goes, and what is of no generation of this database stays', async () => {
    assert.match((await collect()).stdout, /^2 objects looked at, 1 removed\n/)
    assert.deepEqual(there(), [false, true])
    await assertBooks(db)
  })
})
