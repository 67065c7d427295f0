/** The product in this process on a database of a benchmark, with a vendor at some address. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoPerson } from '#domains/accounts'
import { silentLogger } from '#platform/telemetry'
import { Client } from '#test/client'
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'

export interface OpenProduct {
  /** Signed in as the person of the demo. */
  readonly client: Client
  close(): Promise<void>
}

/** `env` is added to the settings; by itself it takes every role. */
export async function openProduct(databaseUrl: string, vendorUrl: string, env: Readonly<Record<string, string>> = {}): Promise<OpenProduct> {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-bench-'))
  const config = readConfig({
    NODE_ENV: 'test', PORT: '0', COOLY_WEB: 'false', COOLY_DEMO: 'true', COOLY_DATA_DIR: directory, DATABASE_URL: databaseUrl, BYTEPLUS_BASE_URL: `${vendorUrl}/api/v3`, ...env,
  })
  const app = await openApp({ config, version: 'bench', log: silentLogger(), secret: 's'.repeat(40), operatorKey: null, simulatorUrl: null, webReady: null })
  const client = new Client(await app.server!.listen(config.http))
  await client.signIn(demoPerson.email, demoPerson.password)
  const close = async () => {
    await app.close(1_000)
    rmSync(directory, { recursive: true })
  }
  return { client, close }
}
