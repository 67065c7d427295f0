import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import { generationTopic } from './live.ts'
import { type EventRow, type GenerationStatus, isFinal } from './model.ts'
import { listEvents } from './sql-sessions.ts'

/** How long a watcher trusts that it would have been told. */
const LOOK_AGAIN_MS = 2_000

/**
 * The events of one generation after `afterSeq`, as they are committed, ending with the one that ends it: at once for whoever has seen that one already. All of them where it has
 * no such event.
 *
 * It reads the rows and only uses hints to know when to look, so nothing is missed and nothing comes twice.
 */
export async function* watchGeneration(
  db: Db,
  realtime: Realtime,
  watch: { id: string; afterSeq: number; signal: AbortSignal },
): AsyncGenerator<EventRow> {
  let seq = 0
  let ended = false
  const bell = new Bell()
  const unsubscribe = realtime.subscribe(generationTopic(watch.id), () => bell.ring())
  try {
    const seen = await findEvent(db, watch.id, watch.afterSeq)
    if (seen !== undefined) [seq, ended] = [seen.seq, isEnd(seen)]
    while (!watch.signal.aborted) {
      const events = await listEvents(db, watch.id, seq)
      for (const event of events) {
        yield event
        seq = event.seq
        // The last word, unless another followed: an operator may have opened it again.
        ended = isEnd(event)
      }
      if (events.length === 0 && ended) return
      if (events.length === 0) await bell.wait(LOOK_AGAIN_MS, watch.signal)
    }
  } finally {
    unsubscribe()
  }
}

async function findEvent(db: Db, id: string, seq: number): Promise<EventRow | undefined> {
  return seq === 0 ? undefined : (await listEvents(db, id, seq - 1)).find((event) => event.seq === seq)
}

function isEnd({ kind, data }: EventRow): boolean {
  return kind === 'status' && isFinal(data['status'] as GenerationStatus)
}

/** Remembers that it was rung until somebody waits, so a hint between two looks is not lost. */
class Bell {
  #rung = false
  #wake: () => void = () => undefined

  ring(): void {
    this.#rung = true
    this.#wake()
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      this.#wake = resolve
      signal.addEventListener('abort', this.#wake)
      await promise
      clearTimeout(timer)
      signal.removeEventListener('abort', this.#wake)
    }
    this.#rung = false
  }
}
