import { z } from 'zod'

/** `code` is an HTTP status in an envelope, a google.rpc code in an operation, and either or a word in an interaction. */
const Status = z.object({
  code: z.union([z.number(), z.string()]).nullish(),
  message: z.string().nullish(),
  status: z.string().nullish(),
  // An open list of anything: what is odd here must not hide what is told beside it.
  details: z.array(z.looseObject({ '@type': z.string().nullish() })).nullish().catch(null),
})
export type VendorStatus = z.infer<typeof Status>

export const ErrorReply = z.object({ error: Status })

const Part = z.object({ type: z.string().nullish(), mime_type: z.string().nullish(), data: z.string().nullish(), uri: z.string().nullish() })
const Step = z.object({ type: z.string().nullish(), content: z.array(Part).nullish().catch(null), error: Status.nullish() })

export const InteractionReply = z.object({
  id: z.string().min(1).max(500),
  status: z.string(),
  steps: z.array(Step).nullish(),
  // One guide shows this in a raw answer; the documented place is a step.
  output_video: Part.nullish(),
  errors: z.array(Status).nullish(),
  usage: z.object({ total_tokens: z.number().nullish() }).nullish(),
})
export type InteractionReply = z.infer<typeof InteractionReply>
export type VideoPartReply = z.infer<typeof Part>

const Video = z.object({ uri: z.string().nullish(), gcsUri: z.string().nullish(), bytesBase64Encoded: z.string().nullish(), mimeType: z.string().nullish() })
const Filtered = { raiMediaFilteredCount: z.number().nullish(), raiMediaFilteredReasons: z.array(z.string()).nullish() }

export const OperationReply = z.object({
  name: z.string().min(1).max(1000),
  done: z.boolean().nullish(),
  error: Status.nullish(),
  response: z
    .object({
      // Vertex
      videos: z.array(Video).nullish(),
      ...Filtered,
      // Gemini
      generateVideoResponse: z.object({ generatedSamples: z.array(z.object({ video: Video.nullish() })).nullish(), ...Filtered }).nullish(),
    })
    .nullish(),
})
export type OperationReply = z.infer<typeof OperationReply>
