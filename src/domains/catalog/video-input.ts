import { z } from 'zod'

/**
 * What a request for a video may ask of a model, the same for every model; what the chosen one honours of it is checked against the catalogue
 * (`checkVideoInput`). Options that no model of this version honours are in it too, so that they are refused by name.
 */
export const videoInputShape = {
  prompt: z.string().min(1).max(4_000).refine((text) => text.trim() !== '', 'must not be blank'),
  durationSeconds: z.number().int().min(1).max(60).optional().describe('Whole seconds'),
  resolution: z.string().max(20).optional().describe('`480p`, `720p`, `1080p`, `4k`'),
  aspectRatio: z.string().max(20).optional().describe('`16:9`'),
  generateAudio: z.boolean().optional(),
  seed: z.number().int().min(0).max(2_147_483_647).optional(),
  negativePrompt: z.string().max(4_000).optional(),
  firstFrame: z.string().max(2_048).optional(),
  lastFrame: z.string().max(2_048).optional(),
  referenceImages: z.array(z.string().max(2_048)).max(10).optional(),
}
