import { z } from 'zod'
import type { CatalogModel, ImageModel, VideoModel } from './model.ts'
import type { Order } from './order.ts'
import type { Price } from './price-list.ts'
import type { Quote } from './sql.ts'

const facts = {
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  providerModel: z.string(),
  price: z
    .object({
      unit: z.enum(['image', 'second']),
      credits: z.number().int(),
      rates: z.record(z.string(), z.number().int()).describe('Credits for one unit by resolution, where it depends on that; `credits` is then that of the default'),
      version: z.number().int(),
    })
    .describe('What counts now; a quote binds it'),
  inputSchema: z.record(z.string(), z.unknown()).describe('JSON Schema of a request'),
  status: z.enum(['available', 'deprecated', 'retired', 'unconfigured']),
  shutdownAt: z.iso.datetime().nullable(),
  replacement: z.string().nullable(),
  simulated: z.boolean(),
  medianMs: z.number().int().nullable().describe('How long a generation took lately, from acceptance to the end'),
}

const promptCharacters = z.object({ max: z.number() })

const ImageModelView = z
  .object({
    ...facts,
    kind: z.literal('image'),
    limits: z.object({
      n: z.object({ min: z.number(), max: z.number() }),
      promptCharacters,
      size: z.object({
        default: z.string(),
        presets: z.array(z.string()),
        pixels: z.object({ min: z.number(), max: z.number() }),
        ratio: z.object({ min: z.number(), max: z.number() }),
      }),
      options: z.array(z.string()),
    }),
  })
  .meta({ id: 'ImageModel' })

const choice = z.object({ default: z.string(), values: z.array(z.string()) })

const VideoModelView = z
  .object({
    ...facts,
    kind: z.literal('video'),
    limits: z.object({
      promptCharacters,
      resolution: choice,
      aspectRatio: choice,
      durationSeconds: z.object({ default: z.number(), min: z.number(), max: z.number() }).describe('Every whole second between'),
      audio: z.object({ default: z.boolean() }).nullable().describe('Null where the model makes no sound'),
      options: z.array(z.string()),
      cancellation: z.enum(['never', 'started', 'ended']).describe('Until when the provider can be made to stop. Whoever cancels pays nothing in any case'),
    }),
  })
  .meta({ id: 'VideoModel' })

export const ModelView = z.discriminatedUnion('kind', [ImageModelView, VideoModelView]).meta({ id: 'Model' })

export interface ModelFacts {
  readonly price: Price
  readonly simulated: boolean
  readonly medianMs: number | null
}

export function modelView(model: CatalogModel, { price, ...rest }: ModelFacts): z.input<typeof ModelView> {
  const { id, name, provider, providerModel, shutdownAt, replacement } = model
  const priceView = { unit: price.unit, credits: Number(price.credits), rates: { ...price.rates }, version: price.version }
  const common = { id, name, provider, providerModel, shutdownAt, replacement, price: priceView, status: 'available' as const, ...rest }
  if (model.kind === 'image') {
    const { limits } = model
    const size = { ...limits.size, presets: [...limits.size.presets] }
    return { ...common, kind: 'image', limits: { ...limits, size, options: [...limits.options] }, inputSchema: imageSchema(model) }
  }
  return { ...common, kind: 'video', limits: videoLimits(model), inputSchema: videoSchema(model) }
}

function videoLimits({ limits }: VideoModel): z.input<typeof VideoModelView>['limits'] {
  const copy = ({ default: value, values }: { default: string; values: readonly string[] }) => ({ default: value, values: [...values] })
  return { ...limits, resolution: copy(limits.resolution), aspectRatio: copy(limits.aspectRatio), options: [...limits.options] }
}

const tail = {
  deadlineSeconds: { type: 'integer', minimum: 30, maximum: 86_400 },
  metadata: { type: 'object', additionalProperties: { type: 'string' } },
}

/** What a request for this model may contain, as JSON Schema. */
function imageSchema({ limits }: ImageModel): Record<string, unknown> {
  return schemaOf({
    prompt: { type: 'string', minLength: 1, maxLength: limits.promptCharacters.max },
    n: { type: 'integer', minimum: limits.n.min, maximum: limits.n.max, default: limits.n.min },
    size: { anyOf: [{ enum: limits.size.presets }, { type: 'string', pattern: '^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$' }], default: limits.size.default },
  })
}

function videoSchema({ limits }: VideoModel): Record<string, unknown> {
  const oneOf = ({ default: value, values }: { default: string; values: readonly string[] }) => ({ enum: values, default: value })
  return schemaOf({
    prompt: { type: 'string', minLength: 1, maxLength: limits.promptCharacters.max },
    durationSeconds: { type: 'integer', minimum: limits.durationSeconds.min, maximum: limits.durationSeconds.max, default: limits.durationSeconds.default },
    resolution: oneOf(limits.resolution),
    aspectRatio: oneOf(limits.aspectRatio),
    ...(limits.audio === null ? {} : { generateAudio: { type: 'boolean', default: limits.audio.default } }),
  })
}

function schemaOf(properties: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', required: ['prompt'], additionalProperties: false, properties: { ...properties, ...tail } }
}

export const QuoteView = z
  .object({
    quoteId: z.uuid(),
    credits: z.number().int().describe('What the same request will hold. It is never charged more'),
    lines: z.array(z.object({ what: z.string(), credits: z.number().int() })),
    priceVersion: z.number().int(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Quote' })

export function quoteView(quote: Quote, { model, rate }: Order): z.input<typeof QuoteView> {
  const credits = Number(quote.credits)
  const line = { what: describe(quote.units, model, rate), credits }
  return { quoteId: quote.id, credits, lines: [line], priceVersion: quote.priceVersion, expiresAt: quote.expiresAt.toISOString() }
}

function describe(units: number, { kind, name }: CatalogModel, rate: string | null): string {
  if (kind === 'image') return `${units} ${units === 1 ? 'image' : 'images'} by ${name}`
  return `${units} ${units === 1 ? 'second' : 'seconds'} of video by ${name}${rate === null ? '' : ` at ${rate}`}`
}
