import { z } from 'zod'

/**
 * What a request for images may ask of a model, the same for every model; what the chosen one honours of it is checked against the catalogue
 * (`checkImageInput`). Options that no model of this version honours are in it too, so that they are refused by name.
 */
export const imageInputShape = {
  prompt: z.string().min(1).max(4_000).refine((text) => text.trim() !== '', 'must not be blank'),
  n: z.number().int().min(1).max(4).default(1),
  size: z.string().max(20).optional().describe('A preset of the model, such as `2K`, or `WIDTHxHEIGHT`'),
  outputFormat: z.enum(['png', 'jpeg', 'webp']).optional(),
  outputCompression: z.number().int().min(0).max(100).optional().describe('Of a JPEG or WebP, where the model takes it'),
  quality: z.string().max(20).optional(),
  background: z.string().max(20).optional().describe('`transparent` or `opaque`, where the model takes it'),
  seed: z.number().int().min(0).max(2_147_483_647).optional(),
  guidanceScale: z.number().min(0).max(100).optional(),
  negativePrompt: z.string().max(4_000).optional(),
  referenceImages: z.array(z.string().max(2_048)).max(10).optional(),
}
