/** Reading takes at most this part of the time, however long it takes. */
const TIMES_COST = 10

/**
 * An answer that is asked for often and may be a little old: it is read at most once in `everyMs`, and at most a tenth of the time, whoever asks. All who ask while
 * it is being read get that reading; one that failed is not remembered.
 */
export class Remembered<T> {
  readonly #read: () => Promise<T>
  readonly #everyMs: number
  #known: { readonly answer: Promise<T>; freshUntil: number } | undefined

  constructor(read: () => Promise<T>, everyMs: number) {
    this.#read = read
    this.#everyMs = everyMs
  }

  get(): Promise<T> {
    if (this.#known === undefined || performance.now() > this.#known.freshUntil) this.#known = this.#begin()
    return this.#known.answer
  }

  forget(): void {
    this.#known = undefined
  }

  #begin() {
    const began = performance.now()
    const known = { answer: this.#read(), freshUntil: Infinity }
    known.answer.then(
      () => (known.freshUntil = began + Math.max(this.#everyMs, (performance.now() - began) * TIMES_COST)),
      () => (known.freshUntil = 0),
    )
    return known
  }
}
