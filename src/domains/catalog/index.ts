/**
 * The catalogue: which models there are, what each can do, what each costs.
 *
 * It is data. An input is held against it before any credits are held or a provider is asked.
 */
export { checkImageInput, type ImageInput } from './check-image-input.ts'
export { UnknownModel, UnsupportedOption } from './errors.ts'
export { findModel } from './find-model.ts'
export { type CatalogModel, type ExpectedSize, parseSize } from './model.ts'
export { catalogRoutes } from './routes.ts'
