import type { CatalogModel } from './model.ts'

/**
 * The models on offer. Provider ids, limits and life dates are the provider's, read on 2026-11-22 (BytePlus ModelArk,
 * "Image generation API", "Video generation API" and "Model list"). What each costs stands in the price list (`price-list.ts`).
 *
 * Seedance takes pictures to begin and to end with, and as references; this version has no way to hand them over, so it offers none. Seedream 4.0 documents neither seed, guidance scale nor negative prompt (they belonged to the retired 3.0), so it offers none.
 */
export const models: readonly CatalogModel[] = [
  {
    id: 'seedream4',
    name: 'Seedream 4.0',
    kind: 'image',
    provider: 'bytedance',
    providerModel: 'seedream-4-0-250828',
    limits: {
      n: { min: 1, max: 4 },
      promptCharacters: { max: 4_000 },
      size: {
        default: '2048x2048',
        presets: ['1K', '2K', '4K'],
        pixels: { min: 921_600, max: 16_777_216 },
        ratio: { min: 1 / 16, max: 16 },
      },
      options: [],
    },
    shutdownAt: null,
    replacement: null,
  },
  {
    id: 'seedance',
    name: 'Seedance 2.0',
    kind: 'video',
    provider: 'bytedance',
    providerModel: 'dreamina-seedance-2-0-260128',
    limits: {
      promptCharacters: { max: 4_000 },
      resolution: { default: '720p', values: ['480p', '720p', '1080p', '4k'] },
      aspectRatio: { default: '16:9', values: ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'] },
      durationSeconds: { default: 5, min: 4, max: 15 },
      audio: { default: true },
      options: [],
      cancellation: 'started',
    },
    shutdownAt: null,
    replacement: null,
  },
]
