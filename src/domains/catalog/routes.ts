import { z } from 'zod'
import { route } from '#platform/http'
import { ModelRetired, ModelUnconfigured, UnknownModel, UnsupportedOption } from './errors.ts'
import { findModel, refuseRetired } from './find-model.ts'
import { imageInputShape } from './image-input.ts'
import { models } from './models.ts'
import { type Order, orderImages, orderVideo } from './order.ts'
import type { PriceList } from './price-list.ts'
import type { Quotes } from './quotes.ts'
import { asReached, isConfigured, isSimulated, type Reach, refuseUnconfigured } from './reach.ts'
import { videoInputShape } from './video-input.ts'
import { ModelView, modelView, QuoteView, quoteView } from './views.ts'

export interface CatalogRoutesParts {
  readonly prices: PriceList
  readonly quotes: Quotes
  readonly reach: Reach
  /** How long a generation by the model took lately; null when there were none. */
  readonly medianMs: (model: string) => Promise<number | null>
}

export function catalogRoutes(parts: CatalogRoutesParts) {
  return [modelsRoute(parts), quotesRoute(parts)]
}

function modelsRoute({ prices, reach, medianMs }: CatalogRoutesParts) {
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
      const items = models.map(async (model) =>
        modelView(asReached(reach, model), {
          price: prices.current(model.id), now: prices.now(), configured: isConfigured(reach, model), simulated: isSimulated(reach, model), medianMs: await medianMs(model.id),
        }),
      )
      return { items: await Promise.all(items), nextCursor: null }
    },
  })
}

/** The fields of all kinds. Which of them the model's kind has is seen once the model is known. */
const QuoteInput = z.strictObject({ ...videoInputShape, ...imageInputShape, n: imageInputShape.n.unwrap().optional() })

const QuoteBody = z.strictObject({
  model: z.string().min(1).max(100),
  input: QuoteInput.describe('The fields of a request to that model that say what is wanted; not its deadline and metadata'),
})

function quotesRoute({ prices, quotes, reach }: CatalogRoutesParts) {
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
    errors: [UnknownModel, ModelRetired, ModelUnconfigured, UnsupportedOption],
    handle: async ({ actor, body }) => {
      const order = readOrder(reach, body)
      refuseRetired(order.model, prices.now())
      refuseUnconfigured(reach, order.model)
      return quoteView(await quotes.make(actor.accountId, order), order)
    },
  })
}

function readOrder(reach: Reach, { model: id, input }: z.output<typeof QuoteBody>): Order {
  const model = asReached(reach, findModel(null, id))
  const shape = model.kind === 'image' ? imageInputShape : videoInputShape
  const foreign = Object.entries(input).filter(([name, value]) => value !== undefined && !(name in shape))
  if (foreign.length > 0) {
    throw new UnsupportedOption({ model: model.name, errors: foreign.map(([name]) => ({ path: `/input/${name}`, message: 'is not offered by this model' })) })
  }
  return model.kind === 'image' ? orderImages(model, { ...input, n: input.n ?? 1 }, '/input') : orderVideo(model, input, '/input')
}
