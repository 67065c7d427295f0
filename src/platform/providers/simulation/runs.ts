import type { Caller } from './identify.ts'
import type { Journal } from './journal.ts'

export type RunEnd = 'succeeded' | 'refused' | 'failed' | 'cancelled'

/** Something that a simulated vendor makes for minutes while its caller asks after it. */
export interface Run<Asked extends { readonly prompt: string }> {
  readonly id: string
  readonly caller: Caller
  readonly asked: Asked
  readonly createdAtMs: number
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

export interface RunsOptions<Asked extends { readonly prompt: string }> {
  /** Where runs are written down, so that a restarted simulator still knows them, as a vendor would. Null keeps them in memory only. */
  readonly journal: Journal<Run<Asked>> | null
  /** Called for each run that will be made and takes its time, when it begins and when it is taken up again: what it makes can be made meanwhile. */
  readonly onBegin: (run: Run<Asked>) => void
  /** Called once for each run that is made: that is when a vendor bills it. */
  readonly onSuccess: (run: Run<Asked>) => void
}

/** The runs of one simulated vendor. Each ends by the clock, whether or not anybody asks after it. */
export class Runs<Asked extends { readonly prompt: string }> {
  readonly #options: RunsOptions<Asked>
  readonly #runs = new Map<string, Run<Asked>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #submitted = 0
  #running = 0
  #runningMost = 0

  /** Takes up what the journal holds: runs that were under way go on, and those whose time has passed end at once. */
  constructor(options: RunsOptions<Asked>) {
    this.#options = options
    for (const run of options.journal?.read() ?? []) this.#hold(run)
  }

  get counts(): RunCounts {
    return { submitted: this.#submitted, running: this.#running, runningMost: this.#runningMost }
  }

  start(begun: { id: string; caller: Caller; asked: Asked; takesMs: number }): Run<Asked> {
    const run: Run<Asked> = { ...begun, createdAtMs: Date.now(), polls: 0, end: null, endedAtMs: null }
    this.#options.journal?.write(run)
    this.#submitted += 1
    this.#hold(run)
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
    const run = this.#runs.get(id)
    if (run === undefined) return
    this.#runs.delete(id)
    this.#options.journal?.write(run, 'removed')
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #hold(run: Run<Asked>): void {
    this.#runs.set(run.id, run)
    this.#forgetOldest()
    if (run.end !== null) return
    this.#running += 1
    this.#runningMost = Math.max(this.#runningMost, this.#running)
    const { directives } = run.caller
    if (directives.has('endless')) return
    const end: RunEnd = directives.has('refuse-output') ? 'refused' : directives.has('task-failed') ? 'failed' : 'succeeded'
    const leftMs = run.createdAtMs + run.takesMs - Date.now()
    if (leftMs <= 0) return this.#finish(run, end)
    this.#timers.add(setTimeout(() => this.#finish(run, end), leftMs))
    if (end === 'succeeded') this.#options.onBegin(run)
  }

  #finish(run: Run<Asked>, end: RunEnd): void {
    if (run.end !== null) return
    run.end = end
    run.endedAtMs = Date.now()
    this.#running -= 1
    // What was deleted meanwhile ends all the same, and stays deleted.
    if (this.#runs.has(run.id)) this.#options.journal?.write(run)
    if (end === 'succeeded') this.#options.onSuccess(run)
  }

  #forgetOldest(): void {
    if (this.#runs.size <= RUNS_MAX) return
    const oldest = [...this.#runs.values()].find(({ end }) => end !== null)
    if (oldest !== undefined) this.#runs.delete(oldest.id)
  }
}

/** From 0 up to, but not including, 1 while it is under way; null while it waits for its turn. */
export function progressOf(run: Run<{ readonly prompt: string }>, nowMs: number): number | null {
  if (run.end === 'succeeded') return 1
  const part = run.takesMs <= 0 ? 0.5 : (nowMs - run.createdAtMs) / run.takesMs
  return part < QUEUED_PART ? null : Math.min(0.99, part)
}
