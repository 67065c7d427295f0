import type { VideoModel } from '../capabilities.ts'
import { GoogleConnection, pathOf } from './connection.ts'
import { VEO_GEMINI_MODELS, VEO_MODELS } from './models.ts'
import type { GeminiSettings, VertexSettings } from './settings.ts'

/** Where Veo's one protocol is spoken in two dialects. */
export interface VeoHost {
  /** The provider's name in the catalogue. */
  readonly name: string
  readonly connection: GoogleConnection
  readonly models: readonly VideoModel[]
  submitPath(model: string): string
  /** The question after an operation; null for a name that is none. */
  question(operation: string): { readonly method: 'GET' | 'POST'; readonly path: string; readonly json?: unknown } | null
  /** What a submit says here besides the documented parameters. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Audio and seed can be told on Vertex only. */
  readonly tellsAudio: boolean
  /** The bucket that results may be fetched from, and where the store of buckets answers. */
  readonly bucket: { readonly name: string; readonly baseUrl: URL } | null
}

/** Off unless an operator has a compatible host: the vendor has ended Veo there. */
export function geminiHost({ apiKey, baseUrl, simulated }: GeminiSettings): VeoHost {
  return {
    name: 'google-veo',
    connection: new GoogleConnection({ baseUrl, simulated, credentials: { kind: 'key', apiKey } }),
    models: VEO_GEMINI_MODELS,
    submitPath: (model) => `/models/${encodeURIComponent(model)}:predictLongRunning`,
    question: (operation) => {
      const path = pathOf(operation)
      return path === null ? null : { method: 'GET', path }
    },
    parameters: {},
    tellsAudio: false,
    bucket: null,
  }
}

export function vertexHost(settings: VertexSettings): VeoHost {
  const { project, location, simulated, tokens, storageUri } = settings
  const baseUrl = settings.baseUrl ?? `https://${location}-aiplatform.googleapis.com/v1`
  const folder = `/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}/publishers/google/models`
  const bucket = storageUri === undefined ? null : { name: bucketOf(storageUri), baseUrl: new URL(settings.storageBaseUrl ?? 'https://storage.googleapis.com') }
  return {
    name: 'google-vertex',
    connection: new GoogleConnection({ baseUrl, simulated, credentials: { kind: 'tokens', tokens } }),
    models: VEO_MODELS,
    submitPath: (model) => `${folder}/${encodeURIComponent(model)}:predictLongRunning`,
    question: (operation) => {
      const path = pathOf(operation.split('/operations/')[0] ?? '')
      return path === null ? null : { method: 'POST', path: `${path}:fetchPredictOperation`, json: { operationName: operation } }
    },
    parameters: storageUri === undefined ? {} : { storageUri },
    tellsAudio: true,
    bucket,
  }
}

/** Throws for what is no address of a bucket: that is a mistake of the settings. */
function bucketOf(storageUri: string): string {
  const name = /^gs:\/\/([a-z0-9][a-z0-9._-]+)(\/|$)/.exec(storageUri)?.[1]
  if (name === undefined) throw new TypeError('storageUri is not gs://bucket/folder')
  return name
}
