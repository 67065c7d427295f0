import { findModel, type ImageModel as ImageAbility, imageModels } from '#platform/providers'
import { REFERENCE_IMAGES_MAX } from './image-input.ts'
import type { CatalogModel, ImageModel } from './model.ts'
import { offerVideo, PROMPT_CHARACTERS_MAX } from './offer-video.ts'

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

const SEEDANCE = { durationSeconds: 5, resolution: '720p', aspectRatio: '16:9' } as const
/** References bind it to eight seconds, which the catalogue has no word for, so they are not offered. */
const VEO_NARROWED = { referenceImagesMax: 0 } as const
const VEO = { durationSeconds: 8, resolution: '720p', aspectRatio: '16:9' } as const

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
  offerVideo({ id: 'seedance', name: 'Seedance 2.0', provider: 'bytedance', providerModel: 'dreamina-seedance-2-0-260128', defaults: SEEDANCE }),
  offerVideo({ id: 'seedance-fast', name: 'Seedance 2.0 Fast', provider: 'bytedance', providerModel: 'dreamina-seedance-2-0-fast-260128', defaults: SEEDANCE }),
  offerVideo({ id: 'seedance-mini', name: 'Seedance 2.0 Mini', provider: 'bytedance', providerModel: 'dreamina-seedance-2-0-mini-260615', defaults: SEEDANCE }),
  // The provider names no price for 1080p, and takes a first frame only with a ratio that the model chooses.
  offerVideo({
    id: 'seedance-2-5', name: 'Seedance 2.5', provider: 'bytedance', providerModel: 'dreamina-seedance-2-5-260628', defaults: SEEDANCE,
    narrowed: { resolutions: ['480p', '720p'], firstFrame: false, lastFrame: false },
  }),
  offerVideo({ id: 'veo', name: 'Veo 3.1', provider: 'google-vertex', providerModel: 'veo-3.1-generate-001', defaults: VEO, narrowed: VEO_NARROWED }),
  offerVideo({ id: 'veo-preview', name: 'Veo 3.1 Preview', provider: 'google-veo', providerModel: 'veo-3.1-generate-preview', defaults: VEO, narrowed: VEO_NARROWED, replacement: 'omni', livesElsewhere: true }),
  offerVideo({ id: 'omni', name: 'Gemini Omni 1.2 Flash', provider: 'google', providerModel: 'gemini-omni-1.2-flash', defaults: { durationSeconds: 8, resolution: '720p', aspectRatio: '16:9' } }),
  // Gateways may want a first frame in the very pixels of the video, and nothing here cuts one to size.
  offerVideo({ id: 'sora', name: 'Sora 2', provider: 'openai', providerModel: 'sora-2', defaults: { durationSeconds: 4, resolution: '1280x720', aspectRatio: null }, narrowed: { firstFrame: false }, replacement: 'veo', livesElsewhere: true }),
]

/**
 * Who may make what a model cannot be asked for at the moment, in order, unless an admin decides otherwise: models of the same kind. None leads to another vendor:
 * what is asked of one is not handed to another unless the operator says so.
 */
export const seedFallbacks: Readonly<Record<string, readonly string[]>> = {
  'seedream-5': ['seedream-4-5'],
  'seedream-5-flash': ['seedream4'],
  'seedream-5-pro': ['seedream-5'],
}

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
