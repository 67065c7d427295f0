import type { Db } from '#platform/db'
import type { Queue, QueueName } from '#platform/queue'
import { insertTickets, listReady } from './sql-dispatch.ts'

/** The lanes whose work stands in the database. */
const LANES: readonly QueueName[] = ['image', 'video']
/** Enough to wake everybody: a worker that has one goes on by itself. */
const TICKETS_MAX = 100
/** Rounds in a row that must find the same before it counts: between a look at the queue and one at the database things move. */
const ROUNDS = 2
const ROUNDS_PAUSED_MAX = 12

/**
 * Makes tickets again for work that has none: the queue was emptied, or lost what it had.
 *
 * It need not know which tickets were lost, since any ticket will do. It makes some when the queue has none to give while something could be worked on, and then leaves
 * the lane alone for longer each time, so that a standstill of the workers is not answered with a storm.
 */
export class TicketSweep {
  readonly #db: Db
  readonly #queue: Queue
  readonly #lanes = new Map(LANES.map((lane) => [lane, { missing: 0, pause: 0, pauseNext: ROUNDS }]))

  constructor(db: Db, queue: Queue) {
    this.#db = db
    this.#queue = queue
  }

  /** One round over all lanes. Answers how many tickets were made. */
  async sweep(): Promise<number> {
    let made = 0
    for (const lane of LANES) made += await this.#sweepLane(lane)
    return made
  }

  async #sweepLane(lane: QueueName): Promise<number> {
    const state = this.#lanes.get(lane)!
    if (state.pause > 0) {
      state.pause -= 1
      return 0
    }
    const { waiting, delayed } = await this.#queue.counts(lane)
    const ready = waiting + delayed > 0 ? [] : await listReady(this.#db, lane, TICKETS_MAX)
    if (ready.length === 0) {
      Object.assign(state, { missing: 0, pauseNext: ROUNDS })
      return 0
    }
    state.missing += 1
    if (state.missing < ROUNDS) return 0
    await insertTickets(this.#db, lane, ready)
    Object.assign(state, { missing: 0, pause: state.pauseNext, pauseNext: Math.min(state.pauseNext * 2, ROUNDS_PAUSED_MAX) })
    return ready.length
  }
}
