import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readDirectives } from '../simulation/index.ts'
import type { Task } from './simulator-tasks.ts'

/** As long as the vendor keeps the record of a task. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000

interface Line extends Omit<Task, 'caller'> {
  readonly caller: Pick<Task['caller'], 'request' | 'callNumber' | 'seed'>
  readonly removed: boolean
}

/**
 * The tasks of a simulator in a file, a line for each change, the last one of a task counting. Writing waits for
 * the file: a task must not be forgotten that was answered for. A line cut short by a crash is skipped.
 */
export class TaskJournal {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
  }

  /** The tasks as they were last, the oldest first. Leaves out what the vendor would have forgotten, and makes the file short again. */
  read(): readonly Task[] {
    const lines = existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n') : []
    const latest = new Map(lines.flatMap((line) => parse(line)).map((line) => [line.id, line]))
    const kept = [...latest.values()].filter(({ removed, createdAtMs }) => !removed && createdAtMs > Date.now() - KEPT_MS)
    writeFileSync(this.#path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''))
    return kept.map(({ removed: _, caller, ...task }) => ({ ...task, caller: { ...caller, directives: readDirectives(task.asked.prompt, caller.callNumber, task.faults) } }))
  }

  write(task: Task, change: 'changed' | 'removed' = 'changed'): void {
    const { request, callNumber, seed } = task.caller
    const line: Line = { ...task, caller: { request, callNumber, seed }, removed: change === 'removed' }
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`)
  }
}

function parse(line: string): readonly Line[] {
  try {
    return [JSON.parse(line) as Line]
  } catch {
    return []
  }
}
