import type { ImageModel, ModelLife, VideoModel } from '../capabilities.ts'

const SEEDREAM = {
  kind: 'image',
  qualities: [],
  backgrounds: [],
  compressedFormats: [],
  seed: false,
  negativePrompt: false,
  promptCharactersMax: null,
  usage: ['images', 'tokens'],
  shutdownAt: null,
  replacement: null,
} as const satisfies Partial<ImageModel>

const RATIOS = { ratioMax: 16, step: 1, sideMax: null } as const
const GROUPS = { referenceImagesMax: 14, imagesMax: 15, imagesTogetherMax: 15 } as const

/** One image a call, up to 2K; a background that may be transparent. */
const SEEDREAM_5_SINGLE = {
  ...SEEDREAM,
  presets: ['1K', '1.5K', '2K'],
  pixels: { min: 921_600, max: 4_624_220, ...RATIOS },
  outputFormats: ['png', 'jpeg'],
  backgrounds: ['opaque', 'transparent'],
  referenceImagesMax: 10,
  imagesMax: 1,
  imagesTogetherMax: null,
} as const

const LARGE = { min: 3_686_400, max: 16_777_216, ...RATIOS } as const

/** Seedream as documented in November 2026. The vendor has no list to ask for. */
export const IMAGE_MODELS: readonly ImageModel[] = [
  { ...SEEDREAM_5_SINGLE, id: 'dola-seedream-5-0-pro-260628' },
  { ...SEEDREAM_5_SINGLE, id: 'dola-seedream-5-0-flash-260915' },
  { ...SEEDREAM, ...GROUPS, id: 'seedream-5-0-260128', aliases: ['seedream-5-0-lite-260128'], presets: ['2K', '3K', '4K'], pixels: LARGE, outputFormats: ['png', 'jpeg'] },
  { ...SEEDREAM, ...GROUPS, id: 'seedream-4-5-251128', presets: ['2K', '4K'], pixels: LARGE, outputFormats: ['jpeg'] },
  { ...SEEDREAM, ...GROUPS, id: 'seedream-4-0-250828', presets: ['1K', '2K', '4K'], pixels: { ...LARGE, min: 921_600 }, outputFormats: ['jpeg'] },
]

const SEEDANCE = {
  kind: 'video',
  ratios: ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', 'adaptive'],
  framesPerSecond: [24],
  watermark: true,
  negativePrompt: false,
  firstFrame: true,
  callbacks: true,
  // A task that has started cannot be stopped, and is billed if it succeeds.
  cancellation: { until: 'started', billed: 'nothing' },
  promptCharactersMax: null,
  usage: ['tokens'],
  shutdownAt: null,
  replacement: null,
} as const satisfies Partial<VideoModel>

const SEEDANCE_2 = {
  ...SEEDANCE,
  durations: { min: 4, max: 15, only: null, modelMayChoose: true },
  audio: 'optional',
  seed: false,
  lastFrame: true,
  referenceImagesMax: 9,
} as const

const SEEDANCE_1 = {
  ...SEEDANCE,
  resolutions: ['480p', '720p', '1080p'],
  durations: { min: 2, max: 12, only: null, modelMayChoose: false },
  audio: 'never',
  seed: true,
  referenceImagesMax: 0,
} as const

/** Seedance as documented in November 2026, in the Asia-Pacific region only. */
export const VIDEO_MODELS: readonly VideoModel[] = [
  { ...SEEDANCE_2, id: 'dreamina-seedance-2-5-260628', resolutions: ['480p', '720p', '1080p'], durations: { ...SEEDANCE_2.durations, max: 30 }, referenceImagesMax: 30 },
  { ...SEEDANCE_2, id: 'dreamina-seedance-2-0-260128', resolutions: ['480p', '720p', '1080p', '4k'] },
  { ...SEEDANCE_2, id: 'dreamina-seedance-2-0-fast-260128', resolutions: ['480p', '720p'] },
  { ...SEEDANCE_2, id: 'dreamina-seedance-2-0-mini-260615', resolutions: ['480p', '720p'] },
  { ...SEEDANCE_1, id: 'seedance-1-0-pro-250528', lastFrame: true },
  { ...SEEDANCE_1, id: 'seedance-1-0-pro-fast-251015', lastFrame: false },
]

/** What the vendor has stopped. A call for one is refused here: nothing is sent. */
export const RETIRED_MODELS: readonly ModelLife[] = [
  // 17:00 in UTC+8.
  { id: 'seedance-1-5-pro-251215', shutdownAt: '2026-11-11T09:00:00Z', replacement: 'dreamina-seedance-2-0-mini-260615' },
  { id: 'seedance-1-0-lite-t2v-250428', shutdownAt: '2026-05-13', replacement: null },
  { id: 'seedance-1-0-lite-i2v-250428', shutdownAt: '2026-05-13', replacement: null },
]
