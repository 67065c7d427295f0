const REFRESH_MS = 3_000

/**
 * Something of the database, remembered so that looking at it costs no query: read at the start and every few seconds. While the database is away the last
 * reading counts.
 */
export class Reading<T> {
  readonly #read: () => Promise<T>
  readonly #onError: (error: Error) => void
  #value: T
  #timer: NodeJS.Timeout | undefined
  #refreshing: Promise<void> | undefined

  private constructor(read: () => Promise<T>, first: T, onError: (error: Error) => void) {
    this.#read = read
    this.#value = first
    this.#onError = onError
  }

  /** Reads it, and goes on reading it until `close`. */
  static async open<T>(read: () => Promise<T>, onError: (error: Error) => void): Promise<Reading<T>> {
    const reading = new Reading(read, await read(), onError)
    reading.#timer = setInterval(() => void reading.refresh().catch(onError), REFRESH_MS).unref()
    return reading
  }

  get value(): T {
    return this.#value
  }

  /** Reads it again at once. Calls that come while it is being read get that reading. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#again().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /** As `refresh`, with a reading that begins now: it has in it what the caller has committed. */
  async renew(): Promise<void> {
    await this.#refreshing?.catch(() => undefined)
    await this.refresh()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#refreshing?.catch(this.#onError)
  }

  async #again(): Promise<void> {
    this.#value = await this.#read()
  }
}
