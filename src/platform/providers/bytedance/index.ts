/**
 * Seedream images by ByteDance, on BytePlus ModelArk. The vendor answers synchronously, cannot
 * cancel, and knows no idempotency: one call, one image, perhaps billed.
 */
export { BytedanceImages, type BytedanceSettings } from './adapter.ts'
