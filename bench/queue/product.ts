/** The product, all roles in one process, on a queue: how long an accepted generation waits on an idle system until a worker has it. */
import { sql } from '#platform/db'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import type { Broker } from '#test/broker'
import { openBenchDatabase } from '../ledger/databases.ts'
import { median } from '../report.ts'
import { openProduct } from '../vendor/open-product.ts'

/** The median milliseconds between acceptance and lease, by the database's clock. */
export async function measureProductPickup(broker: Broker, adminUrl: string, times: number): Promise<number> {
  const database = await openBenchDatabase(adminUrl, 2)
  const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
  const product = await openProduct(database.url, simulator.url, broker.env)
  try {
    for (let turn = 0; turn < times; turn += 1) await product.client.ended((await product.client.generate({ prompt: 'a lighthouse', size: '1K' })).id)
    const waits = await database.db.query<{ ms: number }>(sql`
      /* bench.listWaits */
      select extract(epoch from started_at - created_at)::float8 * 1000 as ms from generation_sessions where status = 'succeeded'`)
    if (waits.length !== times) throw new Error(`${waits.length} of ${times} generations succeeded`)
    return median(waits.map(({ ms }) => ms))
  } finally {
    await product.close()
    await simulator.close()
    await database.close()
  }
}
