import { findModel, type ImageModel as ImageAbility, imageModels } from '#platform/providers'
import { REFERENCE_IMAGES_MAX } from './image-input.ts'
import type { CatalogModel, ImageModel } from './model.ts'

/** Prompts longer than this are not taken, whatever a provider would read. */
const PROMPT_CHARACTERS_MAX = 4_000
const IMAGES_MAX = 4

interface Offer extends Pick<ImageModel, 'id' | 'name' | 'provider' | 'providerModel' | 'defaults'> {
  /** What is not offered at the model's price, although the provider makes it. */
  readonly narrowed?: Partial<Pick<ImageAbility, 'presets' | 'pixels' | 'qualities'>>
  readonly replacement?: string
}

/**
 * What gpt-image may cost us is bounded by quality and pixels, since its provider bills tokens and we sell images. `auto` leaves both to the
 * provider, so it is not offered.
 */
const GPT_IMAGE: Pick<Offer, 'defaults' | 'narrowed'> = {
  defaults: { size: '1024x1024', quality: 'medium' },
  narrowed: {
    presets: ['1024x1024', '1536x1024', '1024x1536'],
    pixels: { min: 65_536, max: 4_194_304, ratioMax: 3, step: 16, sideMax: 3_840 },
    qualities: ['low', 'medium'],
  },
}

/**
 * The models on offer. What each takes and until when it lives is the adapters' data, read from the providers' documents in November 2026; what it costs stands
 * in the price list (`price-list.ts`). A model whose time is over stays here, so that a request for it is told what to ask for instead.
 */
export const models: readonly CatalogModel[] = [
  offer({ id: 'seedream4', name: 'Seedream 4.0', provider: 'bytedance', providerModel: 'seedream-4-0-250828', defaults: { size: '2048x2048' } }),
  offer({ id: 'seedream-4-5', name: 'Seedream 4.5', provider: 'bytedance', providerModel: 'seedream-4-5-251128', defaults: { size: '2048x2048' } }),
  offer({ id: 'seedream-5', name: 'Seedream 5.0', provider: 'bytedance', providerModel: 'seedream-5-0-260128', defaults: { size: '2048x2048' } }),
  offer({ id: 'seedream-5-flash', name: 'Seedream 5.0 Flash', provider: 'bytedance', providerModel: 'dola-seedream-5-0-flash-260915', defaults: { size: '2048x2048' } }),
  offer({ id: 'seedream-5-pro', name: 'Seedream 5.0 Pro', provider: 'bytedance', providerModel: 'dola-seedream-5-0-pro-260628', defaults: { size: '2048x2048' } }),
  offer({ ...GPT_IMAGE, id: 'gpt-image-2', name: 'GPT Image 2', provider: 'openai', providerModel: 'gpt-image-2-2026-04-21' }),
  offer({ ...GPT_IMAGE, id: 'gpt-image-1', name: 'GPT Image 1', provider: 'openai', providerModel: 'gpt-image-1', replacement: 'gpt-image-2' }),
  {
    id: 'seedance',
    name: 'Seedance 2.0',
    kind: 'video',
    provider: 'bytedance',
    providerModel: 'dreamina-seedance-2-0-260128',
    limits: {
      promptCharacters: { max: PROMPT_CHARACTERS_MAX },
      resolution: { default: '720p', values: ['480p', '720p', '1080p', '4k'] },
      aspectRatio: { default: '16:9', values: ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'] },
      durationSeconds: { default: 5, min: 4, max: 15 },
      audio: { default: true },
      options: ['firstFrame', 'lastFrame', 'referenceImages'],
      referenceImagesMax: 9,
      cancellation: 'started',
    },
    shutdownAt: null,
    replacement: null,
  },
]

/** Throws for a model that the adapter does not know: nobody could say what it takes. */
function offer({ narrowed, replacement, ...rest }: Offer): ImageModel {
  const known = findModel(imageModels[rest.provider] ?? [], rest.providerModel)
  if (known === undefined) throw new TypeError(`no adapter knows what ${rest.providerModel} takes`)
  const ability = {
    ...known, ...narrowed,
    promptCharactersMax: Math.min(known.promptCharactersMax ?? Infinity, PROMPT_CHARACTERS_MAX),
    referenceImagesMax: Math.min(known.referenceImagesMax, REFERENCE_IMAGES_MAX),
  }
  const shutdownAt = known.shutdownAt === null ? null : new Date(known.shutdownAt).toISOString()
  return { ...rest, kind: 'image', ability, imagesMax: IMAGES_MAX, shutdownAt, replacement: replacement ?? null }
}
