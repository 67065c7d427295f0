import { z } from 'zod'
import { listProviders, type ProviderState } from '#domains/capacity'
import {
  asReached, type Catalogue, type CatalogModel, isConfigured, isOffered, isSimulated, orderImages, orderVideo, type PriceList, type Reach, UnknownModel, unitPrice,
} from '#domains/catalog'
import { blockOf, type Movable, type MoveReason, type Router } from '#domains/generations'
import type { Db } from '#platform/db'
import { route } from '#platform/http'

export interface RoutingRoutesParts {
  readonly db: Db
  readonly catalogue: Catalogue
  readonly prices: PriceList
  readonly router: Router
  readonly reach: Reach
}

const refusals = ['unknown', 'tried', 'retired', 'unconfigured', 'same_provider', 'breaker_open', 'paused', 'input', 'dearer'] as const

const RoutingView = z
  .object({
    model: z.string(),
    chosen: z.string().nullable().describe('Who makes a plain request for it now; null where it waits, or is refused because the model has ended'),
    steps: z
      .array(z.object({
        model: z.string(),
        provider: z.string().nullable(),
        credits: z.number().int().nullable().describe('What a unit costs there'),
        refusal: z.enum(refusals).nullable().describe('Why it is not chosen; null where it is, or would be'),
        detail: z.string().nullable(),
      }))
      .describe('The model and those that may make what it cannot, in order'),
  })
  .meta({ id: 'Routing' })

type Step = z.input<typeof RoutingView>['steps'][number]

/** What a request would choose, without making one. */
export function routingRoutes({ db, catalogue, prices, router, reach }: RoutingRoutesParts) {
  return [
    route({
      method: 'GET', path: '/api/admin/routing', operation: 'explainRouting', summary: 'Which model a request for one would be made by now, and why',
      tags: ['admin'], access: 'viewer', query: z.strictObject({ model: z.string().min(1).max(100) }), status: 200, reply: RoutingView, errors: [UnknownModel],
      handle: async ({ query }) => {
        const model = asReached(reach, catalogue.findModel(null, query.model))
        const states = await listProviders(db)
        const first = judgeFirst(model, states, { prices, reach })
        const movable = plainRequest(model, prices, reach)
        // Without its provider a request waits there: nobody else may make it, since nobody knows whether for real.
        const reason = first.refusal === 'breaker_open' || first.refusal === 'paused' ? (first.refusal satisfies MoveReason) : null
        const others = router.chainOf({ model: model.id, route: null }).map((id) => toStep(id, router.judge(movable, id, states, reason)))
        const chosen = first.refusal === null ? model.id : reason === null ? null : (others.find(({ refusal }) => refusal === null)?.model ?? null)
        return { model: model.id, chosen, steps: [first, ...others] }
      },
    }),
  ]
}

function judgeFirst(model: CatalogModel, states: readonly ProviderState[], { prices, reach }: Pick<RoutingRoutesParts, 'prices' | 'reach'>): Step {
  const blocked = blockOf(states.find(({ provider, kind }) => provider === model.provider && kind === model.kind), prices.now())
  const refusal = !isOffered(model, prices.now()) ? 'retired' : isConfigured(reach, model) ? blocked : 'unconfigured'
  return { model: model.id, provider: model.provider, credits: Number(unitPrice(prices, orderPlainly(model)).credits), refusal, detail: null }
}

function toStep(id: string, verdict: ReturnType<Router['judge']>): Step {
  if ('refusal' in verdict) return { model: id, provider: null, credits: null, refusal: verdict.refusal, detail: verdict.detail }
  return { model: id, provider: verdict.model.provider, credits: Number(verdict.credits), refusal: null, detail: null }
}

function orderPlainly(model: CatalogModel) {
  return model.kind === 'image' ? orderImages(model, { prompt: 'x', n: 1 }) : orderVideo(model, { prompt: 'x' })
}

/** With nothing said but the prompt, at today's price. */
function plainRequest(model: CatalogModel, prices: PriceList, reach: Reach): Movable {
  const order = orderPlainly(model)
  const { input, defaulted, outputs, units } = order
  return {
    kind: model.kind, model: model.id, provider: model.provider, simulated: isSimulated(reach, model), input, defaulted,
    outputsWanted: outputs, units, priceCredits: unitPrice(prices, order).credits, route: null, allowFallback: true,
  }
}
