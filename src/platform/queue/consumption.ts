import type { Handler, Job } from './port.ts'

const POLL_MS = 1_000

export interface ConsumptionParts {
  readonly concurrencyMax: number
  readonly fetch: (limit: number) => Promise<Job[]>
  readonly complete: (job: Job) => Promise<void>
  readonly fail: (job: Job, error: Error) => Promise<void>
  readonly beat: (ids: string[]) => Promise<void>
  readonly beatSeconds: number
  readonly onError: (error: Error) => void
  readonly handle: Handler
}

/**
 * The loop between one queue and one handler: it fetches as many jobs as there are free places, as soon as it is woken
 * or a place becomes free, and looks by itself once a second in case a wake-up was lost.
 */
export class Consumption {
  readonly #parts: ConsumptionParts
  readonly #active = new Map<string, Promise<void>>()
  #poll: NodeJS.Timeout | undefined
  #beat: NodeJS.Timeout | undefined
  #pumping: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(parts: ConsumptionParts) {
    this.#parts = parts
  }

  start(): void {
    this.#poll = setInterval(() => this.wake(), POLL_MS)
    this.#beat = setInterval(() => void this.#sendBeat(), this.#parts.beatSeconds * 1_000)
    this.wake()
  }

  wake(): void {
    this.#again = true
    if (this.#stopped || this.#pumping !== undefined) return
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = undefined
      if (this.#again && this.#hasRoom()) this.wake()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#poll)
    await this.#pumping
    await Promise.all(this.#active.values())
    clearInterval(this.#beat)
  }

  async #pump(): Promise<void> {
    while (this.#again && this.#hasRoom()) {
      this.#again = false
      const limit = this.#parts.concurrencyMax - this.#active.size
      const jobs = await this.#parts.fetch(limit).catch((error: Error) => {
        this.#parts.onError(error)
        return []
      })
      // A full batch means that more may be waiting.
      if (jobs.length === limit) this.#again = true
      for (const job of jobs) this.#active.set(job.id, this.#run(job))
    }
  }

  #hasRoom(): boolean {
    return !this.#stopped && this.#active.size < this.#parts.concurrencyMax
  }

  async #run(job: Job): Promise<void> {
    try {
      await this.#settle(job)
    } catch (error) {
      // The job was not acknowledged: it comes back when its heartbeat lapses.
      this.#parts.onError(error as Error)
    } finally {
      this.#active.delete(job.id)
      if (!this.#stopped) this.wake()
    }
  }

  async #settle(job: Job): Promise<void> {
    try {
      await this.#parts.handle(job)
    } catch (error) {
      this.#parts.onError(error as Error)
      return this.#parts.fail(job, error as Error)
    }
    await this.#parts.complete(job)
  }

  async #sendBeat(): Promise<void> {
    if (this.#active.size === 0) return
    await this.#parts.beat([...this.#active.keys()]).catch(this.#parts.onError)
  }
}
