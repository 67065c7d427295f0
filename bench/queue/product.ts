/** The product, all roles in one process, on a queue: how long an accepted generation waits on an idle system until a worker has it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoPerson } from '#domains/accounts'
import { sql } from '#platform/db'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { silentLogger } from '#platform/telemetry'
import type { Broker } from '#test/broker'
import { Client } from '#test/client'
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { openBenchDatabase } from '../ledger/databases.ts'
import { median } from '../report.ts'

/** The median milliseconds between acceptance and lease, by the database's clock. */
export async function measureProductPickup(broker: Broker, adminUrl: string, times: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-bench-'))
  const database = await openBenchDatabase(adminUrl, 2)
  const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
  const config = readConfig({
    ...broker.env, NODE_ENV: 'test', PORT: '0', COOLY_WEB: 'false', COOLY_DEMO: 'true', COOLY_DATA_DIR: directory, DATABASE_URL: database.url,
    BYTEPLUS_BASE_URL: `${simulator.url}/api/v3`,
  })
  const app = await openApp({ config, version: 'bench', log: silentLogger(), secret: 's'.repeat(40), operatorKey: null, simulatorUrl: null, webReady: null })
  try {
    const client = new Client(await app.server!.listen(config.http))
    await client.signIn(demoPerson.email, demoPerson.password)
    for (let turn = 0; turn < times; turn += 1) await client.ended((await client.generate({ prompt: 'a lighthouse', size: '1K' })).id)
    const waits = await database.db.query<{ ms: number }>(sql`
      /* bench.listWaits */
      select extract(epoch from started_at - created_at)::float8 * 1000 as ms from generation_sessions where status = 'succeeded'`)
    if (waits.length !== times) throw new Error(`${waits.length} of ${times} generations succeeded`)
    return median(waits.map(({ ms }) => ms))
  } finally {
    await app.close(1_000)
    await simulator.close()
    await database.close()
    rmSync(directory, { recursive: true })
  }
}
