/** Part of the composition: which vendors this installation reaches, and how. */
import { readFile } from 'node:fs/promises'
import { imageModels, type ImageProvider, type InlineStore, type LifeNotice, openProviders, openVideoProviders, type ProvidersConfig, UnusableKeyFile, videoModels, type VideoProvider } from '#platform/providers'
import type { LifeNotices } from '#domains/admin'
import type { Reach } from '#domains/catalog'
import type { Logger } from '#platform/telemetry'
import { type Config, InvalidConfig } from '../config.ts'

const MODELARK = 'https://ark.ap-southeast.bytepluses.com/api/v3'
const OPENAI = 'https://api.openai.com/v1'
const GEMINI = 'https://generativelanguage.googleapis.com/v1beta'

export interface VendorsParts {
  readonly config: Config
  /** Keeps answers that are images themselves. */
  readonly storage: InlineStore
  /** Where the simulators of this process answer; null in one that has none. */
  readonly simulatorUrl: string | null
  readonly log: Logger
  /** Hears what vendors say about the end of their models. */
  readonly notices: LifeNotices
}

export interface Vendors {
  readonly providers: ReadonlyMap<string, ImageProvider>
  readonly videoProviders: ReadonlyMap<string, VideoProvider>
}

/**
 * Opens every vendor that has a key, and simulated ones in the place of the others where the settings allow that. Of the rest nothing is opened: their models
 * are unconfigured, and no worker of this process takes their work. Calls nobody. Throws `InvalidConfig` for a key file that cannot be read or is none.
 */
export async function openVendors(parts: VendorsParts): Promise<Vendors> {
  const vendors = { providers: await openProviders(imageVendors(parts)), videoProviders: await openVideos(await videoVendors(parts)) }
  const missing = [...missingOf('image', imageModels, vendors.providers), ...missingOf('video', videoModels, vendors.videoProviders)]
  if (missing.length > 0) parts.log.info({ missing }, 'the models of these providers cannot be asked here: they have no key, or ended and have no gateway')
  return vendors
}

function missingOf(kind: string, known: Readonly<Record<string, unknown>>, opened: ReadonlyMap<string, unknown>): string[] {
  return Object.keys(known).filter((name) => !opened.has(name)).map((name) => `${kind}/${name}`)
}

/** Whether a vendor is to be simulated and no address says by whom. */
export function needsSimulator({ simulate, bytedance, openai, google }: Config): boolean {
  const bases = [
    { key: bytedance.apiKey, baseUrl: bytedance.baseUrl }, { key: bytedance.videoKey, baseUrl: bytedance.baseUrl }, { key: openai.apiKey, baseUrl: openai.baseUrl },
    { key: google.gemini.apiKey, baseUrl: google.gemini.baseUrl }, { key: google.vertex.keyFile, baseUrl: google.vertex.baseUrl },
  ]
  return simulate && bases.some(({ key, baseUrl }) => key === null && baseUrl === null)
}

/** The vendors that have a key in the settings, as `openVendors` would open them. */
export function keyedReach({ bytedance, openai, google: { gemini, vertex } }: Config): Reach {
  const of = (...vendors: readonly (readonly [name: string, hasKey: boolean])[]) => new Map(vendors.filter(([, hasKey]) => hasKey).map(([name]) => [name, { simulated: false }]))
  const googleKey = gemini.apiKey !== null
  return {
    image: of(['bytedance', bytedance.apiKey !== null], ['openai', openai.apiKey !== null]),
    video: of(
      ['bytedance', bytedance.videoKey !== null], ['openai', openai.apiKey !== null && openai.baseUrl !== null],
      ['google', googleKey], ['google-veo', googleKey && gemini.veo], ['google-vertex', vertex.keyFile !== null],
    ),
  }
}

function imageVendors({ config, storage, simulatorUrl, log, notices }: VendorsParts): ProvidersConfig {
  const { bytedance, openai } = config
  const openaiReach = reach(config, openai, { simulator: simulatorUrl && `${simulatorUrl}/openai/v1`, vendor: OPENAI })
  const onUnkept = (error: unknown) => log.warn({ err: error }, 'an answer that is an image could not be kept, only remembered')
  return {
    bytedance: reach(config, bytedance, { simulator: simulatorUrl && `${simulatorUrl}/api/v3`, vendor: MODELARK }),
    openai: openaiReach && { ...openaiReach, inlineOutputs: { store: storage, onUnkept }, onLifeNotice: hear(notices, 'image', openaiReach.simulated) },
  }
}

/** With the adapters' own limits of time: a submit only queues, and whatever it may still become is looked for later. */
async function videoVendors({ config, simulatorUrl, notices }: VendorsParts): Promise<ProvidersConfig> {
  const { bytedance, openai, google: { gemini } } = config
  const modelArk = { apiKey: bytedance.videoKey, baseUrl: bytedance.baseUrl }
  const geminiReach = reach(config, gemini, { simulator: simulatorUrl && `${simulatorUrl}/google/v1beta`, vendor: GEMINI })
  return {
    bytedance: reach(config, modelArk, { simulator: simulatorUrl && `${simulatorUrl}/api/v3`, vendor: MODELARK }),
    // OpenAI itself has ended its videos: only an address that was given can be somebody who still makes them.
    openai: openai.baseUrl === null ? undefined : gatewayVideos(config, notices, { apiKey: openai.apiKey, baseUrl: openai.baseUrl }),
    gemini: geminiReach && { ...geminiReach, veo: gemini.veo },
    vertex: await vertexVendor(config, simulatorUrl),
  }
}

function gatewayVideos(config: Config, notices: LifeNotices, gateway: Target): ProvidersConfig['openai'] {
  const found = reach(config, gateway, { simulator: null, vendor: OPENAI })
  return found && { ...found, inlineOutputs: { store: null }, onLifeNotice: hear(notices, 'video', found.simulated) }
}

function hear(notices: LifeNotices, kind: 'image' | 'video', simulated: boolean) {
  return (model: string, notice: LifeNotice) => notices.hear({ provider: 'openai', kind, simulated }, model, notice)
}

async function vertexVendor({ simulate, google: { vertex } }: Config, simulatorUrl: string | null): Promise<ProvidersConfig['vertex']> {
  const { keyFile, project, location, storageUri, baseUrl, storageBaseUrl } = vertex
  if (keyFile === null && !simulate) return undefined
  const simulator = keyFile === null && baseUrl === null && simulatorUrl !== null ? simulatorUrl : null
  return {
    simulated: keyFile === null,
    keyFileJson: keyFile === null ? null : await readKeyFile(keyFile),
    project: project ?? 'simulated',
    location,
    storageUri: storageUri ?? undefined,
    baseUrl: baseUrl ?? (simulator === null ? undefined : `${simulator}/google/vertex/v1`),
    storageBaseUrl: storageBaseUrl ?? (simulator === null ? undefined : `${simulator}/google`),
  }
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new InvalidConfig(['GOOGLE_VERTEX_KEY_FILE names a file that cannot be read'])
  }
}

function openVideos(config: ProvidersConfig): ReturnType<typeof openVideoProviders> {
  return openVideoProviders(config).catch((error: unknown) => {
    throw error instanceof UnusableKeyFile ? new InvalidConfig([`GOOGLE_VERTEX_KEY_FILE cannot be used: ${error.message}`]) : error
  })
}

interface Target {
  readonly apiKey: string | null
  readonly baseUrl: string | null
  readonly timeoutMs?: number
}

/** A vendor with a key is itself; without one it is simulated, at an address that was given or by the simulator of this process, or not there at all. */
function reach({ simulate }: Config, { apiKey, baseUrl, timeoutMs }: Target, urls: { readonly simulator: string | null; readonly vendor: string }) {
  const simulated = apiKey === null
  if (simulated && !simulate) return undefined
  // A process that does no work has no simulator, and calls nobody.
  const standIn = simulated && urls.simulator !== null ? urls.simulator : urls.vendor
  return { apiKey: apiKey ?? 'simulated', baseUrl: baseUrl ?? standIn, simulated, timeoutMs }
}
