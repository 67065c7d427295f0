import { z } from 'zod'
import { type CatalogModel, statusOf } from './model.ts'
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
    limits: z
      .object({
        n: z.object({ min: z.number(), max: z.number() }),
        promptCharacters: z.object({ max: z.number() }),
        size: z.object({
          default: z.string(),
          presets: z.array(z.string()),
          pixels: z.object({ min: z.number(), max: z.number() }).describe('Of an exact size'),
          ratio: z.object({ min: z.number(), max: z.number() }),
          step: z.number().int().describe('Both sides are multiples of it'),
          sideMax: z.number().int().nullable(),
        }),
        outputFormats: z.array(z.string()),
        qualities: z.array(z.string()),
        backgrounds: z.array(z.string()),
        referenceImages: z.object({ max: z.number() }),
        options: z.array(z.string()).describe('The fields of a request that it honours besides prompt, n and size; every other one is refused'),
      })
      .describe('What it takes. An empty list: the field is refused'),
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
  readonly now: Date
  readonly simulated: boolean
  readonly medianMs: number | null
}

export function modelView(model: CatalogModel, { price, now, ...facts }: ModelFacts): z.input<typeof ModelView> {
  const { id, name, kind, provider, providerModel, shutdownAt, replacement } = model
  return {
    id, name, kind, provider, providerModel, shutdownAt, replacement,
    price: { unit: price.unit, credits: Number(price.credits), version: price.version },
    limits: limitsOf(model),
    inputSchema: inputSchema(model),
    status: statusOf(model, now),
    ...facts,
  }
}

function limitsOf({ ability, imagesMax, defaults }: CatalogModel): z.input<typeof ModelView>['limits'] {
  const { presets, pixels, outputFormats, qualities, backgrounds, referenceImagesMax } = ability
  const { min, max, ratioMax, step, sideMax } = pixels ?? PRESETS_ONLY
  return {
    n: { min: 1, max: imagesMax },
    promptCharacters: { max: ability.promptCharactersMax ?? PROMPT_CHARACTERS_MAX },
    size: { default: defaults.size, presets: [...presets], pixels: { min, max }, ratio: { min: 1 / ratioMax, max: ratioMax }, step, sideMax },
    outputFormats: [...outputFormats],
    qualities: [...qualities],
    backgrounds: [...backgrounds],
    referenceImages: { max: referenceImagesMax },
    options: optionsOf(ability),
  }
}

/** Where exact sizes are not taken at all. */
const PRESETS_ONLY = { min: 0, max: 0, ratioMax: 1, step: 1, sideMax: 0 }
const PROMPT_CHARACTERS_MAX = 4_000

function optionsOf(ability: CatalogModel['ability']): string[] {
  const honoured = {
    outputFormat: ability.outputFormats.length > 0,
    outputCompression: (ability.compressedFormats ?? []).length > 0,
    quality: ability.qualities.length > 0,
    background: ability.backgrounds.length > 0,
    seed: ability.seed,
    negativePrompt: ability.negativePrompt,
    referenceImages: ability.referenceImagesMax > 0,
  }
  return Object.entries(honoured).flatMap(([name, honours]) => (honours ? [name] : []))
}

/** What a request for this model may contain, as JSON Schema. */
function inputSchema({ ability, imagesMax, defaults }: CatalogModel): Record<string, unknown> {
  const exact = { type: 'string', pattern: '^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$' }
  const choice = (values: readonly string[]) => ({ enum: values })
  const options: Record<string, unknown> = {
    outputFormat: choice(ability.outputFormats),
    outputCompression: { type: 'integer', minimum: 0, maximum: 100 },
    quality: { ...choice(ability.qualities), default: defaults.quality },
    background: choice(ability.backgrounds),
    seed: { type: 'integer', minimum: 0 },
    negativePrompt: { type: 'string' },
  }
  return {
    type: 'object',
    required: ['prompt'],
    additionalProperties: false,
    properties: {
      prompt: { type: 'string', minLength: 1, maxLength: ability.promptCharactersMax },
      n: { type: 'integer', minimum: 1, maximum: imagesMax, default: 1 },
      size: { anyOf: [choice(ability.presets), ...(ability.pixels === null ? [] : [exact])], default: defaults.size },
      ...Object.fromEntries(optionsOf(ability).map((name) => [name, options[name]])),
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
