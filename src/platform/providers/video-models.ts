import { VIDEO_MODELS as bytedance } from './bytedance/models.ts'
import type { VideoModel } from './capabilities.ts'
import { OMNI_MODELS, VEO_GEMINI_MODELS, VEO_MODELS } from './google/models.ts'
import { VIDEO_MODELS as openai } from './openai/models.ts'

/** As `imageModels`, for videos. Google is three: Omni by key, Veo on Vertex, and Veo by key, which only compatible hosts still have. */
export const videoModels: Readonly<Record<string, readonly VideoModel[]>> = {
  bytedance, openai, google: OMNI_MODELS, 'google-vertex': VEO_MODELS, 'google-veo': VEO_GEMINI_MODELS,
}
