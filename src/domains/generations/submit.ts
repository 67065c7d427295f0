import {
  ModelDisabled, ModelRetired, ModelUnconfigured, type Order, type Price, type PriceList, QuoteMissing, type Quotes, refuseUnoffered, unitPrice, unitsOf,
} from '#domains/catalog'
import type { SettleParts } from '#domains/uploads'
import { failpoint } from '#lib/failpoint'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import type { Admission } from './admission.ts'
import { IdempotencyMismatch } from './errors.ts'
import { fillPictures } from './fill-pictures.ts'
import type { Accepted, Priority } from './model.ts'
import { namedPictures } from './named-pictures.ts'
import { requestHash } from './request-hash.ts'
import { getKey, type IdempotencyKey, type NewSession } from './sql-accept.ts'
import { getAccepted } from './sql-sessions.ts'

export interface SubmitInput {
  readonly accountId: string
  readonly userId: string
  readonly order: Order
  readonly simulated: boolean
  /** False where nobody here could ask the model's provider. */
  readonly configured?: boolean
  readonly metadata: Record<string, string>
  readonly deadlineSeconds: number
  readonly priority?: Priority
  /** Whether another model may make it when this one cannot. Yes unless told. */
  readonly allowFallback?: boolean | undefined
  readonly key: string | null
  /** Which generation it repeats. */
  readonly retriedFrom?: string | null
  /** A price that was promised for this input. */
  readonly quoteId: string | null
  /** The request as it came, for telling a repetition from another request under the same key. */
  readonly request: { readonly address: string; readonly body: unknown }
}

export interface SubmitParts {
  readonly db: Db
  readonly admission: Admission
  readonly prices: PriceList
  readonly quotes: Quotes
  /** Where the pictures that requests name come from. A caller whose requests name none may leave it out. */
  readonly uploads?: SettleParts
}

/**
 * Accepts a request: credits held, generation and message written, in one transaction, which is one statement when the
 * account's first lot covers the price. The price is the quote's when one is named, else that of the moment; either stays with the generation.
 *
 * Pictures that it names by address are fetched before, unless it is a repetition, which fetches nothing.
 *
 * Refuses `ModelRetired`, `ModelDisabled`, `ModelUnconfigured`, `QuoteMissing`, `QuoteMismatch`, `PicturesRefused` and `UnsupportedOption` before anything is held,
 * `InsufficientCredits`, `IdempotencyMismatch`,
 * `IdempotencyInFlight` and `AccountBusy` with nothing left behind (a key whose request was refused is free again). Safe to repeat with a
 * key: the first answer comes again, `replayed`.
 */
export async function submit(parts: SubmitParts, input: SubmitInput): Promise<{ accepted: Accepted; replayed: boolean }> {
  const key = input.key === null ? null : { key: input.key, requestHash: requestHash(input.request.address, input.request.body) }
  const price = await findPrice(parts, input, key)
  if (price === 'of the first') return { accepted: await readFirst(parts.db, input.accountId, key!), replayed: true }
  if (await repeats(parts.db, input, key)) return { accepted: await readFirst(parts.db, input.accountId, key!), replayed: true }
  const order = await fillPictures(parts.uploads, input.accountId, input.order)
  const session = toSession({ ...input, order }, price)
  failpoint('api.before_commit')
  const createdAt = await parts.admission.admit({ session, key })
  failpoint('api.after_commit')
  if (createdAt !== null) return { accepted: describe(session, createdAt), replayed: false }
  return { accepted: await readFirst(parts.db, input.accountId, key!), replayed: true }
}

/** Looked up only where something would be fetched or missed for it: others learn it from the statement that accepts them. */
async function repeats(db: Db, { accountId, order }: SubmitInput, key: IdempotencyKey | null): Promise<boolean> {
  return key !== null && namedPictures(order.input).length > 0 && (await getKey(db, accountId, key.key)) !== undefined
}

type UnitPrice = Pick<Price, 'credits' | 'version'>

/** A repetition may come after its quote has expired, or its model has ended or lost its key: it was accepted in time. */
async function findPrice({ db, prices, quotes }: SubmitParts, input: SubmitInput, key: IdempotencyKey | null): Promise<UnitPrice | 'of the first'> {
  try {
    refuseUnoffered(input.order.model, prices.now())
    if (input.configured === false) throw new ModelUnconfigured({ model: input.order.model.name })
    if (input.quoteId === null) return unitPrice(prices, input.order)
    return await quotes.priceOf(input.quoteId, input.accountId, input.order)
  } catch (error) {
    const late = error instanceof QuoteMissing || error instanceof ModelRetired || error instanceof ModelDisabled || error instanceof ModelUnconfigured
    const repeats = late && key !== null && (await getKey(db, input.accountId, key.key)) !== undefined
    if (repeats) return 'of the first'
    throw error
  }
}

/** The first answer to a request that is repeated, whatever has become of its model since; undefined when there was none. Refuses as `submit` does. */
export async function findFirst(db: Db, accountId: string, key: string | null, { address, body }: SubmitInput['request']): Promise<Accepted | undefined> {
  if (key === null || (await getKey(db, accountId, key)) === undefined) return undefined
  return readFirst(db, accountId, { key, requestHash: requestHash(address, body) })
}

async function readFirst(db: Db, accountId: string, key: IdempotencyKey): Promise<Accepted> {
  const first = await getKey(db, accountId, key.key)
  if (first === undefined || first.requestHash !== key.requestHash) throw new IdempotencyMismatch({})
  const accepted = await getAccepted(db, first.generationId, accountId)
  if (accepted === undefined) throw new Error('an idempotency key points to no generation')
  return accepted
}

function toSession({ order, ...rest }: SubmitInput, price: UnitPrice): NewSession {
  const { model, input, defaulted, outputs, units, expected } = order
  return {
    id: newId(),
    accountId: rest.accountId,
    userId: rest.userId,
    kind: model.kind,
    priority: rest.priority ?? 'interactive',
    model: model.id,
    provider: model.provider,
    providerModel: model.providerModel,
    simulated: rest.simulated,
    input,
    defaulted,
    allowFallback: rest.allowFallback ?? true,
    metadata: rest.metadata,
    outputsWanted: outputs,
    units,
    width: expected?.width ?? null,
    height: expected?.height ?? null,
    priceCredits: price.credits,
    priceVersion: price.version,
    amount: price.credits * BigInt(unitsOf(order)),
    deadlineSeconds: rest.deadlineSeconds,
    queue: model.kind,
    retriedFrom: rest.retriedFrom ?? null,
  }
}

function describe(session: NewSession, createdAt: Date): Accepted {
  const { amount, input, metadata, ...rest } = session
  return { ...rest, creditsHeld: amount, input: input as Accepted['input'], metadata: metadata as Accepted['metadata'], createdAt }
}
