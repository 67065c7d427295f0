import { setTimeout as delay } from 'node:timers/promises'
import { reserveAcrossLots } from '#domains/credits'
import { type Db, sqlState } from '#platform/db'
import { Acceptor } from './acceptor.ts'
import { AccountBusy, IdempotencyInFlight } from './errors.ts'
import { acceptHeld, type Ask, type AskOutcome, HOLD_GRACE_SECONDS, insertKey, lookAtKey } from './sql-accept.ts'

const WAIT_MS_MAX = 2_000
const PAUSE_MS = { first: 10, longest: 200 }

export interface AdmissionOptions {
  /** How long a request waits for another one with its key. */
  readonly keyWaitMs?: number
  /** How long it waits for credits that somebody else is moving. */
  readonly lockWaitMs?: number
}

type Decision = Exclude<AskOutcome, { outcome: 'uncovered' }>

/**
 * Decides requests: accepted, a repetition, or refused, each within a bounded time.
 *
 * Requests with one key are decided one after the other, in this process and over all of them: a later one is either a repetition of the first, or
 * tries itself when the first was refused. One that would wait longer than two seconds for that is refused and nothing is known to be wrong.
 */
export class Admission {
  readonly #db: Db
  readonly #acceptor: Acceptor
  readonly #keyWaitMs: number
  readonly #lockWaitMs: number
  readonly #undecided = new Map<string, Promise<Decision>>()

  constructor(db: Db, { keyWaitMs = WAIT_MS_MAX, lockWaitMs = WAIT_MS_MAX }: AdmissionOptions = {}) {
    this.#db = db
    this.#acceptor = new Acceptor(db, lockWaitMs)
    this.#keyWaitMs = keyWaitMs
    this.#lockWaitMs = lockWaitMs
  }

  /**
   * When the request was accepted; null when its key belongs to an earlier one. Refuses `InsufficientCredits`, `IdempotencyInFlight` and
   * `AccountBusy`, with nothing left behind.
   */
  async admit(ask: Ask): Promise<Date | null> {
    if (ask.key === null) return dateOf(await this.#decide(ask))
    const name = `${ask.session.accountId} ${ask.key.key}`
    const deadline = performance.now() + this.#keyWaitMs
    for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest)) {
      const first = this.#undecided.get(name)
      if (first !== undefined) {
        if (await becameGeneration(first, deadline)) return null
        continue
      }
      const decision = await this.#decideAlone(name, ask)
      if (decision.outcome !== 'in_flight') return dateOf(decision)
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) throw new IdempotencyInFlight({})
      await delay(Math.min(pauseMs, leftMs))
    }
  }

  #decideAlone(name: string, ask: Ask): Promise<Decision> {
    const decision = this.#decide(ask)
    this.#undecided.set(name, decision)
    const forget = () => void this.#undecided.delete(name)
    decision.then(forget, forget)
    return decision
  }

  async #decide(ask: Ask): Promise<Decision> {
    try {
      const answer = await this.#acceptor.accept(ask)
      return answer.outcome === 'uncovered' ? await acceptAcrossLots(this.#db, ask, this.#lockWaitMs) : answer
    } catch (error) {
      // Waited too long for a lock on the lots: somebody holds them and does not end.
      if (sqlState(error) === '55P03') throw new AccountBusy({}, { cause: error })
      throw error
    }
  }
}

/**
 * The slow path: a hold over several lots. Lots before the key, as everywhere; the key is only looked at first, without waiting.
 * A repetition needs no credits, so whether the key is taken comes before whether anything is left.
 */
async function acceptAcrossLots(db: Db, { session, key }: Ask, lockWaitMs: number): Promise<Decision> {
  try {
    return await db.transaction(async (tx) => {
      const { id, accountId, amount } = session
      const looked = await lookAtKey(tx, accountId, key?.key ?? null, lockWaitMs)
      if (looked !== 'free') return { outcome: looked }
      await reserveAcrossLots(tx, { id, accountId, generationId: id, amount, deadlineSeconds: session.deadlineSeconds + HOLD_GRACE_SECONDS })
      if (key !== null && !(await insertKey(tx, accountId, id, key))) throw new KeyTaken()
      return { outcome: 'accepted', createdAt: await acceptHeld(tx, session) }
    })
  } catch (error) {
    if (error instanceof KeyTaken) return { outcome: 'key_taken' }
    throw error
  }
}

/** Rolls the transaction back: somebody else's key was committed after it was looked at. */
class KeyTaken extends Error {}

/** Waits for the decision about the first. False when it was refused, so that the key is free. */
async function becameGeneration(first: Promise<Decision>, deadline: number): Promise<boolean> {
  const late = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => late.resolve('late'), Math.max(0, deadline - performance.now()))
  try {
    const decision = await Promise.race([first.catch(() => undefined), late.promise])
    if (decision === 'late') throw new IdempotencyInFlight({})
    return decision?.outcome === 'accepted' || decision?.outcome === 'key_taken'
  } finally {
    clearTimeout(timer)
  }
}

function dateOf(decision: Decision): Date | null {
  return decision.outcome === 'accepted' ? decision.createdAt : null
}
