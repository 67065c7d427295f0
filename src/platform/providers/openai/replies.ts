import { z } from 'zod'

/** Read loosely: unknown fields are ignored, and everything that may be absent may be null. */
const ErrorBody = z.object({
  code: z.union([z.string(), z.number().transform(String)]).nullish(),
  message: z.string().nullish(),
  param: z.string().nullish(),
  type: z.string().nullish(),
})

export const ErrorReply = z.object({ error: ErrorBody })
export type VendorError = z.infer<typeof ErrorBody>

export const ImagesReply = z.object({
  size: z.string().nullish(),
  output_format: z.string().nullish(),
  data: z.array(z.object({ b64_json: z.string().nullish(), url: z.string().nullish() })).nullish(),
  usage: z
    .object({
      output_tokens: z.number().nullish(),
      input_tokens_details: z.object({ text_tokens: z.number().nullish(), image_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
})

export const ModelsReply = z.object({ data: z.array(z.object({ id: z.string(), shutdown_date: z.string().nullish() })) })

/** Statuses are an open list at compatible gateways, so the word is kept as it is. */
export const VideoReply = z.object({
  id: z.string().min(1).max(500),
  status: z.string(),
  model: z.string().nullish(),
  progress: z.number().nullish(),
  created_at: z.number().nullish(),
  expires_at: z.number().nullish(),
  prompt: z.string().nullish(),
  size: z.string().nullish(),
  seconds: z.union([z.string(), z.number().transform(String)]).nullish(),
  error: ErrorBody.nullish(),
})
export type VideoReply = z.infer<typeof VideoReply>

export const VideoList = z.object({ data: z.array(VideoReply), has_more: z.boolean().nullish(), last_id: z.string().nullish() })
