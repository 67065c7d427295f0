import type { Caller } from './identify.ts'

export type RunEnd = 'succeeded' | 'refused' | 'failed' | 'cancelled'

/** Something that a simulated vendor makes for minutes while its caller asks after it. */
export interface Run<Asked> {
  readonly id: string
  readonly caller: Caller
  readonly asked: Asked
  readonly startedAtMs: number
  readonly takesMs: number
  /** How often it was asked after. */
  polls: number
  end: RunEnd | null
  endedAtMs: number | null
}

/** How many there were, are under way, and were under way at most. */
export interface RunCounts {
  readonly submitted: number
  readonly running: number
  readonly runningMost: number
}

/** Older runs that have ended are forgotten beyond this. */
const RUNS_MAX = 10_000
const QUEUED_PART = 0.1

/** The runs of one simulated vendor. Each ends by the clock, whether or not anybody asks after it. */
export class Runs<Asked> {
  readonly #runs = new Map<string, Run<Asked>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #onSuccess: (run: Run<Asked>) => void
  #submitted = 0
  #running = 0
  #runningMost = 0

  /** `onSuccess` is called once for each run that is made: that is when a vendor bills it. */
  constructor(onSuccess: (run: Run<Asked>) => void) {
    this.#onSuccess = onSuccess
  }

  get counts(): RunCounts {
    return { submitted: this.#submitted, running: this.#running, runningMost: this.#runningMost }
  }

  start(begun: { id: string; caller: Caller; asked: Asked; takesMs: number }): Run<Asked> {
    const run: Run<Asked> = { ...begun, startedAtMs: Date.now(), polls: 0, end: null, endedAtMs: null }
    this.#runs.set(run.id, run)
    this.#submitted += 1
    this.#running += 1
    this.#runningMost = Math.max(this.#runningMost, this.#running)
    this.#forgetOldest()
    const { directives } = run.caller
    if (directives.has('endless')) return run
    const end: RunEnd = directives.has('refuse-output') ? 'refused' : directives.has('task-failed') ? 'failed' : 'succeeded'
    if (run.takesMs <= 0) this.#finish(run, end)
    else this.#timers.add(setTimeout(() => this.#finish(run, end), run.takesMs))
    return run
  }

  /** Counts as asking after it. Undefined when there is none, or the fault of losing it was asked for. */
  ask(id: string): Run<Asked> | undefined {
    const run = this.#runs.get(id)
    if (run === undefined || run.caller.directives.has('task-lost')) return undefined
    run.polls += 1
    return run
  }

  find(id: string): Run<Asked> | undefined {
    const run = this.#runs.get(id)
    return run?.caller.directives.has('task-lost') === true ? undefined : run
  }

  /** The newest first. */
  list(): readonly Run<Asked>[] {
    return [...this.#runs.values()].toReversed()
  }

  /** False when it has ended already. */
  cancel(run: Run<Asked>): boolean {
    if (run.end !== null) return false
    this.#finish(run, 'cancelled')
    return true
  }

  remove(id: string): void {
    this.#runs.delete(id)
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #finish(run: Run<Asked>, end: RunEnd): void {
    if (run.end !== null) return
    run.end = end
    run.endedAtMs = Date.now()
    this.#running -= 1
    if (end === 'succeeded') this.#onSuccess(run)
  }

  #forgetOldest(): void {
    if (this.#runs.size <= RUNS_MAX) return
    const oldest = [...this.#runs.values()].find(({ end }) => end !== null)
    if (oldest !== undefined) this.#runs.delete(oldest.id)
  }
}

/** From 0 up to, but not including, 1 while it is under way; null while it waits for its turn. */
export function progressOf(run: Run<unknown>, nowMs: number): number | null {
  if (run.end === 'succeeded') return 1
  const part = run.takesMs <= 0 ? 0.5 : (nowMs - run.startedAtMs) / run.takesMs
  return part < QUEUED_PART ? null : Math.min(0.99, part)
}
