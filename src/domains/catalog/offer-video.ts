import { findModel, type VideoModel as VideoAbility, videoModels } from '#platform/providers'
import { REFERENCE_IMAGES_MAX } from './image-input.ts'
import type { VideoLimits, VideoModel, VideoOption } from './model.ts'

/** Prompts longer than this are not taken, whatever a provider would read. */
export const PROMPT_CHARACTERS_MAX = 4_000

export interface VideoOffer extends Pick<VideoModel, 'id' | 'name' | 'provider' | 'providerModel' | 'livesElsewhere'> {
  /** What is asked for where a request says nothing. No ratio where the resolution says it. */
  readonly defaults: { readonly durationSeconds: number; readonly resolution: string; readonly aspectRatio: string | null }
  /** What is not offered at the model's price, although the provider makes it. */
  readonly narrowed?: Partial<Pick<VideoAbility, 'resolutions' | 'firstFrame' | 'lastFrame' | 'referenceImagesMax'>>
  readonly replacement?: string
}

/** Throws for a model that the adapter does not know, and for defaults that it does not take. */
export function offerVideo({ defaults, narrowed, replacement, ...rest }: VideoOffer): VideoModel {
  const known = findModel(videoModels[rest.provider] ?? [], rest.providerModel)
  if (known === undefined) throw new TypeError(`no adapter knows what ${rest.providerModel} takes`)
  const ability = {
    ...known,
    ...narrowed,
    // What the model itself would choose has no price before it is made, and no size to expect.
    ratios: known.ratios.filter((ratio) => ratio !== 'adaptive'),
    durations: { ...known.durations, modelMayChoose: false },
    promptCharactersMax: Math.min(known.promptCharactersMax ?? Infinity, PROMPT_CHARACTERS_MAX),
  }
  const limits = limitsOf(ability, defaults)
  const odd = !ability.resolutions.includes(defaults.resolution) || (defaults.aspectRatio === null) !== (ability.ratios.length === 0)
  if (odd) throw new TypeError(`${rest.id} does not take its own defaults`)
  const shutdownAt = known.shutdownAt === null ? null : new Date(known.shutdownAt).toISOString()
  return { ...rest, kind: 'video', ability, limits, shutdownAt, replacement: replacement ?? null }
}

/** What a client reads of it. */
export function limitsOf(ability: VideoAbility, defaults: VideoOffer['defaults']): VideoLimits {
  const { min, max, only, byResolution = {} } = ability.durations
  return {
    promptCharacters: { max: ability.promptCharactersMax ?? PROMPT_CHARACTERS_MAX },
    resolution: { default: defaults.resolution, values: ability.resolutions },
    aspectRatio: defaults.aspectRatio === null ? null : { default: defaults.aspectRatio, values: ability.ratios },
    durationSeconds: { default: defaults.durationSeconds, min, max, values: only, byResolution },
    audio: ability.audio === 'never' ? null : { default: true, optional: ability.audio === 'optional' },
    options: optionsOf(ability),
    referenceImagesMax: Math.min(ability.referenceImagesMax, REFERENCE_IMAGES_MAX),
    cancellation: ability.cancellation.until,
  }
}

function optionsOf({ seed, negativePrompt, firstFrame, lastFrame, referenceImagesMax }: VideoAbility): VideoOption[] {
  const honoured = { seed, negativePrompt, firstFrame, lastFrame, referenceImages: referenceImagesMax > 0 }
  return (Object.keys(honoured) as VideoOption[]).filter((option) => honoured[option])
}
