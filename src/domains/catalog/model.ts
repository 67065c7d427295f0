import type { ImageModel } from '#platform/providers'

/** A model that can be asked for, with everything a client needs to ask rightly. Data, not code: see `models.ts`. */
export interface CatalogModel {
  /** The slug in addresses: `seedream4`. */
  readonly id: string
  readonly name: string
  readonly kind: 'image'
  readonly provider: string
  /** The provider's own dated id. */
  readonly providerModel: string
  /** What it takes: the adapter's knowledge of it, narrowed to what is offered at its price. */
  readonly ability: ImageModel
  /** The most of one request. */
  readonly imagesMax: number
  /** What is asked for where a request says nothing. */
  readonly defaults: { readonly size: string; readonly quality?: string }
  /** When the provider stops it, as an instant. */
  readonly shutdownAt: string | null
  /** The model of this catalogue to go on with. */
  readonly replacement: string | null
}

export type ModelStatus = 'available' | 'deprecated' | 'retired'

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
