import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#platform/telemetry'
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'

/** The OpenAPI document of the whole interface, as it is committed: asked from the product itself, on a passing embedded database. */
export async function openapiText(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-reference-'))
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  const config = readConfig({ NODE_ENV: 'test', COOLY_WEB: 'false', COOLY_DATA_DIR: directory })
  const app = await openApp({ config, version, log: silentLogger(), secret: 's'.repeat(40), operatorKey: null, simulatorUrl: 'http://127.0.0.1:9', webReady: null })
  try {
    return `${JSON.stringify(app.server!.openapi(), null, 2)}\n`
  } finally {
    await app.close(1_000)
    rmSync(directory, { recursive: true })
  }
}
