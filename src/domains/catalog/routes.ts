import { z } from 'zod'
import { route } from '#platform/http'
import { models } from './models.ts'
import { ModelView, modelView } from './views.ts'

export interface CatalogFacts {
  /** Providers whose answers come from a simulator. */
  readonly simulated: ReadonlySet<string>
  /** How long a generation by the model took lately; null when there were none. */
  readonly medianMs: (model: string) => Promise<number | null>
}

export function catalogRoutes(facts: CatalogFacts) {
  return [
    route({
      method: 'GET',
      path: '/api/models',
      operation: 'listModels',
      summary: 'The models on offer, with prices and limits',
      tags: ['generations'],
      access: 'public',
      status: 200,
      reply: z.object({ items: z.array(ModelView), nextCursor: z.null() }),
      errors: [],
      handle: async () => {
        const items = models.map(async (model) => {
          const medianMs = await facts.medianMs(model.id)
          return modelView(model, { simulated: facts.simulated.has(model.provider), medianMs })
        })
        return { items: await Promise.all(items), nextCursor: null }
      },
    }),
  ]
}
