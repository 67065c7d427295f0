import { randomBytes } from 'node:crypto'
import { videoLatencyOf, type Caller, type Journal } from '../simulation/index.ts'
import { VendorRefusal } from './simulator-refusals.ts'
import type { VideoRequest } from './simulator-video-request.ts'

export type TaskState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired'

export interface Task {
  readonly id: string
  readonly asked: VideoRequest
  readonly caller: Caller
  /** Where the submitter reached us, so that addresses in callbacks lead back the same way. */
  readonly origin: string
  readonly createdAtMs: number
  updatedAtMs: number
  startedAtMs: number | null
  state: TaskState
  /** How often it was asked after. */
  polls: number
}

export interface TasksOptions {
  readonly latencyMs: number | undefined
  /** How many run at once; the others wait in `queued`. */
  readonly runningMax: number
  /** How many may wait; beyond that a submit is refused with 429. */
  readonly queuedMax: number
  /** Where tasks are written down, so that a restarted simulator still knows them, as a vendor would. Null keeps them in memory only. */
  readonly journal: Journal<Task> | null
  /** Called after each change of a state, the first included. */
  readonly onChange: (task: Task) => void
}

const QUEUED_PART = 0.1
const TASKS_MAX = 10_000

/** The vendor's queue of videos. Time moves tasks on, whether or not anybody asks after them. */
export class Tasks {
  readonly #options: TasksOptions
  readonly #tasks = new Map<string, Task>()
  readonly #ready: Task[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #running = 0
  #runningMost = 0

  /** Takes up what the journal holds: tasks that were under way go on, and those whose time has passed end at once. */
  constructor(options: TasksOptions) {
    this.#options = options
    for (const task of options.journal?.read() ?? []) {
      this.#tasks.set(task.id, task)
      if (task.state === 'queued' || task.state === 'running') this.#queue({ ...task, state: 'queued' })
    }
  }

  get underWay(): { readonly running: number; readonly runningMost: number; readonly queued: number } {
    const queued = this.list().filter(({ state }) => state === 'queued').length
    return { running: this.#running, runningMost: this.#runningMost, queued }
  }

  submit(begun: Pick<Task, 'asked' | 'caller' | 'origin'>): Task {
    if (this.underWay.queued >= this.#options.queuedMax) {
      throw new VendorRefusal(429, 'QuotaExceeded', { message: 'The number of queued tasks exceeds the limit', retryAfterSeconds: 5 })
    }
    const now = Date.now()
    const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '')
    const task: Task = { ...begun, id: `cgt-${day}-${randomBytes(5).toString('hex')}`, createdAtMs: now, updatedAtMs: now, startedAtMs: null, state: 'queued', polls: 0 }
    this.#options.journal?.write(task)
    this.#options.onChange(task)
    this.#queue(task)
    return task
  }

  find(id: string): Task | undefined {
    const task = this.#tasks.get(id)
    return task?.caller.directives.has('task-lost') === true ? undefined : task
  }

  /** The youngest first. */
  list(): readonly Task[] {
    return [...this.#tasks.values()].toReversed()
  }

  /** What the vendor does on DELETE: cancels what waits, forgets what has ended, refuses the rest. */
  remove(task: Task): boolean {
    if (task.state === 'running' || task.state === 'cancelled') return false
    if (task.state === 'queued') this.#become(task, 'cancelled')
    else {
      this.#tasks.delete(task.id)
      this.#options.journal?.write(task, 'removed')
    }
    return true
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #queue(task: Task): void {
    this.#tasks.set(task.id, task)
    this.#forgetOldest()
    this.#later(task.createdAtMs + this.#takesMs(task) * QUEUED_PART - Date.now(), () => {
      this.#ready.push(task)
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#running < this.#options.runningMax) {
      const next = this.#ready.shift()
      if (next === undefined) return
      if (next.state === 'queued') this.#run(next)
    }
  }

  #run(task: Task): void {
    this.#running += 1
    this.#runningMost = Math.max(this.#runningMost, this.#running)
    this.#become(task, 'running')
    if (task.caller.directives.has('endless')) return
    // One that was running before a restart has done so since then.
    task.startedAtMs ??= Date.now()
    this.#later(task.startedAtMs + this.#takesMs(task) * (1 - QUEUED_PART) - Date.now(), () => {
      this.#running -= 1
      this.#become(task, endOf(task))
      this.#pump()
    })
  }

  #become(task: Task, state: TaskState): void {
    task.state = state
    task.updatedAtMs = Date.now()
    this.#options.journal?.write(task)
    this.#options.onChange(task)
  }

  #takesMs({ caller }: Task): number {
    return caller.directives.delayMs ?? videoLatencyOf(caller.seed, this.#options.latencyMs)
  }

  /** At no latency everything has happened before the submit is answered. */
  #later(ms: number, act: () => void): void {
    if (ms <= 0) return act()
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)
    this.#timers.add(timer)
  }

  #forgetOldest(): void {
    const oldest = this.#tasks.size > TASKS_MAX ? this.#tasks.keys().next().value : undefined
    if (oldest !== undefined) this.#tasks.delete(oldest)
  }
}

function endOf({ asked, caller: { directives } }: Task): TaskState {
  if (directives.has('task-expired')) return 'expired'
  const failed = directives.has('refuse-output') || directives.has('task-failed') || asked.breaksConstraint
  return failed ? 'failed' : 'succeeded'
}
