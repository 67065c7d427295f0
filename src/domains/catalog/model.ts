import type { ImageModel as ImageAbility } from '#platform/providers'

/** A model that can be asked for, with everything a client needs to ask rightly. Data, not code: see `models.ts`. */
export type CatalogModel = ImageModel | VideoModel

interface AnyModel {
  /** The slug in addresses: `seedream4`. */
  readonly id: string
  readonly name: string
  readonly provider: string
  /** The provider's own dated id. */
  readonly providerModel: string
  /** When the provider stops it, as an instant. */
  readonly shutdownAt: string | null
  /** The model of this catalogue to go on with. */
  readonly replacement: string | null
}

export type ModelStatus = 'available' | 'deprecated' | 'retired'

export interface ImageModel extends AnyModel {
  readonly kind: 'image'
  /** What it takes: the adapter's knowledge of it, narrowed to what is offered at its price. */
  readonly ability: ImageAbility
  /** The most of one request. */
  readonly imagesMax: number
  /** What is asked for where a request says nothing. */
  readonly defaults: { readonly size: string; readonly quality?: string }
}

export interface VideoModel extends AnyModel {
  readonly kind: 'video'
  readonly limits: VideoLimits
}

export interface VideoLimits {
  readonly promptCharacters: { readonly max: number }
  readonly resolution: { readonly default: string; readonly values: readonly string[] }
  readonly aspectRatio: { readonly default: string; readonly values: readonly string[] }
  /** Every whole second between. */
  readonly durationSeconds: { readonly default: number; readonly min: number; readonly max: number }
  /** Whether it is made unless somebody says otherwise; null where the model makes no sound. */
  readonly audio: { readonly default: boolean } | null
  /** Options of the interface that this model honours. Any other one is refused, never dropped. */
  readonly options: readonly VideoOption[]
  /** The most of one request; none when left out. */
  readonly referenceImagesMax?: number
  /** Until when the provider can be made to stop. Whoever cancels pays nothing in any case. */
  readonly cancellation: 'never' | 'started' | 'ended'
}

export type VideoOption = 'seed' | 'negativePrompt' | 'firstFrame' | 'lastFrame' | 'referenceImages'

/** Deprecated from the day its end is known, retired from the end on. */
export function statusOf({ shutdownAt }: Pick<CatalogModel, 'shutdownAt'>, now: Date): ModelStatus {
  if (shutdownAt === null) return 'available'
  return new Date(shutdownAt) <= now ? 'retired' : 'deprecated'
}

/** What the model makes of a size: the exact pixels, or for a preset the square it usually becomes. */
export interface ExpectedSize {
  readonly width: number
  readonly height: number
}

/** The pixels of `2048x1152`, or of a preset like `1K`; undefined for anything else. */
export function parseSize(size: string): ExpectedSize | undefined {
  const preset = /^(\d(?:\.5)?)K$/.exec(size)
  if (preset !== null) return { width: Number(preset[1]) * 1024, height: Number(preset[1]) * 1024 }
  const match = /^([1-9]\d{1,4})x([1-9]\d{1,4})$/.exec(size)
  return match === null ? undefined : { width: Number(match[1]), height: Number(match[2]) }
}
