import { type Db, isConnectionLoss } from '#platform/db'
import { acceptBatch, type Ask, type AskOutcome } from './sql-accept.ts'

/** Two statements overlap the work of one with the commit of the other; more only wait for the same disk. */
const IN_FLIGHT_MAX = 2
const BATCH_MAX = 64

interface Waiting {
  readonly ask: Ask
  readonly resolve: (outcome: AskOutcome) => void
  readonly reject: (error: unknown) => void
}

/**
 * Accepts requests, all that wait at a moment with one statement.
 *
 * Each caller sees what it would see alone: its own outcome, its own error, its own place in order. Nobody waits for company: a
 * request that finds a free place goes at once, and a batch is whatever came in while the places were taken. A batch that fails is tried again
 * one by one, so that a bad request never fails its neighbours.
 */
export class Acceptor {
  readonly #db: Db
  #waiting: Waiting[] = []
  #inFlight = 0

  constructor(db: Db) {
    this.#db = db
  }

  accept(ask: Ask): Promise<AskOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject })
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#inFlight < IN_FLIGHT_MAX) {
      const { batch, rest } = takeBatch(this.#waiting)
      this.#waiting = rest
      this.#inFlight += 1
      void this.#send(batch).finally(() => {
        this.#inFlight -= 1
        this.#pump()
      })
    }
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await acceptBatch(this.#db, batch.map(({ ask }) => ask))
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index]!)
    } catch (error) {
      // After a lost connection nobody knows whether it was committed: asking again is the client's decision, with its key.
      if (batch.length === 1 || isConnectionLoss(error)) for (const { reject } of batch) reject(error)
      else for (const one of batch) await this.#send([one])
    }
  }
}

/** In order of arrival, without two of the same key: the second has to see what became of the first. */
function takeBatch(waiting: readonly Waiting[]): { batch: Waiting[]; rest: Waiting[] } {
  const batch: Waiting[] = []
  const rest: Waiting[] = []
  const keys = new Set<string>()
  for (const one of waiting) {
    const { session, key } = one.ask
    const name = key === null ? null : `${session.accountId} ${key.key}`
    if (batch.length === BATCH_MAX || (name !== null && keys.has(name))) rest.push(one)
    else batch.push(one)
    if (name !== null) keys.add(name)
  }
  return { batch, rest }
}
