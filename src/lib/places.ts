interface Waiting {
  readonly owner: string
  readonly admit: () => void
}

/**
 * A number of places for work that costs memory, and of those at most so many for one owner. Who finds none free waits, in the order of arrival; one owner's
 * queue holds up nobody else.
 */
export class Places {
  readonly #all: number
  readonly #each: number
  readonly #taken = new Map<string, number>()
  readonly #waiting: Waiting[] = []
  #takenInAll = 0

  constructor({ all, each }: { readonly all: number; readonly each: number }) {
    this.#all = all
    this.#each = each
  }

  /** Does the work in a place of the owner's. Its outcome passes; the place is given back in any case. */
  async hold<Result>(owner: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#isFreeFor(owner)) this.#take(owner)
    else await new Promise<void>((admit) => this.#waiting.push({ owner, admit }))
    try {
      return await work()
    } finally {
      this.#giveBack(owner)
    }
  }

  #isFreeFor(owner: string): boolean {
    return this.#takenInAll < this.#all && (this.#taken.get(owner) ?? 0) < this.#each
  }

  #take(owner: string): void {
    this.#takenInAll += 1
    this.#taken.set(owner, (this.#taken.get(owner) ?? 0) + 1)
  }

  #giveBack(owner: string): void {
    const left = (this.#taken.get(owner) ?? 1) - 1
    this.#takenInAll -= 1
    if (left === 0) this.#taken.delete(owner)
    else this.#taken.set(owner, left)
    const next = this.#waiting.findIndex((waiting) => this.#isFreeFor(waiting.owner))
    const [admitted] = next === -1 ? [] : this.#waiting.splice(next, 1)
    if (admitted === undefined) return
    this.#take(admitted.owner)
    admitted.admit()
  }
}
