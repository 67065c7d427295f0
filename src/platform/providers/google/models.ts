import { findModel, refuseVideo, type Refusal, type VideoModel } from '../capabilities.ts'
import type { VideoCall } from '../port.ts'

const OMNI = {
  kind: 'video',
  resolutions: ['360p', '720p', '1080p', '4k'],
  ratios: ['16:9', '9:16'],
  framesPerSecond: [],
  audio: 'always',
  watermark: false,
  seed: false,
  negativePrompt: false,
  // Pictures are part of the input and have no role: none is promised to be the first or the last.
  firstFrame: false,
  lastFrame: false,
  referenceImagesMax: 6,
  callbacks: false,
  cancellation: { until: 'ended', billed: 'unknown' },
  promptCharactersMax: null,
  usage: ['tokens'],
  shutdownAt: null,
  replacement: null,
} as const satisfies Omit<VideoModel, 'id' | 'durations'>

/** Through Interactions, on the Gemini API. As of November 2026. */
export const OMNI_MODELS: readonly VideoModel[] = [
  { ...OMNI, id: 'gemini-omni-1.2-flash', durations: { min: 3, max: 15, only: null, modelMayChoose: false } },
  { ...OMNI, id: 'gemini-omni-1.1-flash', durations: { min: 3, max: 10, only: null, modelMayChoose: false } },
]

const VEO = {
  kind: 'video',
  resolutions: ['720p', '1080p', '4k'],
  ratios: ['16:9', '9:16'],
  durations: { min: 4, max: 8, only: [4, 6, 8], byResolution: { '1080p': [8], '4k': [8] }, modelMayChoose: false },
  framesPerSecond: [],
  audio: 'optional',
  watermark: false,
  seed: true,
  negativePrompt: true,
  firstFrame: true,
  lastFrame: true,
  referenceImagesMax: 3,
  callbacks: false,
  cancellation: { until: 'never', billed: 'unknown' },
  promptCharactersMax: null,
  usage: [],
  shutdownAt: null,
  replacement: null,
} as const satisfies Omit<VideoModel, 'id'>

const LITE = { resolutions: ['720p', '1080p'], referenceImagesMax: 0 } as const
const RETIRED = { shutdownAt: '2026-06-30', replacement: 'veo-3.1-generate-001' } as const

/** On Vertex. */
export const VEO_MODELS: readonly VideoModel[] = [
  { ...VEO, id: 'veo-3.1-generate-001' },
  { ...VEO, id: 'veo-3.1-fast-generate-001' },
  { ...VEO, ...LITE, id: 'veo-3.1-lite-generate-001' },
  { ...VEO, ...RETIRED, id: 'veo-3.0-generate-001' },
  { ...VEO, ...RETIRED, id: 'veo-3.0-fast-generate-001', replacement: 'veo-3.1-fast-generate-001' },
  { ...VEO, ...RETIRED, id: 'veo-2.0-generate-001' },
]

/** The Gemini API always makes sound and takes no seed. It has dropped these; what it offers now goes through Interactions. */
const VEO_ON_GEMINI = { ...VEO, audio: 'always', seed: false, shutdownAt: '2026-10-22', replacement: 'gemini-omni-1.2-flash' } as const

export const VEO_GEMINI_MODELS: readonly VideoModel[] = [
  { ...VEO_ON_GEMINI, id: 'veo-3.1-generate-preview' },
  { ...VEO_ON_GEMINI, id: 'veo-3.1-fast-generate-preview' },
  { ...VEO_ON_GEMINI, ...LITE, id: 'veo-3.1-lite-generate-preview' },
]

/** What a Veo call may not say, alone or together. A model that is not in the list is left to the vendor. */
export function refuseVeo(models: readonly VideoModel[], call: VideoCall): Refusal | null {
  const model = findModel(models, call.providerModel)
  const refused = model === undefined ? null : refuseVideo(model, call)
  if (refused !== null) return refused
  if ((call.durationSeconds ?? 8) !== 8 && (call.referenceImages ?? []).length > 0) return { field: 'durationSeconds', message: 'With reference images it is 8 seconds.' }
  const field = (['framesPerSecond', 'callbackUrl'] as const).find((name) => call[name] !== undefined)
  return field === undefined ? null : { field, message: 'This protocol has no such field.' }
}

const OMNI_NO_FIELD = ['framesPerSecond', 'watermark', 'seed', 'negativePrompt', 'firstFrame', 'lastFrame', 'callbackUrl'] as const

export function refuseOmni(call: VideoCall): Refusal | null {
  const model = findModel(OMNI_MODELS, call.providerModel)
  if (model !== undefined) return refuseVideo(model, call)
  const field = OMNI_NO_FIELD.find((name) => call[name] !== undefined && call[name] !== false) ?? (call.audio === false ? 'audio' : undefined)
  return field === undefined ? null : { field, message: 'This protocol has no such field.' }
}
