import { z } from 'zod'
import { imageInputShape, pictureName } from './image-input.ts'

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
  firstFrame: pictureName.optional().describe('The picture it begins with: the id of an upload, or an https address'),
  lastFrame: pictureName.optional().describe('The picture it ends with; only together with a first one'),
  referenceImages: imageInputShape.referenceImages,
}
