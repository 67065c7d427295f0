/**
 * Providers of generated media, behind one port whoever the vendor is.
 *
 * An adapter makes one call when it is asked to and never repeats it; what a failure means for the
 * credits is for the caller to say. Simulators speak the same wire protocols beside their adapters
 * and are reached over HTTP like a vendor.
 */
export { openProviders, openVideoProviders, type ProvidersConfig } from './open-providers.ts'
export { INLINE_FOLDER, type InlineOutputsOptions, type InlineStore } from './inline-outputs.ts'
export { imageModels } from './image-models.ts'
export { type PictureLimits, pictureLimitsOf } from './picture-limits.ts'
export { videoModels } from './video-models.ts'
export { inspectImage, type InspectedImage } from './inspect-image.ts'
export { findModel, refuseImage, refuseVideo, type ImageModel, type ModelLife, type Refusal, type VideoModel } from './capabilities.ts'
export { UnusableKeyFile } from './google/key-file.ts'
export type { LifeNotice } from './transport/index.ts'
export {
  ProviderFailure,
  toFailureRecord,
  type CallbackHint,
  type CallbackMessage,
  type CallOptions,
  type CancelOutcome,
  type FailureRecord,
  type FetchedOutput,
  type GroupItem,
  type ImageCall,
  type ImageProvider,
  type ImageResult,
  type ListedModel,
  type ProviderFailureReason,
  type Reconciliation,
  type SubmitReference,
  type VideoCall,
  type VideoPart,
  type VideoProvider,
  type VideoResult,
  type VideoSubmission,
  type VideoTask,
} from './port.ts'
