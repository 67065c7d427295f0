interface Bill {
  calls: number
  billedImages: number
  billedVideos: number
}

export interface TallyReport extends Readonly<Bill> {
  /** The most calls that were under way at once. */
  readonly callsAtOnceMax: number
  readonly requests: Readonly<Record<string, Readonly<Bill>>>
}

/** Older requests are forgotten beyond this; the totals keep counting. */
const REQUESTS_MAX = 10_000

/** Counts what a vendor would have written on its bill, in total and by request. */
export class Tally {
  readonly #requests = new Map<string, Bill>()
  readonly #total: Bill = { calls: 0, billedImages: 0, billedVideos: 0 }
  #callsAtOnce = 0
  #callsAtOnceMax = 0

  /** A call is under way until the answer is called. */
  began(): () => void {
    this.#callsAtOnce += 1
    this.#callsAtOnceMax = Math.max(this.#callsAtOnceMax, this.#callsAtOnce)
    return () => void (this.#callsAtOnce -= 1)
  }

  /** Counts one call of the request and says which it is, from 1. */
  called(request: string): number {
    this.#total.calls += 1
    const entry = this.#entry(request)
    entry.calls += 1
    return entry.calls
  }

  billed(request: string, images: number): void {
    this.#total.billedImages += images
    this.#entry(request).billedImages += images
  }

  billedVideo(request: string): void {
    this.#total.billedVideos += 1
    this.#entry(request).billedVideos += 1
  }

  report(): TallyReport {
    const requests = Object.fromEntries([...this.#requests].map(([id, entry]) => [id, { ...entry }]))
    return { ...this.#total, callsAtOnceMax: this.#callsAtOnceMax, requests }
  }

  #entry(request: string): Bill {
    const found = this.#requests.get(request)
    if (found !== undefined) return found
    const oldest = this.#requests.size >= REQUESTS_MAX ? this.#requests.keys().next().value : undefined
    if (oldest !== undefined) this.#requests.delete(oldest)
    const entry = { calls: 0, billedImages: 0, billedVideos: 0 }
    this.#requests.set(request, entry)
    return entry
  }
}
