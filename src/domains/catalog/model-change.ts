import type { InputMistake } from '#lib/errors'
import { findModel as findAbility, imageModels, type ModelLife, videoModels } from '#platform/providers'
import type { CatalogModel } from './model.ts'
import { narrowImages } from './narrow-images.ts'
import { narrowVideos } from './narrow-videos.ts'

/** Less than this version offers, never more. What is left out stays. The fields are those of the model's kind. */
export interface LimitsChange {
  /** Of one request, for images. */
  readonly imagesMax?: number | undefined
  /** The most pixels of an exact size. */
  readonly pixelsMax?: number | undefined
  readonly presets?: readonly string[] | undefined
  readonly outputFormats?: readonly string[] | undefined
  readonly qualities?: readonly string[] | undefined
  readonly backgrounds?: readonly string[] | undefined
  readonly resolutions?: readonly string[] | undefined
  readonly aspectRatios?: readonly string[] | undefined
  readonly durationSecondsMax?: number | undefined
  /** Fields of a request that are honoured no longer. */
  readonly optionsOff?: readonly string[] | undefined
}

/** What is told of a model in place of what this version knows. What is left out stays; null is "none". */
export interface ModelChanges {
  readonly name?: string
  /** The provider's own dated id: one that the adapter knows, of the same kind. */
  readonly providerModel?: string
  readonly limits?: LimitsChange
  readonly shutdownAt?: string | null
  readonly replacement?: string | null
}

/** What an admin decided about a model. */
export interface ModelRow {
  readonly model: string
  readonly version: number
  readonly enabled: boolean
  readonly moveQueued: boolean
  readonly changes: ModelChanges
  readonly fallbacks: readonly string[]
  readonly note: string
  readonly updatedBy: string
  readonly updatedAt: Date
}

export interface ChangedModel {
  readonly model: CatalogModel
  /** What could not be done, by its place in the row. Such a part is left as this version knows it. */
  readonly mistakes: readonly InputMistake[]
}

/**
 * A model with what was decided about it. The seed is the outer bound: what no longer fits, because another version knows less, is left out and told.
 * Pure, and used twice: to judge a change before it is kept, and to lay kept ones over the seed.
 */
export function changeModel(seed: CatalogModel, { changes, enabled }: Pick<ModelRow, 'changes' | 'enabled'>): ChangedModel {
  const { name = seed.name, providerModel = seed.providerModel, shutdownAt = seed.shutdownAt, replacement = seed.replacement, limits = {} } = changes
  const known = knownModels(seed).find(({ id }) => id === providerModel)
  const mistakes: InputMistake[] = []
  if (changes.providerModel !== undefined && known === undefined) mistakes.push({ path: '/providerModel', message: `is no ${seed.kind} model that the adapter of ${seed.provider} knows` })
  const narrowed = narrow(seed, known === undefined ? seed.providerModel : providerModel, limits)
  const model = narrowed.mistakes.length === 0 ? narrowed.model : seed
  return { model: { ...model, name, shutdownAt, replacement, enabled }, mistakes: [...mistakes, ...narrowed.mistakes] }
}

/** The dated models that the adapter of the model's provider knows, of its kind. */
export function knownModels({ kind, provider }: Pick<CatalogModel, 'kind' | 'provider'>): readonly ModelLife[] {
  return (kind === 'image' ? imageModels : videoModels)[provider] ?? []
}

function narrow(seed: CatalogModel, providerModel: string, limits: LimitsChange): ChangedModel {
  const foreign = Object.entries(limits).filter(([name, value]) => value !== undefined && !fieldsOf[seed.kind].includes(name))
  if (foreign.length > 0) return { model: seed, mistakes: foreign.map(([name]) => ({ path: `/limits/${name}`, message: `is no limit of ${seed.kind}s` })) }
  if (seed.kind === 'image') return narrowImages(seed, findAbility(imageModels[seed.provider] ?? [], providerModel), limits)
  return narrowVideos(seed, findAbility(videoModels[seed.provider] ?? [], providerModel), limits)
}

const fieldsOf: Readonly<Record<CatalogModel['kind'], readonly string[]>> = {
  image: ['imagesMax', 'pixelsMax', 'presets', 'outputFormats', 'qualities', 'backgrounds', 'optionsOff'],
  video: ['resolutions', 'aspectRatios', 'durationSecondsMax', 'optionsOff'],
}
