/** The product, opened in this process, with a simulator of its own: everything real but the web app. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { grant } from '#domains/credits'
import { type Db, openDatabase } from '#platform/db'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { silentLogger } from '#platform/telemetry'
import { type AppParts, openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { Client } from './client.ts'
import { createClone } from './database.ts'

/** Lets in at the operator's part of a test app, as the command line. */
export const OPERATOR_KEY = 'operator-key-of-the-tests'

export interface TestApp {
  readonly address: string
  readonly dataDirectory: string
  readonly simulator: Awaited<ReturnType<typeof startBytedanceSimulator>>
  /** A connection of the test's own, beside the app's. */
  readonly db: Db
  /** Somebody who has just signed up, with these credits. */
  clientWith(credits: bigint): Promise<Client & { readonly accountId: string }>
}

/** Opens the app on a Postgres of its own, all roles in one. Closed after the file's tests. */
export async function openTestApp(env: Record<string, string> = {}, { network = {}, strict = true }: Pick<AppParts, 'network' | 'strict'> = {}): Promise<TestApp> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cooly-app-'))
  const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
  // A database that is named is shared with other apps, and somebody else's to drop.
  const { url, drop } = env['DATABASE_URL'] === undefined ? await createClone() : { url: env['DATABASE_URL'], drop: () => Promise.resolve() }
  const config = readConfig({
    NODE_ENV: 'test', PORT: '0', COOLY_WEB: 'false', COOLY_DATA_DIR: dataDirectory, DATABASE_URL: url,
    // Nobody answers there, unless the test says who does.
    BYTEPLUS_BASE_URL: `${simulator.url}/api/v3`, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', GOOGLE_BASE_URL: 'http://127.0.0.1:9/v1beta', GOOGLE_VERTEX_BASE_URL: 'http://127.0.0.1:9/v1',
    // Nobody is asked about models, unless the test asks.
    COOLY_MODEL_CHECK_HOUR: '24', ...env,
  })
  const app = await openApp({ config, version: 'test', log: silentLogger(), secret: 's'.repeat(40), operatorKey: OPERATOR_KEY, simulatorUrl: null, webReady: null, strict, network })
  const address = await app.server!.listen(config.http)
  const db = await openDatabase({ url, directory: null, connectionsMax: 4, onIdleError: () => undefined })
  after(async () => {
    await app.close(1_000)
    await db.close()
    await drop()
    await simulator.close()
    rmSync(dataDirectory, { recursive: true })
  })
  const clientWith = async (credits: bigint) => {
    const client = new Client(address)
    const accountId = await client.signUp()
    if (credits > 0n) await grant(db, { accountId, amount: credits, source: 'admin', reason: 'for a test', actor: 'system' })
    return Object.assign(client, { accountId })
  }
  return { address, dataDirectory, simulator, db, clientWith }
}
