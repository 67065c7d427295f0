import { z } from 'zod'

/** Read loosely: unknown fields are ignored, and everything that may be absent may be null. */
const ErrorBody = z.object({
  code: z.string().nullish(),
  message: z.string().nullish(),
  param: z.string().nullish(),
})

const ImageItem = z.object({
  url: z.string().nullish(),
  size: z.string().nullish(),
  error: ErrorBody.nullish(),
})

export const ImagesReply = z.object({
  data: z.array(ImageItem).nullish(),
  error: ErrorBody.nullish(),
  usage: z.object({ generated_images: z.number().nullish(), output_tokens: z.number().nullish() }).nullish(),
})

export const ErrorReply = z.object({ error: ErrorBody })

export type VendorError = z.infer<typeof ErrorBody>
export type VendorImage = z.infer<typeof ImageItem>
export type ImagesReply = z.infer<typeof ImagesReply>
