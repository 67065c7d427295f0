/**
 * ByteDance on BytePlus ModelArk. Seedream answers synchronously, cannot cancel, and knows no
 * idempotency: one call, one image, perhaps billed. Seedance answers with a task, which can be
 * asked after for seven days and stopped only until it starts.
 */
export { BytedanceImages } from './adapter.ts'
export type { BytedanceSettings } from './connection.ts'
export { IMAGE_MODELS, RETIRED_MODELS, VIDEO_MODELS } from './models.ts'
export { BytedanceVideos } from './video-adapter.ts'
export { readCallback } from './video-tasks.ts'
