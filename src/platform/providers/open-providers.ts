import type { ImageProvider, VideoProvider } from './port.ts'

/** A vendor that is left out is not opened. */
export interface ProvidersConfig {
  readonly bytedance?: BytedanceConfig | undefined
}

interface BytedanceConfig {
  readonly apiKey: string
  /** Up to and including the version: `https://ark.ap-southeast.bytepluses.com/api/v3`. */
  readonly baseUrl: string
  /** True when `baseUrl` is our simulator. Never set it for a vendor: calls would carry our ids. */
  readonly simulated: boolean
  /** For one call with its answer. Five minutes when left out. */
  readonly timeoutMs?: number | undefined
}

/**
 * Opens the image providers that are configured, by the name that the catalogue uses. Loads only
 * their code and calls nobody: a wrong key shows on the first generation, not here.
 */
export async function openProviders(config: ProvidersConfig): Promise<ReadonlyMap<string, ImageProvider>> {
  const providers = new Map<string, ImageProvider>()
  if (config.bytedance !== undefined) {
    const { BytedanceImages } = await import('./bytedance/index.ts')
    const provider = new BytedanceImages(config.bytedance)
    providers.set(provider.name, provider)
  }
  return providers
}

/** As `openProviders`, for videos. A vendor may have other keys and another region for them. */
export async function openVideoProviders(config: ProvidersConfig): Promise<ReadonlyMap<string, VideoProvider>> {
  const providers = new Map<string, VideoProvider>()
  if (config.bytedance !== undefined) {
    const { BytedanceVideos } = await import('./bytedance/index.ts')
    const provider = new BytedanceVideos(config.bytedance)
    providers.set(provider.name, provider)
  }
  return providers
}
