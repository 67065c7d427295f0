import { z } from 'zod'
import { imageInputShape, requestTail, videoInputShape, videoTail } from '#domains/catalog'
import { chargeClasses } from './charge-policy.ts'
import { servingReasons } from './move-to-model.ts'

/** The shape of a request, the same for every model; what the chosen model honours of it is checked against the catalogue. */
export const ImageBody = z.strictObject({ ...imageInputShape, ...requestTail })

export const VideoBody = z.strictObject({ ...videoInputShape, ...videoTail })

/** What of a retry is not the request that it repeats. */
export const RetryBody = z
  .strictObject({ quoteId: requestTail.quoteId })
  .default({})

const credits = z.number().int()
const time = z.iso.datetime()

const Span = z
  .object({
    name: z.enum(['queue', 'provider', 'transfer', 'database', 'overhead']),
    index: z.number().int().optional(),
    attempt: z.number().int().optional(),
    startMs: z.number(),
    durationMs: z.number(),
    bytes: z.number().int().optional(),
  })
  .meta({ id: 'Span' })

const Output = z
  .object({
    id: z.uuid(),
    index: z.number().int(),
    url: z.string(),
    contentType: z.string(),
    bytes: z.number().int(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    durationSeconds: z.number().nullable().describe('Of a video'),
    posterUrl: z.string().nullable().describe('A picture of a video, as WebP'),
  })
  .meta({ id: 'Output' })

const Failure = z.object({ index: z.number().int(), code: z.string(), message: z.string() }).meta({ id: 'Failure' })

const Timing = z
  .object({
    queueMs: z.number(),
    providerMs: z.number(),
    transferMs: z.number(),
    databaseMs: z.number(),
    overheadMs: z.number(),
    totalMs: z.number(),
    spans: z.array(Span).readonly(),
  })
  .meta({ id: 'Timing', description: 'Each figure is the time during which at least one such span was under way; they overlap.' })

export const Status = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled'])

export const Generation = z
  .object({
    id: z.uuid(),
    kind: z.enum(['image', 'video']),
    priority: z.enum(['interactive', 'bulk']),
    model: z.string(),
    simulated: z.boolean(),
    status: Status,
    phase: z.enum(['waiting_provider', 'storing', 'retrying', 'outcome_unknown']).nullable(),
    input: z.record(z.string(), z.unknown()),
    size: z.object({ width: z.number().int(), height: z.number().int() }).nullable().describe('The size that is expected of each output'),
    credits: z.object({ price: credits.describe('Of one image, or one second of video'), chargedPrice: credits.describe('What of that is charged: less where a cheaper model made it'), held: credits, captured: credits, released: credits, waived: z.boolean().describe('Made at no cost, after it had failed') }),
    charged: z
      .object({ credits, class: z.enum(chargeClasses), reason: z.string() })
      .describe('Were you charged? The credits taken so far, and why: docs/reference/charges.md has the classes'),
    provider: z
      .object({
        status: z.string().describe("The provider's own word for the state of what it makes"),
        progress: z.number().min(0).max(1).nullable().describe('Null where the provider tells nothing'),
      })
      .nullable()
      .describe('While a video is being made'),
    queue: z
      .object({
        position: z.number().int().describe('Its place at the latest, with every account taking turns; 1001 stands for everything beyond 1000'),
        estimatedStartAt: time.nullable().describe('From the rate at which such work was started lately; null when that is not known'),
      })
      .nullable(),
    servedBy: z
      .array(z.object({
        model: z.string(),
        provider: z.string(),
        outputs: z.array(z.number().int()).describe('By index: those of it that are stored'),
        reason: z.enum(servingReasons).nullable().describe('Why it came to this model: what became of the one before. Null of the one that was asked for'),
      }))
      .describe('The models it was given to, in order. Empty in the answer that accepts it'),
    outputs: z.array(Output),
    outputsExpireAt: time.nullable().describe('When its outputs will be removed; null for never, and while there are none'),
    outputsRemovedAt: time.nullable().describe('Since when its outputs are gone. What it was and cost stays'),
    outputsKeptDays: z.number().int().nullable().describe('After how many days they were removed'),
    failures: z.array(Failure),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    attempts: z.number().int(),
    timing: Timing.nullable(),
    createdAt: time,
    reopenedAt: time.nullable().describe('When it was last tried again after it had failed; its times count from then'),
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    metadata: z.record(z.string(), z.string()),
    retriedFrom: z.uuid().nullable().describe('The generation that it repeats'),
    urls: z.object({ get: z.string(), events: z.string(), cancel: z.string() }),
  })
  .meta({ id: 'Generation' })

export const GenerationPage = z.object({ items: z.array(Generation), nextCursor: z.string().nullable() })

export const ListQuery = z.strictObject({
  kind: z.enum(['image', 'video']).optional(),
  status: Status.optional(),
  model: z.string().max(100).optional(),
  q: z.string().max(200).optional().describe('Part of the prompt'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
})
