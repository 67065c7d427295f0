import type { ImageModel as ImageAbility, VideoModel as VideoAbility } from '#platform/providers'

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
  /** Whether others than its provider go on making it: where one of those is set up, its end does not count. */
  readonly livesElsewhere?: boolean
  /** False when an operator switched it off. */
  readonly enabled?: boolean | undefined
}

export type ModelStatus = 'available' | 'deprecated' | 'retired' | 'disabled' | 'unconfigured'

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
  /** What it takes: the adapter's knowledge of it, narrowed to what is offered at its price. */
  readonly ability: VideoAbility
  /** The same as a client reads it, with what is taken where a request says nothing. */
  readonly limits: VideoLimits
}

export interface VideoLimits {
  readonly promptCharacters: { readonly max: number }
  readonly resolution: { readonly default: string; readonly values: readonly string[] }
  /** Null where the resolution says it. */
  readonly aspectRatio: { readonly default: string; readonly values: readonly string[] } | null
  readonly durationSeconds: {
    readonly default: number
    readonly min: number
    readonly max: number
    /** The only ones there are; null where every whole second between is one. */
    readonly values: readonly number[] | null
    /** Resolutions that have only some of them. */
    readonly byResolution: Readonly<Record<string, readonly number[]>>
  }
  /** Whether it is made unless somebody says otherwise, and whether somebody can; null where the model makes no sound. */
  readonly audio: { readonly default: boolean; readonly optional: boolean } | null
  /** Options of the interface that this model honours. Any other one is refused, never dropped. */
  readonly options: readonly VideoOption[]
  /** The most of one request; none when left out. */
  readonly referenceImagesMax?: number
  /** Until when the provider can be made to stop. Whoever cancels pays nothing in any case. */
  readonly cancellation: 'never' | 'started' | 'ended'
}

export type VideoOption = 'seed' | 'negativePrompt' | 'firstFrame' | 'lastFrame' | 'referenceImages'

/**
 * Retired from its end on, whatever else; disabled where an operator switched it off, unconfigured where its provider cannot be asked; deprecated from the
 * day its end is known.
 */
export function statusOf({ shutdownAt, enabled }: Pick<CatalogModel, 'shutdownAt' | 'enabled'>, now: Date, configured = true): ModelStatus {
  if (shutdownAt !== null && new Date(shutdownAt) <= now) return 'retired'
  if (enabled === false) return 'disabled'
  if (!configured) return 'unconfigured'
  return shutdownAt === null ? 'available' : 'deprecated'
}

/** Whether it can be asked at that moment, as far as the catalogue goes. */
export function isOffered(model: Pick<CatalogModel, 'shutdownAt' | 'enabled'>, now: Date): boolean {
  return ['available', 'deprecated'].includes(statusOf(model, now))
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
