import { z } from 'zod'
import { type CatalogModel, type ImageModel, statusOf, type VideoModel } from './model.ts'
import type { Order } from './order.ts'
import type { Price } from './price-list.ts'
import { requestTail, videoTail } from './request-tail.ts'
import type { Quote } from './sql.ts'

const healthWords = ['ok', 'degraded', 'down', 'unknown'] as const
export type ModelHealth = (typeof healthWords)[number]

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
  status: z
    .enum(['available', 'deprecated', 'retired', 'disabled', 'unconfigured'])
    .describe('`deprecated` has a date to end on and can be asked until then; `retired` and `unconfigured`, which lacks its key here, are refused; `disabled` is told to admins only'),
  shutdownAt: z.iso.datetime().nullable(),
  replacement: z.string().nullable(),
  simulated: z.boolean(),
  medianMs: z.number().int().nullable().describe('How long a generation took lately, from acceptance to the end'),
  health: z.enum(healthWords).describe('How calls for it went lately; `down`: none can be made, or most fail. Some seconds old'),
}

const promptCharacters = z.object({ max: z.number() })

export const ImageLimits = z
  .object({
    n: z.object({ min: z.number(), max: z.number() }),
    promptCharacters,
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
  .describe('What it takes. An empty list: the field is refused')

const ImageModelView = z
  .object({
    ...facts,
    kind: z.literal('image'),
    limits: ImageLimits,
  })
  .meta({ id: 'ImageModel' })

const choice = z.object({ default: z.string(), values: z.array(z.string()) })

export const VideoLimits = z.object({
  promptCharacters,
  resolution: choice,
  aspectRatio: choice.nullable().describe('Null where the resolution says it'),
  durationSeconds: z.object({
    default: z.number(),
    min: z.number(),
    max: z.number(),
    values: z.array(z.number()).nullable().describe('The only ones there are; null where every whole second between is one'),
    byResolution: z.record(z.string(), z.array(z.number())).describe('Resolutions that have only some of them'),
  }),
  audio: z.object({ default: z.boolean(), optional: z.boolean().describe('Whether it can be left out') }).nullable().describe('Null where the model makes no sound'),
  referenceImages: z.object({ max: z.number() }),
  options: z.array(z.string()),
  cancellation: z.enum(['never', 'started', 'ended']).describe('Until when the provider can be made to stop. Whoever cancels pays nothing in any case'),
})

const VideoModelView = z
  .object({
    ...facts,
    kind: z.literal('video'),
    limits: VideoLimits,
  })
  .meta({ id: 'VideoModel' })

export const ModelView = z.discriminatedUnion('kind', [ImageModelView, VideoModelView]).meta({ id: 'Model' })

export interface ModelFacts {
  readonly price: Price
  readonly now: Date
  readonly configured: boolean
  readonly simulated: boolean
  readonly medianMs: number | null
  readonly health: ModelHealth
}

export function modelView(model: CatalogModel, { price, now, configured, ...rest }: ModelFacts): z.input<typeof ModelView> {
  const { id, name, provider, providerModel, shutdownAt, replacement } = model
  const priceView = { unit: price.unit, credits: Number(price.credits), rates: { ...price.rates }, version: price.version }
  const common = { id, name, provider, providerModel, shutdownAt, replacement, price: priceView, status: statusOf(model, now, configured), ...rest }
  if (model.kind === 'image') return { ...common, kind: 'image', limits: imageLimits(model), inputSchema: imageSchema(model) }
  return { ...common, kind: 'video', limits: videoLimits(model), inputSchema: videoSchema(model) }
}

export function videoLimits({ limits }: VideoModel): z.input<typeof VideoModelView>['limits'] {
  const copy = ({ default: value, values }: { default: string; values: readonly string[] }) => ({ default: value, values: [...values] })
  const { referenceImagesMax = 0, resolution, aspectRatio, durationSeconds: { values, byResolution, ...range }, options, ...rest } = limits
  const durations = { ...range, values: values && [...values], byResolution: Object.fromEntries(Object.entries(byResolution).map(([name, seconds]) => [name, [...seconds]])) }
  return { ...rest, resolution: copy(resolution), aspectRatio: aspectRatio && copy(aspectRatio), durationSeconds: durations, referenceImages: { max: referenceImagesMax }, options: [...options] }
}

export function imageLimits({ ability, imagesMax, defaults }: ImageModel): z.input<typeof ImageModelView>['limits'] {
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

function optionsOf(ability: ImageModel['ability']): string[] {
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
function imageSchema({ ability, imagesMax, defaults }: ImageModel): Record<string, unknown> {
  const exact = { type: 'string', pattern: '^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$' }
  const oneOf = (values: readonly string[]) => ({ enum: values })
  const options: Record<string, unknown> = {
    outputFormat: oneOf(ability.outputFormats),
    outputCompression: { type: 'integer', minimum: 0, maximum: 100 },
    quality: { ...oneOf(ability.qualities), default: defaults.quality },
    background: oneOf(ability.backgrounds),
    seed: { type: 'integer', minimum: 0 },
    negativePrompt: { type: 'string' },
    referenceImages: references(ability.referenceImagesMax),
  }
  return schemaOf({
    prompt: { type: 'string', minLength: 1, maxLength: ability.promptCharactersMax },
    n: { type: 'integer', minimum: 1, maximum: imagesMax, default: 1 },
    size: { anyOf: [oneOf(ability.presets), ...(ability.pixels === null ? [] : [exact])], default: defaults.size },
    ...Object.fromEntries(optionsOf(ability).map((name) => [name, options[name]])),
  }, tailOfImages)
}

function videoSchema({ limits }: VideoModel): Record<string, unknown> {
  const oneOf = ({ default: value, values }: { default: string; values: readonly string[] }) => ({ enum: values, default: value })
  const { min, max, values, default: usual } = limits.durationSeconds
  const options = { seed: { type: 'integer', minimum: 0, maximum: 2_147_483_647 }, negativePrompt: { type: 'string', maxLength: 4_000 } }
  return schemaOf({
    prompt: { type: 'string', minLength: 1, maxLength: limits.promptCharacters.max },
    durationSeconds: values === null ? { type: 'integer', minimum: min, maximum: max, default: usual } : { enum: values, default: usual },
    resolution: oneOf(limits.resolution),
    ...(limits.aspectRatio === null ? {} : { aspectRatio: oneOf(limits.aspectRatio) }),
    ...(limits.audio === null ? {} : { generateAudio: { ...(limits.audio.optional ? { type: 'boolean' } : { const: true }), default: limits.audio.default } }),
    ...Object.fromEntries(Object.entries(options).filter(([name]) => limits.options.some((option) => option === name))),
    ...(limits.options.includes('firstFrame') ? { firstFrame: PICTURE } : {}),
    ...(limits.options.includes('lastFrame') ? { lastFrame: PICTURE } : {}),
    ...(limits.options.includes('referenceImages') ? { referenceImages: references(limits.referenceImagesMax ?? 0) } : {}),
  }, tailOfVideo)
}

const PICTURE = { type: 'string', description: 'The id of an upload, or an https address' }

function references(max: number): Record<string, unknown> {
  return { type: 'array', maxItems: max, items: PICTURE }
}

/** What the fields of a request are that every model has, as JSON Schema; not those that no model takes yet. */
function tailOf({ webhookUrl: _unbuilt, ...tail }: typeof requestTail): Record<string, unknown> {
  return z.toJSONSchema(z.object(tail), { io: 'input' }).properties ?? {}
}

const tailOfImages = tailOf(requestTail)
const tailOfVideo = tailOf(videoTail)

function schemaOf(wanted: Record<string, unknown>, tail: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', required: ['prompt'], additionalProperties: false, properties: { ...wanted, ...tail } }
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
