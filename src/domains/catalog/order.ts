import { checkImageInput, type ImageInput } from './check-image-input.ts'
import { checkVideoInput, type VideoInput } from './check-video-input.ts'
import { completeInput } from './complete-input.ts'
import { type CatalogModel, type ExpectedSize, type ImageModel, parseSize, type VideoModel } from './model.ts'
import type { PriceList } from './price-list.ts'

/** What is asked of a model, checked and complete: everything that a price depends on, and what is kept. */
export interface Order {
  readonly model: CatalogModel
  /** With every default filled in. */
  readonly input: StoredImageInput | StoredVideoInput
  readonly outputs: number
  /** How many units it costs, where an output is not one unit. */
  readonly units: number | null
  /** Which of the rates counts, where a price has several. */
  readonly rate: string | null
  readonly expected: ExpectedSize | null
}

export type StoredImageInput = Omit<ImageInput, 'size'> & { readonly size: string }

/** Without `aspectRatio` where the resolution says it. */
export type StoredVideoInput = VideoInput & Required<Pick<VideoInput, 'durationSeconds' | 'resolution' | 'generateAudio'>>

/** Refuses `UnsupportedOption` with every mistake at once. `at` is where the input stands in the body. */
export function orderImages(model: ImageModel, asked: ImageInput, at = ''): Order {
  checkImageInput(model, asked, at)
  const input = completeInput(model, asked)
  return { model, input, outputs: asked.n, units: null, rate: null, expected: parseSize(input.size) ?? null }
}

/** As `orderImages`. A video is one output, and as many units as seconds. */
export function orderVideo(model: VideoModel, asked: VideoInput, at = ''): Order {
  checkVideoInput(model, asked, at)
  const { limits } = model
  const durationSeconds = asked.durationSeconds ?? limits.durationSeconds.default
  const resolution = asked.resolution ?? limits.resolution.default
  const aspectRatio = asked.aspectRatio ?? limits.aspectRatio?.default
  const generateAudio = asked.generateAudio ?? limits.audio?.default ?? false
  const input = { ...asked, durationSeconds, resolution, ...(aspectRatio === undefined ? {} : { aspectRatio }), generateAudio }
  return { model, input, outputs: 1, units: durationSeconds, rate: resolution, expected: null }
}

export function unitsOf({ units, outputs }: Pick<Order, 'units' | 'outputs'>): number {
  return units ?? outputs
}

/** What one unit of the order costs now. A model whose price lacks a rate is a mistake in the data, and a bug to its callers. */
export function unitPrice(prices: PriceList, { model, rate }: Order): { readonly credits: bigint; readonly version: number } {
  const { credits, rates, version } = prices.current(model.id)
  if (rate === null || Object.keys(rates).length === 0) return { credits, version }
  const listed = rates[rate]
  if (listed === undefined) throw new Error(`version ${version} of the price of ${model.id} has no rate for ${rate}`)
  return { credits: BigInt(listed), version }
}
