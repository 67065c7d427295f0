import { setTimeout as delay } from 'node:timers/promises'

export interface Repeating {
  /** Time between the end of one round and the beginning of the next. */
  readonly everyMs: number
  /** Time before the first round; at once unless told. */
  readonly firstAfterMs?: number
  readonly work: () => Promise<unknown>
  /** A round that fails is reported, and the next one comes all the same. */
  readonly onError: (error: unknown) => void
}

/** Does the work again and again, never twice at a time, until the answer is called. That waits for the round under way. */
export function startRepeating({ everyMs, firstAfterMs = 0, work, onError }: Repeating): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined)
  const loop = async () => {
    await pause(firstAfterMs)
    while (!signal.aborted) {
      await work().catch(onError)
      await pause(everyMs)
    }
  }
  const running = loop()
  return async () => {
    stopping.abort()
    await running
  }
}
