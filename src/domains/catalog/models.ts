import type { CatalogModel } from './model.ts'

/**
 * The models on offer. Provider ids, limits and life dates are the provider's, read on 2026-11-22 (BytePlus ModelArk,
 * "Image generation API" and "Model list"). What each costs stands in the price list (`price-list.ts`).
 *
 * Seedream 4.0 documents neither seed, guidance scale nor negative prompt (they belonged to the retired 3.0), so it offers none.
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
]
