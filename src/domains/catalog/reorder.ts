import type { CatalogModel } from './model.ts'
import { type Order, orderImages, orderVideo, type StoredImageInput, type StoredVideoInput } from './order.ts'

/** Of a video the length, asked for or not: it is what the price that was held is for. */
const KEPT = ['durationSeconds']

/**
 * The same, asked of another model of the kind: what was asked for stays word for word, and what was a default of the first model becomes one of the other.
 *
 * Refuses `UnsupportedOption` where the other model does not take what was asked for. Pure.
 */
export function reorder(model: CatalogModel, input: StoredImageInput | StoredVideoInput, defaulted: readonly string[]): Order {
  const asked = Object.fromEntries(Object.entries(input).filter(([name]) => KEPT.includes(name) || !defaulted.includes(name)))
  return model.kind === 'image' ? orderImages(model, asked as unknown as StoredImageInput) : orderVideo(model, asked as unknown as StoredVideoInput)
}
