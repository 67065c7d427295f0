import type { ProviderState } from '#domains/capacity'
import {
  asReached, type Catalogue, type CatalogModel, isConfigured, isOffered, isSimulated, type Order, type PriceList, type Reach, reorder, UnknownModel, unitPrice, unitsOf, UnsupportedOption,
} from '#domains/catalog'
import type { InputMistake } from '#lib/errors'
import type { ProviderFailureReason } from '#platform/providers'
import { type MoveReason, servingModel, type Session } from './model.ts'
import { checkShape, type Shape } from './picture-shapes.ts'

/** A pause of the vendor that ends sooner is waited for: the first model is what was asked for. */
export const PAUSED_FOR_SECONDS = 30

/** Definite refusals and faults: nothing was made, and nothing will be billed. What was refused for its content is refused elsewhere, too. */
const movable: readonly ProviderFailureReason[] = ['auth', 'permission', 'quota', 'model_retired', 'provider_fault']

/** What is wrong is the whole provider, not one model of it. */
const ofProvider: readonly MoveReason[] = ['auth', 'quota', 'breaker_open', 'paused']

export function isMoveReason(reason: string): reason is MoveReason {
  return movable.some((name) => name === reason)
}

export interface RouterParts {
  readonly catalogue: Pick<Catalogue, 'findModel' | 'fallbacksOf'>
  readonly prices: PriceList
  readonly reach: Reach
}

/** Of a generation, what decides who else may make it; `pictures` are those it is made from, where there are any. */
export type Movable = Pick<Session, 'kind' | 'model' | 'provider' | 'simulated' | 'input' | 'defaulted' | 'outputsWanted' | 'units' | 'priceCredits' | 'route' | 'allowFallback'> & {
  readonly pictures?: readonly Shape[]
}

/** Why a model is no candidate. */
export type Refusal = 'unknown' | 'tried' | 'retired' | 'unconfigured' | 'same_provider' | 'breaker_open' | 'paused' | 'input' | 'dearer'

export type Verdict = { readonly model: CatalogModel; readonly order: Order; readonly credits: bigint } | { readonly refusal: Refusal; readonly detail: string | null }

/**
 * Says who makes what a model cannot be asked for: the first of its fallbacks that is there, takes exactly what was asked for, and costs no more than what was
 * accepted. Never one that was tried, so the chain is gone through once.
 */
export class Router {
  readonly #parts: RouterParts

  constructor(parts: RouterParts) {
    this.#parts = parts
  }

  /** Whether there is anybody to ask who else may make it. Asks nobody. */
  mayMove(session: Movable, reason: string): reason is MoveReason {
    return session.allowFallback && isMoveReason(reason) && this.chainOf(session).length > 0
  }

  /** The models of the chain that come after the one that is at work. */
  chainOf(session: Pick<Movable, 'model' | 'route'>): readonly string[] {
    const chain = this.#parts.catalogue.fallbacksOf(session.model)
    return chain.slice(chain.indexOf(servingModel(session)) + 1)
  }

  /** The first that may, as the providers are now, or undefined. */
  choose(session: Movable, reason: MoveReason, states: readonly ProviderState[]): Extract<Verdict, { order: Order }> | undefined {
    for (const id of session.allowFallback ? this.chainOf(session) : []) {
      const verdict = this.judge(session, id, states, reason)
      if ('order' in verdict) return verdict
    }
    return undefined
  }

  /** Whether the model may make it now, at these providers. `reason` is null where nothing has gone wrong yet. */
  judge(session: Movable, id: string, states: readonly ProviderState[], reason: MoveReason | null): Verdict {
    const model = this.#find(session.kind, id)
    if (model === undefined) return refuse('unknown')
    if (session.model === id || session.route?.some((station) => station.model === id) === true) return refuse('tried')
    return this.#judgeModel(session, model, states, reason) ?? this.#judgeOrder(session, model)
  }

  /** A chain may name what is no model of the kind (any more). */
  #find(kind: Session['kind'], id: string): CatalogModel | undefined {
    try {
      return asReached(this.#parts.reach, this.#parts.catalogue.findModel(kind, id))
    } catch (error) {
      if (error instanceof UnknownModel) return undefined
      throw error
    }
  }

  #judgeModel(session: Movable, model: CatalogModel, states: readonly ProviderState[], reason: MoveReason | null): Verdict | undefined {
    if (!isOffered(model, this.#parts.prices.now())) return refuse('retired')
    // Neither is a paid result made up by a simulator, nor a simulated one paid for.
    const { reach } = this.#parts
    if (!isConfigured(reach, model) || isSimulated(reach, model) !== session.simulated) return refuse('unconfigured')
    if (reason !== null && ofProvider.includes(reason) && model.provider === session.provider) return refuse('same_provider')
    const blocked = blockOf(states.find(({ provider, kind }) => provider === model.provider && kind === model.kind), this.#parts.prices.now())
    return blocked === null ? undefined : refuse(blocked)
  }

  #judgeOrder(session: Movable, model: CatalogModel): Verdict {
    const order = orderOrMistakes(model, session)
    if (typeof order === 'string') return refuse('input', order)
    const [misshapen] = (session.pictures ?? []).flatMap((shape) => checkShape(model, shape))
    if (misshapen !== undefined) return refuse('input', `a picture ${misshapen}`)
    const { credits } = unitPrice(this.#parts.prices, order)
    const isMore = unitsOf(order) > (session.units ?? session.outputsWanted)
    return credits > session.priceCredits || isMore ? refuse('dearer', `${credits} credits instead of ${session.priceCredits}`) : { model, order, credits }
  }
}

/** Why nothing can be begun at a provider for so long that it is not waited for; null where it can, or soon. */
export function blockOf(state: Pick<ProviderState, 'paused' | 'pausedUntil' | 'breaker'> | undefined, now: Date): 'breaker_open' | 'paused' | null {
  if (state === undefined) return null
  if (state.paused && (state.pausedUntil === null || state.pausedUntil.getTime() - now.getTime() > PAUSED_FOR_SECONDS * 1_000)) return 'paused'
  return state.breaker === 'open' ? 'breaker_open' : null
}

function refuse(refusal: Refusal, detail: string | null = null): Verdict {
  return { refusal, detail }
}

function orderOrMistakes(model: CatalogModel, { input, defaulted }: Movable): Order | string {
  try {
    return reorder(model, input, defaulted)
  } catch (error) {
    if (error instanceof UnsupportedOption) return (error.members['errors'] as InputMistake[]).map(({ path, message }) => `${path} ${message}`).join('; ')
    throw error
  }
}
