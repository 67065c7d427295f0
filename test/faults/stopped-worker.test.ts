/**
 * The goal: a worker process that is stopped, as every deployment stops them, keeps nobody waiting until its leases lapse. The method: SIGTERM during a call that never
 * ends, so that the whole grace is used.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { demoPerson } from '#domains/accounts'
import { openDatabase, sql } from '#platform/db'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { Client } from '#test/client'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { readRow, until } from '#test/generations'
import { assertBooks } from '#test/ledger'
import { ServerProcess } from '#test/process'

test('a worker that is stopped in the middle of a call gives it back when its grace ends, says goodbye, and the next one finishes', { skip: withoutPostgres }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-stopped-'))
  const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 20, urlTtlSeconds: 3_600, pictures: 'plain' })
  after(async () => {
    await simulator.close()
    rmSync(directory, { recursive: true })
  })
  const url = await cloneTemplate()
  const env = { DATABASE_URL: url, COOLY_DATA_DIR: directory, BYTEPLUS_BASE_URL: `${simulator.url}/api/v3`, AUTH_SECRET: 's'.repeat(40), COOLY_DEMO: 'true' }
  const api = new ServerProcess({ ...env, COOLY_ROLE: 'api' })
  const address = await api.ready()
  const stopped = new ServerProcess({ ...env, COOLY_ROLE: 'worker' })
  const db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  const processes = [api]
  try {
    await stopped.ready()
    const client = new Client(address)
    await client.signIn(demoPerson.email, demoPerson.password)
    const { id } = await client.generate({ prompt: 'one never ends [[fault:hang@1]]', n: 3, size: '1K' })
    await until(() => (simulator.stats().requests[id]?.calls ?? 0) === 3)
    assert.deepEqual(await stopped.end('SIGTERM'), [0, null], stopped.output)
    const row = await readRow(db, id)
    assert.deepEqual([row.status, row.crashes], ['queued', 0])
    assert.deepEqual(await db.query(sql`select id from workers`), [])
    processes.push(new ServerProcess({ ...env, COOLY_ROLE: 'worker' }))
    const done = await client.ended(id)
    assert.deepEqual([done.status, done.outputs.length, done.credits.captured], ['succeeded', 3, 3])
    assert.equal(simulator.stats().requests[id]?.billedImages, 3, 'what was made before is used')
    await assertBooks(db)
  } finally {
    await db.close()
    for (const process of processes) assert.deepEqual(await process.end('SIGTERM'), [0, null], process.output)
  }
})
