/**
 * Google's videos: Gemini Omni through Interactions, and Veo's long-running operations on Vertex AI.
 * Both are tasks that are asked after. Neither keeps anything by which a lost submit could be found.
 */
export { OmniVideos } from './omni-adapter.ts'
export { VeoVideos } from './veo-adapter.ts'
export { geminiHost, vertexHost, type VeoHost } from './veo-hosts.ts'
export { serviceAccountTokens, simulatedTokens } from './service-account.ts'
export { OMNI_MODELS, VEO_GEMINI_MODELS, VEO_MODELS } from './models.ts'
export type { AccessTokens, GeminiSettings, VertexSettings } from './settings.ts'
