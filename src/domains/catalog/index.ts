/**
 * The catalogue: which models there are, what each can do, what each costs.
 *
 * It is data. An input is held against it before any credits are held or a provider is asked. A price changes by a new version with a
 * start; what was quoted or accepted keeps the version it had.
 */
export { checkImageInput, type ImageInput } from './check-image-input.ts'
export { completeInput } from './complete-input.ts'
export { ModelRetired, QuoteMismatch, QuoteMissing, UnknownModel, UnsupportedOption } from './errors.ts'
export { findModel, refuseRetired } from './find-model.ts'
export { imageInputShape } from './image-input.ts'
export { type CatalogModel, type ExpectedSize, parseSize } from './model.ts'
export { type Price, PriceList } from './price-list.ts'
export { Quotes } from './quotes.ts'
export { catalogRoutes } from './routes.ts'
export { deleteExpiredQuotes } from './sql.ts'
