import { z } from 'zod'
import type { CatalogModel } from './model.ts'
import type { Price } from './price-list.ts'
import type { Quote } from './sql.ts'

export const ModelView = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['image', 'video', 'chat', 'embedding']),
    provider: z.string(),
    providerModel: z.string(),
    price: z.object({ unit: z.string(), credits: z.number().int(), version: z.number().int() }).describe('What counts now; a quote binds it'),
    limits: z.object({
      n: z.object({ min: z.number(), max: z.number() }),
      promptCharacters: z.object({ max: z.number() }),
      size: z.object({
        default: z.string(),
        presets: z.array(z.string()),
        pixels: z.object({ min: z.number(), max: z.number() }),
        ratio: z.object({ min: z.number(), max: z.number() }),
      }),
      options: z.array(z.string()),
    }),
    inputSchema: z.record(z.string(), z.unknown()).describe('JSON Schema of a request'),
    status: z.enum(['available', 'deprecated', 'retired', 'unconfigured']),
    shutdownAt: z.iso.datetime().nullable(),
    replacement: z.string().nullable(),
    simulated: z.boolean(),
    medianMs: z.number().int().nullable().describe('How long a generation took lately, from acceptance to the end'),
  })
  .meta({ id: 'Model' })

export interface ModelFacts {
  readonly price: Price
  readonly simulated: boolean
  readonly medianMs: number | null
}

export function modelView(model: CatalogModel, { price, ...facts }: ModelFacts): z.input<typeof ModelView> {
  const { id, name, kind, provider, providerModel, limits, shutdownAt, replacement } = model
  return {
    id, name, kind, provider, providerModel, shutdownAt, replacement,
    price: { unit: price.unit, credits: Number(price.credits), version: price.version },
    limits: { ...limits, size: { ...limits.size, presets: [...limits.size.presets] }, options: [...limits.options] },
    inputSchema: inputSchema(model),
    status: 'available',
    ...facts,
  }
}

/** What a request for this model may contain, as JSON Schema. */
function inputSchema({ limits }: CatalogModel): Record<string, unknown> {
  return {
    type: 'object',
    required: ['prompt'],
    additionalProperties: false,
    properties: {
      prompt: { type: 'string', minLength: 1, maxLength: limits.promptCharacters.max },
      n: { type: 'integer', minimum: limits.n.min, maximum: limits.n.max, default: limits.n.min },
      size: { anyOf: [{ enum: limits.size.presets }, { type: 'string', pattern: '^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$' }], default: limits.size.default },
      deadlineSeconds: { type: 'integer', minimum: 30, maximum: 86_400, default: 900 },
      metadata: { type: 'object', additionalProperties: { type: 'string' } },
    },
  }
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

export function quoteView(quote: Quote, { name }: CatalogModel): z.input<typeof QuoteView> {
  const credits = Number(quote.credits)
  const what = `${quote.units} ${quote.units === 1 ? 'image' : 'images'} by ${name}`
  return { quoteId: quote.id, credits, lines: [{ what, credits }], priceVersion: quote.priceVersion, expiresAt: quote.expiresAt.toISOString() }
}
