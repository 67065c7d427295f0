import type { OutgoingJob, Queue, QueueCounts } from '#platform/queue'

/** A queue as the worst of them may be: it keeps what it is given, hands it out in any order and more than once, and may lose all of it. */
export class Broker implements Pick<Queue, 'publish' | 'counts'> {
  #jobs: OutgoingJob[] = []
  #breaks: 'before' | 'after' | null = null

  /** The next publishing fails: before anything is taken, or after; or it does not. */
  breakNext(when: 'before' | 'after' | null): void {
    this.#breaks = when
  }

  publish(jobs: readonly OutgoingJob[]): Promise<void> {
    const broken = this.#breaks
    this.#breaks = null
    if (broken !== 'before') this.#jobs.push(...jobs)
    return broken === null ? Promise.resolve() : Promise.reject(new Error('the queue did not answer'))
  }

  counts(): Promise<QueueCounts> {
    return Promise.resolve({ waiting: this.#jobs.length, active: 0, delayed: 0 })
  }

  /** The generations that tickets name, in order. */
  get tickets(): string[] {
    return this.#jobs.map(({ payload }) => (payload as { generationId: string }).generationId).sort()
  }

  /** Takes one ticket for the generation out. */
  take(generation: string): void {
    const place = this.#jobs.findIndex(({ payload }) => (payload as { generationId: string }).generationId === generation)
    if (place >= 0) this.#jobs.splice(place, 1)
  }

  loseAll(): void {
    this.#jobs = []
  }
}
