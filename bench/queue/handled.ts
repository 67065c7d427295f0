/** Which messages have been handled, for whoever waits for them. Each counts once, however often it comes. */
export class Handled {
  readonly #waiting = new Map<string, () => void>()

  note(id: string): void {
    this.#waiting.get(id)?.()
    this.#waiting.delete(id)
  }

  /** Resolves when all of these have been handled. Ask before they are sent. */
  all(ids: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      let missing = ids.length
      for (const id of ids) this.#waiting.set(id, () => (missing -= 1) === 0 && resolve())
    })
  }
}
