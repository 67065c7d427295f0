/**
 * The catalogue: which models there are, what each can do, what each costs.
 *
 * It is data. An input is held against it before any credits are held or a provider is asked. A price changes by a new version with a
 * start; what was quoted or accepted keeps the version it had.
 */
export type { ImageInput } from './check-image-input.ts'
export type { VideoInput } from './check-video-input.ts'
export { ModelRetired, ModelUnconfigured, QuoteMismatch, QuoteMissing, UnknownModel, UnsupportedOption } from './errors.ts'
export { findModel, refuseRetired } from './find-model.ts'
export { imageInputShape } from './image-input.ts'
export type { CatalogModel, ExpectedSize, ImageModel, VideoModel } from './model.ts'
export { type Order, orderImages, orderVideo, type StoredImageInput, type StoredVideoInput, unitPrice, unitsOf } from './order.ts'
export { type Price, PriceList } from './price-list.ts'
export { Quotes } from './quotes.ts'
export { asReached, isConfigured, isSimulated, type Reach } from './reach.ts'
export { catalogRoutes } from './routes.ts'
export { deleteExpiredQuotes } from './sql.ts'
export { videoInputShape } from './video-input.ts'
