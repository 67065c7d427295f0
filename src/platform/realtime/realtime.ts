import { randomUUID } from 'node:crypto'
import type { Db } from '#platform/db'

const CHANNEL = 'cooly_realtime'
const FLUSH_MS = 20
/** Postgres allows 8 000 bytes in a notification. */
const HINTS_PER_NOTIFICATION = 40

/** Something of interest to whoever watches the topic. It may be lost: whoever gets one reads what is true from the database. */
export interface Hint {
  readonly topic: string
  readonly data: Readonly<Record<string, string | number>>
}

export type Listener = (hint: Hint) => void

/**
 * Tells watchers in all processes that something changed.
 *
 * In this process at once; in others by NOTIFY, gathered for a moment and sent outside any transaction, because a
 * notification inside one makes all commits wait for each other.
 */
export class Realtime {
  readonly #db: Db
  readonly #onError: (error: Error) => void
  readonly #origin = randomUUID().slice(0, 8)
  readonly #listeners = new Map<string, Set<Listener>>()
  #outgoing: Hint[] = []
  #flush: NodeJS.Timeout | undefined
  #subscription: { close(): Promise<void> } | undefined

  constructor(db: Db, onError: (error: Error) => void) {
    this.#db = db
    this.#onError = onError
  }

  async open(): Promise<void> {
    this.#subscription = await this.#db.listen(CHANNEL, (payload) => this.#receive(payload), () => this.#tellAll())
  }

  publish(...hints: Hint[]): void {
    for (const hint of hints) this.#deliver(hint)
    if (this.#db.kind === 'embedded') return
    this.#outgoing.push(...hints)
    this.#flush ??= setTimeout(() => void this.#send(), FLUSH_MS)
  }

  /** Calls back for every hint on the topic until the answer is called. After a gap it calls back once without data. */
  subscribe(topic: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(topic)
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#flush)
    await this.#send()
    await this.#subscription?.close()
  }

  async #send(): Promise<void> {
    this.#flush = undefined
    const hints = this.#outgoing
    this.#outgoing = []
    for (let start = 0; start < hints.length; start += HINTS_PER_NOTIFICATION) {
      const payload = JSON.stringify({ from: this.#origin, hints: hints.slice(start, start + HINTS_PER_NOTIFICATION) })
      await this.#db.raw('select pg_notify($1, $2)', [CHANNEL, payload]).catch(this.#onError)
    }
  }

  #receive(payload: string): void {
    // What this process sent it delivered when it sent it.
    if (payload.startsWith(`{"from":"${this.#origin}"`)) return
    const { hints } = JSON.parse(payload) as { hints: Hint[] }
    for (const hint of hints) this.#deliver(hint)
  }

  #deliver(hint: Hint): void {
    for (const listener of this.#listeners.get(hint.topic) ?? []) listener(hint)
  }

  /** Notifications were lost while the connection was down: everybody looks again. */
  #tellAll(): void {
    for (const topic of this.#listeners.keys()) this.#deliver({ topic, data: {} })
  }
}
