/** A model that can be asked for, with everything a client needs to ask rightly. Data, not code: see `models.ts`. */
export type CatalogModel = ImageModel | VideoModel

interface AnyModel {
  /** The slug in addresses: `seedream4`. */
  readonly id: string
  readonly name: string
  readonly provider: string
  /** The provider's own dated id. */
  readonly providerModel: string
  readonly shutdownAt: string | null
  readonly replacement: string | null
}

export interface ImageModel extends AnyModel {
  readonly kind: 'image'
  readonly limits: ImageLimits
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
  /** As with images. */
  readonly options: readonly VideoOption[]
  /** Until when the provider can be made to stop. Whoever cancels pays nothing in any case. */
  readonly cancellation: 'never' | 'started' | 'ended'
}

export type VideoOption = 'seed' | 'negativePrompt' | 'firstFrame' | 'lastFrame' | 'referenceImages'

export interface ImageLimits {
  readonly n: { readonly min: number; readonly max: number }
  readonly promptCharacters: { readonly max: number }
  readonly size: {
    readonly default: string
    readonly presets: readonly string[]
    /** Total pixels of an exact size. */
    readonly pixels: { readonly min: number; readonly max: number }
    /** Width divided by height. */
    readonly ratio: { readonly min: number; readonly max: number }
  }
  /** Options of the interface that this model honours. Any other one is refused, never dropped. */
  readonly options: readonly ImageOption[]
}

export type ImageOption = 'seed' | 'guidanceScale' | 'negativePrompt' | 'referenceImages'

/** What the model makes of a size: the exact pixels, or for a preset the square it usually becomes. */
export interface ExpectedSize {
  readonly width: number
  readonly height: number
}

const presetSides: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '4K': 4096 }

/** The pixels of `2048x1152` or of a preset; undefined for anything else. */
export function parseSize(size: string): ExpectedSize | undefined {
  const side = presetSides[size]
  if (side !== undefined) return { width: side, height: side }
  const match = /^([1-9]\d{1,4})x([1-9]\d{1,4})$/.exec(size)
  return match === null ? undefined : { width: Number(match[1]), height: Number(match[2]) }
}
