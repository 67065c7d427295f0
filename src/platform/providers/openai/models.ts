import type { ImageModel, VideoModel } from '../capabilities.ts'

const GPT_IMAGE = {
  kind: 'image',
  presets: ['auto', '1024x1024', '1536x1024', '1024x1536'],
  pixels: null,
  outputFormats: ['png', 'jpeg', 'webp'],
  qualities: ['auto', 'low', 'medium', 'high'],
  backgrounds: ['auto', 'opaque', 'transparent'],
  compressedFormats: ['jpeg', 'webp'],
  referenceImagesMax: 16,
  imagesMax: 10,
  imagesTogetherMax: null,
  seed: false,
  negativePrompt: false,
  promptCharactersMax: 32_000,
  usage: ['tokens', 'images'],
} as const satisfies Omit<ImageModel, 'id' | 'shutdownAt' | 'replacement'>

/** From the second generation on any size in steps of 16, up to 4K. The vendor names no smallest one. */
const ANY_SIZE = { min: 16 * 16, max: 3840 * 2160, ratioMax: 3, step: 16, sideMax: 3840 } as const

const FINER_QUALITIES = [...GPT_IMAGE.qualities, 'xhigh', 'max'] as const

/** The vendor's image models, by the ids that do not move. As of November 2026. */
export const IMAGE_MODELS: readonly ImageModel[] = [
  { ...GPT_IMAGE, id: 'gpt-image-2-2026-04-21', aliases: ['gpt-image-2'], pixels: ANY_SIZE, shutdownAt: null, replacement: null },
  { ...GPT_IMAGE, id: 'gpt-image-2.5-flare-2026-09-08', aliases: ['gpt-image-2.5-flare'], pixels: ANY_SIZE, qualities: FINER_QUALITIES, shutdownAt: null, replacement: null },
  { ...GPT_IMAGE, id: 'gpt-image-2.5-sunburst-2026-09-08', aliases: ['gpt-image-2.5-sunburst'], pixels: ANY_SIZE, qualities: FINER_QUALITIES, shutdownAt: null, replacement: null },
  // Dated ids of 2.6 are not published yet, nor which of the finer qualities it kept.
  { ...GPT_IMAGE, id: 'gpt-image-2.6-flare', pixels: ANY_SIZE, shutdownAt: null, replacement: null },
  { ...GPT_IMAGE, id: 'gpt-image-2.6-sunburst', pixels: ANY_SIZE, shutdownAt: null, replacement: null },
  { ...GPT_IMAGE, id: 'gpt-image-1.5-2025-12-16', aliases: ['gpt-image-1.5', 'chatgpt-image-latest'], shutdownAt: '2026-12-01', replacement: 'gpt-image-2.6-sunburst' },
  { ...GPT_IMAGE, id: 'gpt-image-1-mini', shutdownAt: '2026-12-01', replacement: 'gpt-image-2.6-flare' },
  { ...GPT_IMAGE, id: 'gpt-image-1', shutdownAt: '2026-10-23', replacement: 'gpt-image-2.6-sunburst' },
]

const SORA = {
  kind: 'video',
  ratios: [],
  durations: { min: 4, max: 12, only: [4, 8, 12], modelMayChoose: false },
  framesPerSecond: [],
  audio: 'always',
  watermark: false,
  seed: false,
  negativePrompt: false,
  firstFrame: true,
  lastFrame: false,
  referenceImagesMax: 0,
  callbacks: false,
  cancellation: { until: 'never', billed: 'unknown' },
  promptCharactersMax: 32_000,
  usage: ['seconds'],
  shutdownAt: '2026-09-24',
  replacement: null,
} as const satisfies Omit<VideoModel, 'id' | 'resolutions'>

/**
 * The vendor's video models: all shut down. The protocol lives on at compatible gateways, whose own
 * models are not in this list and are sent on as they are asked for.
 */
export const VIDEO_MODELS: readonly VideoModel[] = [
  { ...SORA, id: 'sora-2', resolutions: ['720x1280', '1280x720'] },
  { ...SORA, id: 'sora-2-pro', resolutions: ['720x1280', '1280x720', '1024x1792', '1792x1024'] },
]
