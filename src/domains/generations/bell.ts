/** Wakes whoever waits at a provider when one of its slots may have become free. */
export class Bell {
  readonly #tell: () => void
  readonly #waiting = new Set<() => void>()

  /** `tell` reaches the bells of all processes, this one's among them. */
  constructor(tell: () => void) {
    this.#tell = tell
  }

  /** A slot was given back: everybody is to know. */
  freed(): void {
    this.#tell()
  }

  ring(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Until it rings, at most so long, or until the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#waiting.add(resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    clearTimeout(timer)
    this.#waiting.delete(resolve)
  }
}
