import { z } from 'zod'
import { route } from '#platform/http'
import type { Catalogue } from './catalogue.ts'
import { ModelDisabled, ModelRetired, ModelUnconfigured, UnknownModel, UnsupportedOption } from './errors.ts'
import { refuseUnoffered } from './find-model.ts'
import { imageInputShape } from './image-input.ts'
import type { CatalogModel } from './model.ts'
import { type Order, orderImages, orderVideo } from './order.ts'
import type { PriceList } from './price-list.ts'
import type { Quotes } from './quotes.ts'
import { asReached, isConfigured, isSimulated, type Reach, refuseUnconfigured } from './reach.ts'
import { refuseUnbuilt } from './refuse-unbuilt.ts'
import { requestTail } from './request-tail.ts'
import { videoInputShape } from './video-input.ts'
import { type ModelHealth, ModelView, modelView, QuoteView, quoteView } from './views.ts'

export interface CatalogRoutesParts {
  readonly catalogue: Catalogue
  readonly prices: PriceList
  readonly quotes: Quotes
  readonly reach: Reach
  /** How long a generation by the model took lately; null when there were none. */
  readonly medianMs: (model: string) => Promise<number | null>
  /** How it fares, in a word. */
  readonly health: (model: CatalogModel) => Promise<ModelHealth>
}

export function catalogRoutes(parts: CatalogRoutesParts) {
  return [modelsRoute(parts), quotesRoute(parts)]
}

function modelsRoute({ catalogue, prices, reach, medianMs, health }: CatalogRoutesParts) {
  return route({
    method: 'GET',
    path: '/api/models',
    operation: 'listModels',
    summary: 'The models, with what each takes, what it costs and how long it is there',
    tags: ['generations'],
    access: 'public',
    status: 200,
    reply: z.object({ items: z.array(ModelView), nextCursor: z.null() }),
    errors: [],
    handle: async () => {
      // What is switched off is told to nobody but admins; whose time is over is told, with what to ask for instead.
      const items = catalogue.models().filter(({ enabled }) => enabled !== false).map(async (model) =>
        modelView(asReached(reach, model), {
          price: prices.current(model.id), now: prices.now(), configured: isConfigured(reach, model), simulated: isSimulated(reach, model), medianMs: await medianMs(model.id),
          health: await health(model),
        }),
      )
      return { items: await Promise.all(items), nextCursor: null }
    },
  })
}

/** A request as it will be sent, with the fields of all kinds. Which of them the model's kind has is seen once the model is known. */
const QuoteInput = z.strictObject({
  ...videoInputShape, ...imageInputShape, n: imageInputShape.n.unwrap().optional(),
  ...requestTail, quoteId: requestTail.quoteId.describe('Of no effect here: a quote is at the price of the moment'),
  deadlineSeconds: requestTail.deadlineSeconds.unwrap().optional(), priority: requestTail.priority.unwrap().optional(), metadata: requestTail.metadata.optional(),
})

type QuotedRequest = z.output<typeof QuoteInput>

const QuoteBody = z.strictObject({
  model: z.string().min(1).max(100),
  input: QuoteInput.describe('A request to that model, as it will be sent. The quote binds for the fields that say what is wanted; the others may differ, or be left out'),
})

function quotesRoute({ catalogue, prices, quotes, reach }: CatalogRoutesParts) {
  return route({
    method: 'POST',
    path: '/api/quotes',
    operation: 'makeQuote',
    summary: 'What a request would cost; the answer binds for fifteen minutes',
    tags: ['generations'],
    access: 'member',
    body: QuoteBody,
    status: 200,
    reply: QuoteView,
    errors: [UnknownModel, ModelRetired, ModelDisabled, ModelUnconfigured, UnsupportedOption],
    handle: async ({ actor, body }) => {
      const order = readOrder(catalogue, reach, body)
      refuseUnbuilt(order, body.input.webhookUrl, '/input')
      refuseUnoffered(order.model, prices.now())
      refuseUnconfigured(reach, order.model)
      return quoteView(await quotes.make(actor.accountId, order), order)
    },
  })
}

function readOrder(catalogue: Catalogue, reach: Reach, { model: id, input: asked }: z.output<typeof QuoteBody>): Order {
  const model = asReached(reach, catalogue.findModel(null, id))
  const shape = model.kind === 'image' ? imageInputShape : videoInputShape
  const input = wantedOf(asked)
  const foreign = Object.entries(input).filter(([name, value]) => value !== undefined && !(name in shape))
  if (foreign.length > 0) {
    throw new UnsupportedOption({ model: model.name, errors: foreign.map(([name]) => ({ path: `/input/${name}`, message: 'is not offered by this model' })) })
  }
  return model.kind === 'image' ? orderImages(model, { ...input, n: input.n ?? 1 }, '/input') : orderVideo(model, input, '/input')
}

/** What a quote binds for: the same that a request hands on as its input. */
function wantedOf(asked: QuotedRequest): Omit<QuotedRequest, keyof typeof requestTail> {
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !(name in requestTail))) as unknown as QuotedRequest
}
