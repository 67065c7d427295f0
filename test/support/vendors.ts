/** Two vendors of images, each with its simulator, for tests of what goes from one to the other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { type ImageProvider, openProviders } from '#platform/providers'
import { bytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { openStorage, type Storage } from '#platform/storage'

const KEY = 'right'

export interface Vendors {
  readonly url: string
  readonly storage: Storage
  /** The providers of an installation. Any key for OpenAI but the right one is refused. */
  providersWith(openaiKey: 'right' | 'wrong'): Promise<ReadonlyMap<string, ImageProvider>>
}

/** Closed after the file's tests. */
export async function openVendors(): Promise<Vendors> {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-vendors-'))
  const options = { latencyMs: 0, pictures: 'plain', urlTtlSeconds: 3_600, apiKey: KEY } as const
  const server = await serveVendors([bytedanceSimulator(options), openaiSimulator(options)], { host: '127.0.0.1', port: 0 })
  const storage = await openStorage({ directory })
  after(async () => {
    await server.close()
    rmSync(directory, { recursive: true })
  })
  const inlineOutputs = { store: storage, onUnkept: (error: unknown) => { throw error } }
  const providersWith = (openaiKey: string) => openProviders({
    bytedance: { apiKey: KEY, baseUrl: `${server.url}/api/v3`, simulated: true },
    openai: { apiKey: openaiKey, baseUrl: `${server.url}/openai/v1`, simulated: true, timeoutMs: 10_000, inlineOutputs },
  })
  return { url: server.url, storage, providersWith }
}
