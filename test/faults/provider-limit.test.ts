/**
 * The goal: a limit on a provider's calls holds over all processes, and a worker that dies with calls under way neither breaks it nor keeps its share. The method: two
 * worker processes with many places each against a simulator that counts what is under way at once.
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
import { assertBooks } from '#test/ledger'
import { ServerProcess } from '#test/process'

const LIMIT = 3
const GENERATIONS = 24

test('two worker processes with room for sixteen calls never have more than three calls under way, and all three all the time', { skip: withoutPostgres }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-limit-'))
  const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 60, urlTtlSeconds: 3_600, pictures: 'plain' })
  after(async () => {
    await simulator.close()
    rmSync(directory, { recursive: true })
  })
  const url = await cloneTemplate()
  const env = {
    DATABASE_URL: url, COOLY_DATA_DIR: directory, BYTEPLUS_BASE_URL: `${simulator.url}/api/v3`, AUTH_SECRET: 's'.repeat(40), COOLY_DEMO: 'true',
    COOLY_PROVIDER_CONCURRENCY: `bytedance=${LIMIT}`, COOLY_WORKER_CONCURRENCY: '2',
  }
  const api = new ServerProcess({ ...env, COOLY_ROLE: 'api' })
  const address = await api.ready()
  const workers = [1, 2].map(() => new ServerProcess({ ...env, COOLY_ROLE: 'worker' }))
  const db = await openDatabase({ url, directory: null, connectionsMax: 2, onIdleError: () => undefined })
  try {
    await Promise.all(workers.map((worker) => worker.ready()))
    const client = new Client(address)
    await client.signIn(demoPerson.email, demoPerson.password)
    const asked = await Promise.all(Array.from({ length: GENERATIONS }, () => client.generate({ prompt: 'a lighthouse', n: 4, size: '1K' })))
    const ended = await Promise.all(asked.map(({ id }) => client.ended(id)))
    assert.deepEqual(ended.map(({ status, outputs }) => [status, outputs.length]), Array(GENERATIONS).fill(['succeeded', 4]))
    assert.equal(simulator.stats().callsAtOnceMax, LIMIT)
    assert.equal(simulator.stats().calls, GENERATIONS * 4, 'waiting for a turn is no call and no failure')
    const owners = await db.query(sql`select distinct lease_owner from generation_sessions`)
    assert.equal(owners.length, 2, 'both worked')
    await assertBooks(db)
  } finally {
    await db.close()
    for (const process of [...workers, api]) assert.deepEqual(await process.end('SIGTERM'), [0, null], process.output)
  }
})
