import { type CatalogModel, type Order, orderImages, orderVideo, type StoredImageInput, type StoredVideoInput, unitsOf, UnsupportedOption } from '#domains/catalog'
import type { Tx } from '#platform/db'
import type { Session } from './model.ts'
import { moveSession } from './sql-move.ts'

export interface MoveInput {
  /** Its row is locked by the caller, and nothing of it was begun. */
  readonly session: Session
  readonly model: CatalogModel
  readonly simulated: boolean
  /** What a unit of the order costs by that model. */
  readonly priceOf: (order: Order) => bigint
  /** For the history. */
  readonly reason: string
}

/**
 * Lets another model make a generation that waits, in the caller's transaction. Who asked pays the smaller of both prices for each unit; the hold stays what
 * it was. The event's number; undefined, with nothing changed, when that model does not take the same input, would be dearer, or comes from a simulator where
 * the first did not, or the other way round.
 */
export async function moveToModel(tx: Tx, { session, model, simulated, priceOf, reason }: MoveInput): Promise<number | undefined> {
  const order = simulated === session.simulated ? orderAgain(session, model) : undefined
  if (order === undefined) return undefined
  const price = priceOf(order)
  if (price > session.priceCredits) return undefined
  const charged = [price, session.chargedPriceCredits ?? session.priceCredits].reduce((one, other) => (one < other ? one : other))
  return moveSession(tx, {
    id: session.id, model: model.id, provider: model.provider, providerModel: model.providerModel, simulated,
    input: order.input, width: order.expected?.width ?? null, height: order.expected?.height ?? null,
    chargedPriceCredits: charged < session.priceCredits ? charged : null, reason,
  })
}

/** The same order of another model: what was asked for and as much of it. Undefined when it cannot be had. */
function orderAgain({ kind, input, outputsWanted, units }: Session, model: CatalogModel): Order | undefined {
  if (model.kind !== kind) return undefined
  try {
    const order = model.kind === 'image' ? orderImages(model, input as StoredImageInput) : orderVideo(model, input as StoredVideoInput)
    return order.outputs === outputsWanted && unitsOf(order) === (units ?? outputsWanted) ? order : undefined
  } catch (error) {
    if (error instanceof UnsupportedOption) return undefined
    throw error
  }
}
