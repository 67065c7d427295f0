/**
 * Providers of generated media, behind one port whoever the vendor is.
 *
 * An adapter makes one call when it is asked to and never repeats it; what a failure means for the
 * credits is for the caller to say. Simulators speak the same wire protocols beside their adapters
 * and are reached over HTTP like a vendor.
 */
export { openProviders, type ProvidersConfig } from './open-providers.ts'
export { inspectImage, type InspectedImage } from './inspect-image.ts'
export {
  ProviderFailure,
  type CallOptions,
  type FetchedOutput,
  type ImageCall,
  type ImageProvider,
  type ImageResult,
  type ProviderFailureReason,
} from './port.ts'
