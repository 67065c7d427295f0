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

/** A task, as a list, a question and a callback give it. */
export const TaskReply = z.object({
  id: z.string(),
  model: z.string().nullish(),
  status: z.string(),
  error: ErrorBody.nullish(),
  content: z.object({ video_url: z.string().nullish(), last_frame_url: z.string().nullish() }).nullish(),
  usage: z.object({ completion_tokens: z.number().nullish() }).nullish(),
  created_at: z.number().nullish(),
  updated_at: z.number().nullish(),
  duration: z.number().nullish(),
  framespersecond: z.number().nullish(),
  generate_audio: z.boolean().nullish(),
  seed: z.number().nullish(),
  execution_expires_after: z.number().nullish(),
})

export const TaskListReply = z.object({ total: z.number().nullish(), items: z.array(TaskReply).nullish() })

export const SubmittedReply = z.object({ id: z.string().min(1) })

export type TaskReply = z.infer<typeof TaskReply>
