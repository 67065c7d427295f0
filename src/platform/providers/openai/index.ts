/**
 * OpenAI's images, and the video protocol that it gave up and gateways still speak. Images are answered
 * while the caller waits, with the bytes in the answer: no task id, nothing to cancel, nothing to ask after.
 */
export { OpenaiVideos } from './video-adapter.ts'
export { OpenaiImages } from './image-adapter.ts'
export { IMAGE_MODELS, VIDEO_MODELS } from './models.ts'
export type { OpenaiImageSettings, OpenaiSettings } from './settings.ts'
