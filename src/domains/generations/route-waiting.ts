import { listProviders, type ProviderState } from '#domains/capacity'
import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Logger } from '#platform/telemetry'
import { announce } from './live.ts'
import type { Meter } from './meter.ts'
import { type MoveReason, servingModel, type Session } from './model.ts'
import { moveToModel } from './move-to-model.ts'
import { withPictures } from './picture-shapes.ts'
import { blockOf, type Router } from './router.ts'
import { type LinePlace, listWaitingAt } from './sql-line.ts'

export interface WaitingRouterParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly router: Router
  readonly meter: Meter
  readonly log: Logger
  /** Called when something was moved: there is a message. */
  readonly onMoved: () => void
}

const EVERY_MS = 1_000
const BATCH = 100

/**
 * Moves what waits for a provider at which nothing can be begun for a while: its breaker is open, an operator has stopped it, or the vendor has for long.
 *
 * Any number of processes may do it at once: each generation is moved once, and never while somebody works on it. It goes through the line piece by piece, so that
 * those that nobody else can make do not hide those behind them.
 */
export class WaitingRouter {
  readonly #parts: WaitingRouterParts
  readonly #places = new Map<string, LinePlace>()

  constructor(parts: WaitingRouterParts) {
    this.#parts = parts
  }

  /** One piece of the line of every provider that is blocked. Answers how many were moved. */
  async sweep(): Promise<number> {
    const { db, onMoved } = this.#parts
    let moved = 0
    const states = await listProviders(db)
    for (const state of states) {
      const reason = blockOf(state, new Date())
      if (reason === null) this.#places.delete(nameOf(state))
      else moved += await this.#sweepOne(state, reason, states)
    }
    if (moved > 0) onMoved()
    return moved
  }

  async #sweepOne(state: ProviderState, reason: MoveReason, states: readonly ProviderState[]): Promise<number> {
    const waiting = await listWaitingAt(this.#parts.db, { ...state, after: this.#places.get(nameOf(state)) ?? null, limit: BATCH })
    const last = waiting.length < BATCH ? undefined : waiting.at(-1)
    if (last === undefined) this.#places.delete(nameOf(state))
    else this.#places.set(nameOf(state), { priority: last.priority, accountId: last.accountId, id: last.id })
    let moved = 0
    for (const session of waiting) if (await this.#move(session, reason, states)) moved += 1
    return moved
  }

  async #move(session: Session, reason: MoveReason, states: readonly ProviderState[]): Promise<boolean> {
    const { db, realtime, router, meter, log } = this.#parts
    const candidate = router.choose(await withPictures(db, session), reason, states)
    if (candidate === undefined) return false
    const { model, order, credits } = candidate
    const to = { model: model.id, provider: model.provider, providerModel: model.providerModel, input: order.input, unitCredits: credits }
    const seq = await moveToModel(db, { generationId: session.id, token: null, to, reason })
    if (seq === undefined) return false
    log.info({ generationId: session.id, from: servingModel(session), to: model.id, reason }, 'a generation that waited goes to another model')
    meter.moved(servingModel(session), model.id, reason)
    announce(realtime, { id: session.id, accountId: session.accountId, status: 'queued', seq })
    return true
  }
}

const nameOf = ({ provider, kind }: Pick<ProviderState, 'provider' | 'kind'>) => `${kind}/${provider}`

/** Does it every second until the answer is called. In workers: they know which providers are set up. */
export function startRoutingWaiting(parts: WaitingRouterParts): () => Promise<void> {
  const router = new WaitingRouter(parts)
  return startRepeating({
    everyMs: EVERY_MS,
    onError: (error) => parts.log.error({ err: error }, 'looking for another model for what waits failed'),
    work: () => router.sweep(),
  })
}
