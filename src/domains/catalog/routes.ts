import { z } from 'zod'
import { route } from '#platform/http'
import { ModelRetired, UnknownModel, UnsupportedOption } from './errors.ts'
import { findModel } from './find-model.ts'
import { imageInputShape } from './image-input.ts'
import { models } from './models.ts'
import type { PriceList } from './price-list.ts'
import type { Quotes } from './quotes.ts'
import { ModelView, modelView, QuoteView, quoteView } from './views.ts'

export interface CatalogRoutesParts {
  readonly prices: PriceList
  readonly quotes: Quotes
  /** Providers whose answers come from a simulator. */
  readonly simulated: ReadonlySet<string>
  /** How long a generation by the model took lately; null when there were none. */
  readonly medianMs: (model: string) => Promise<number | null>
}

export function catalogRoutes(parts: CatalogRoutesParts) {
  return [modelsRoute(parts), quotesRoute(parts)]
}

function modelsRoute({ prices, simulated, medianMs }: CatalogRoutesParts) {
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
        modelView(model, { price: prices.current(model.id), now: prices.now(), simulated: simulated.has(model.provider), medianMs: await medianMs(model.id) }),
      )
      return { items: await Promise.all(items), nextCursor: null }
    },
  })
}

const QuoteBody = z.strictObject({
  model: z.string().min(1).max(100),
  input: z.strictObject(imageInputShape).describe('The fields of a request that say what is wanted; not its deadline and metadata'),
})

function quotesRoute({ quotes }: CatalogRoutesParts) {
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
    errors: [UnknownModel, ModelRetired, UnsupportedOption],
    handle: async ({ actor, body }) => {
      const model = findModel('image', body.model)
      return quoteView(await quotes.make(actor.accountId, model, body.input, '/input'), model)
    },
  })
}
