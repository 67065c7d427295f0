import { z } from 'zod'

/** Of one request, whatever a provider would take. */
export const REFERENCE_IMAGES_MAX = 10
/** The id of an upload or an address. Which of the two, and whether there is such a picture, is seen when it is looked for. */
export const pictureName = z.string().min(1).max(2_048)

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
  referenceImages: z.array(pictureName).max(REFERENCE_IMAGES_MAX).optional().describe('Pictures to work from, where the model takes them: ids of uploads, or https addresses, which are fetched at once'),
}
