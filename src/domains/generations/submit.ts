import { reserveAcrossLots } from '#domains/credits'
import { type CatalogModel, checkImageInput, type ImageInput, parseSize } from '#domains/catalog'
import { failpoint } from '#lib/failpoint'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import type { Acceptor } from './acceptor.ts'
import { IdempotencyMismatch } from './errors.ts'
import type { Session } from './model.ts'
import { requestHash } from './request-hash.ts'
import { acceptHeld, getKey, HOLD_GRACE_SECONDS, type IdempotencyKey, insertKey, type NewSession } from './sql-accept.ts'
import { getSession } from './sql-sessions.ts'

export interface SubmitInput {
  readonly accountId: string
  readonly userId: string
  readonly model: CatalogModel
  readonly simulated: boolean
  readonly input: ImageInput
  readonly metadata: Record<string, string>
  readonly deadlineSeconds: number
  readonly key: string | null
  /** The request as it came, for telling a repetition from another request under the same key. */
  readonly request: { readonly address: string; readonly body: unknown }
}

/** What a client is told about a request that was accepted. The same for the first answer and every repetition. */
export type Accepted = Pick<
  Session,
  'id' | 'kind' | 'model' | 'simulated' | 'input' | 'metadata' | 'outputsWanted' | 'width' | 'height' | 'priceCredits' | 'creditsHeld' | 'createdAt'
>

/**
 * Accepts a request: credits held, generation and message written, in one transaction, which is one statement when the
 * account's first lot covers the price.
 *
 * Refuses `UnsupportedOption` before anything is held, `InsufficientCredits` and `IdempotencyMismatch` with nothing left behind (a key whose
 * request was refused is free again). Safe to repeat with a key: the first answer comes again, `replayed`.
 */
export async function submit(db: Db, acceptor: Acceptor, input: SubmitInput): Promise<{ accepted: Accepted; replayed: boolean }> {
  checkImageInput(input.model, input.input)
  const session = toSession(input)
  const key = input.key === null ? null : { key: input.key, requestHash: requestHash(input.request.address, input.request.body) }
  failpoint('api.before_commit')
  const createdAt = await accept(db, acceptor, session, key)
  failpoint('api.after_commit')
  if (createdAt !== undefined) return { accepted: describe(session, createdAt), replayed: false }
  return { accepted: await readFirst(db, input.accountId, key!), replayed: true }
}

/** Undefined when the key is taken. */
async function accept(db: Db, acceptor: Acceptor, session: NewSession, key: IdempotencyKey | null): Promise<Date | undefined> {
  const answer = await acceptor.accept({ session, key })
  if (answer.outcome === 'accepted') return answer.createdAt
  if (answer.outcome === 'key_taken') return undefined
  // A repetition needs no credits: whether the key is taken comes before whether anything is left.
  if (key !== null && (await isTaken(db, session.accountId, key))) return undefined
  return acceptAcrossLots(db, session, key)
}

async function isTaken(db: Db, accountId: string, key: IdempotencyKey): Promise<boolean> {
  return (await getKey(db, accountId, key.key)) !== undefined
}

/** The slow path: a hold over several lots. Lots first, then the key, as everywhere. */
async function acceptAcrossLots(db: Db, session: NewSession, key: IdempotencyKey | null): Promise<Date | undefined> {
  try {
    return await db.transaction(async (tx) => {
      const { id, accountId, amount } = session
      await reserveAcrossLots(tx, { id, accountId, generationId: id, amount, deadlineSeconds: session.deadlineSeconds + HOLD_GRACE_SECONDS })
      if (key !== null && !(await insertKey(tx, accountId, id, key))) throw new KeyTaken()
      return acceptHeld(tx, session)
    })
  } catch (error) {
    if (error instanceof KeyTaken) return undefined
    throw error
  }
}

/** Rolls the transaction back: somebody else took the key while the lots were being locked. */
class KeyTaken extends Error {}

async function readFirst(db: Db, accountId: string, key: IdempotencyKey): Promise<Accepted> {
  const first = await getKey(db, accountId, key.key)
  if (first === undefined || first.requestHash !== key.requestHash) throw new IdempotencyMismatch({})
  const session = await getSession(db, first.generationId, accountId)
  if (session === undefined) throw new Error('an idempotency key points to no generation')
  return session
}

function toSession({ model, input, ...rest }: SubmitInput): NewSession {
  const size = input.size ?? model.limits.size.default
  const expected = parseSize(size)
  return {
    id: newId(),
    accountId: rest.accountId,
    userId: rest.userId,
    kind: model.kind,
    model: model.id,
    provider: model.provider,
    providerModel: model.providerModel,
    simulated: rest.simulated,
    input: { ...input, size },
    metadata: rest.metadata,
    outputsWanted: input.n,
    width: expected?.width ?? null,
    height: expected?.height ?? null,
    priceCredits: model.price.credits,
    priceVersion: model.price.version,
    amount: model.price.credits * BigInt(input.n),
    deadlineSeconds: rest.deadlineSeconds,
    queue: model.kind,
  }
}

function describe(session: NewSession, createdAt: Date): Accepted {
  const { amount, input, metadata, ...rest } = session
  return { ...rest, creditsHeld: amount, input: input as Accepted['input'], metadata: metadata as Accepted['metadata'], createdAt }
}
