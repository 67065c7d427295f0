import type { GeminiSettings, VertexSettings } from './google/index.ts'
import { InlineOutputs, type InlineOutputsOptions } from './inline-outputs.ts'
import type { OpenaiSettings } from './openai/index.ts'
import type { ImageProvider, VideoProvider } from './port.ts'

/** A vendor that is left out is not opened. */
export interface ProvidersConfig {
  readonly bytedance?: BytedanceConfig | undefined
  readonly openai?: OpenaiConfig | undefined
  /** Gemini Omni. */
  readonly gemini?: GeminiConfig | undefined
  /** Veo. */
  readonly vertex?: VertexConfig | undefined
}

/** Of one account, for images and videos. Where the bytes of images are kept has no default: it decides what a restart costs. */
interface OpenaiConfig extends OpenaiSettings {
  readonly inlineOutputs: InlineOutputsOptions
}

interface GeminiConfig extends GeminiSettings {
  /** True for a host that still speaks Veo's operations besides; the vendor's own does not. */
  readonly veo?: boolean | undefined
}

interface VertexConfig extends Omit<VertexSettings, 'tokens'> {
  /** The service account's key file, as JSON. Null for a simulator, which takes any token. */
  readonly keyFileJson: string | null
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
  if (config.openai !== undefined) {
    const { OpenaiImages } = await import('./openai/index.ts')
    const provider = new OpenaiImages({ ...config.openai, inlineOutputs: new InlineOutputs(config.openai.inlineOutputs) })
    providers.set(provider.name, provider)
  }
  return providers
}

/** As `openProviders`, for videos. A vendor may have other keys and another region for them. */
export async function openVideoProviders(config: ProvidersConfig): Promise<ReadonlyMap<string, VideoProvider>> {
  const opened = [...(await openBytedanceVideos(config)), ...(await openOpenaiVideos(config)), ...(await openGoogleVideos(config))]
  return new Map(opened.map((provider) => [provider.name, provider]))
}

async function openBytedanceVideos({ bytedance }: ProvidersConfig): Promise<VideoProvider[]> {
  if (bytedance === undefined) return []
  const { BytedanceVideos } = await import('./bytedance/index.ts')
  return [new BytedanceVideos(bytedance)]
}

/** Only at a gateway or a simulator: the vendor itself has ended its videos, and every call would fail. */
async function openOpenaiVideos({ openai }: ProvidersConfig): Promise<VideoProvider[]> {
  if (openai === undefined || isOpenaiItself(openai.baseUrl)) return []
  const { OpenaiVideos } = await import('./openai/index.ts')
  return [new OpenaiVideos(openai)]
}

/** With its regions, which are below the same name. */
function isOpenaiItself(baseUrl: string): boolean {
  return /(^|\.)api\.openai\.com$/.test(new URL(baseUrl).hostname)
}

async function openGoogleVideos({ gemini, vertex }: ProvidersConfig): Promise<VideoProvider[]> {
  if (gemini === undefined && vertex === undefined) return []
  const { geminiHost, OmniVideos, serviceAccountTokens, simulatedTokens, VeoVideos, vertexHost } = await import('./google/index.ts')
  const opened: VideoProvider[] = []
  if (gemini !== undefined) opened.push(new OmniVideos(gemini))
  if (gemini?.veo === true) opened.push(new VeoVideos(geminiHost(gemini), gemini))
  if (vertex === undefined) return opened
  const { keyFileJson, ...settings } = vertex
  if (keyFileJson === null && !settings.simulated) throw new TypeError('Vertex needs the key file of a service account')
  const tokens = keyFileJson === null ? simulatedTokens : serviceAccountTokens(keyFileJson)
  return [...opened, new VeoVideos(vertexHost({ ...settings, tokens }), settings)]
}
