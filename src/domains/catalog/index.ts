/**
 * The catalogue: which models there are, what each can do, what each costs.
 *
 * It is data: what this version knows is the outer bound, and an admin decides within it. An input is held against it before any credits are held or a provider is asked. A price changes by a new version with a
 * start; what was quoted or accepted keeps the version it had.
 */
export type { ImageInput } from './check-image-input.ts'
export type { VideoInput } from './check-video-input.ts'
export { Catalogue, type Entry, entryOf } from './catalogue.ts'
export { changeModels, type Decided, resettable, type Wish } from './change-models.ts'
export {
  FindingMissing, ModelChangeRefused, ModelChangeStale, ModelDisabled, ModelRetired, ModelUnconfigured, QuoteMismatch, QuoteMissing, UnknownModel, UnsupportedOption,
} from './errors.ts'
export { findModel, refuseUnoffered } from './find-model.ts'
export { gaugeLife } from './gauge-life.ts'
export { imageInputShape } from './image-input.ts'
export { UNIT_PRICE_MAX } from './judge-price.ts'
export { changeModel, knownModels, type LimitsChange, type ModelChanges, type ModelRow } from './model-change.ts'
export { learnFromAnswer, learnFromList, type Learned, type Witness } from './learn-life.ts'
export { models as seedModels } from './models.ts'
export { isOffered, type ModelStatus, statusOf } from './model.ts'
export type { CatalogModel, ExpectedSize, ImageModel, VideoModel } from './model.ts'
export { type Order, orderImages, orderVideo, type StoredImageInput, type StoredVideoInput, unitPrice, unitsOf } from './order.ts'
export { type Price, PriceList } from './price-list.ts'
export { Quotes } from './quotes.ts'
export { asReached, isConfigured, isSimulated, type Reach } from './reach.ts'
export { refuseUnbuilt } from './refuse-unbuilt.ts'
export { reorder } from './reorder.ts'
export { requestTail, videoTail } from './request-tail.ts'
export { catalogRoutes } from './routes.ts'
export { deleteExpiredQuotes } from './sql.ts'
export {
  type Check, countOpenFindings, type Finding, finishCheck, getLastCheck, insertCheck, insertDailyCheck, listOpenFindings, type ProviderOutcome, resolveFinding, takeCheck,
} from './sql-findings.ts'
export { listModelRows, listPriceVersions, type PriceVersion } from './sql-models.ts'
export { ImageLimits, imageLimits, VideoLimits, videoLimits } from './views.ts'
export { videoInputShape } from './video-input.ts'
export type { ModelHealth } from './views.ts'
