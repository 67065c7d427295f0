import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readDirectives } from './directives.ts'
import type { Caller } from './identify.ts'

/** As long as the most patient vendor keeps the record of a task. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000

/** What a simulated vendor must not forget. All but the caller is written down as it is. */
export interface Kept {
  readonly id: string
  readonly caller: Caller
  readonly asked: { readonly prompt: string }
  readonly createdAtMs: number
}

type Line<Entry extends Kept> = Omit<Entry, 'caller'> & { readonly caller: Omit<Caller, 'directives'>; readonly removed: boolean }

/**
 * The tasks of a simulated vendor in a file, a line for each change, the last one of a task counting. Writing waits for
 * the file: a task must not be forgotten that was answered for. Lines that were cut short by a crash, or are no tasks, are skipped.
 */
export class Journal<Entry extends Kept> {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
  }

  /** The tasks as they were last, the oldest first. Leaves out what the vendor would have forgotten, and makes the file short again. */
  read(): readonly Entry[] {
    const lines = existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n') : []
    const latest = new Map(lines.flatMap((line) => parse<Entry>(line)).map((line) => [line.id, line]))
    const kept = [...latest.values()].filter(({ removed, createdAtMs }) => !removed && createdAtMs > Date.now() - KEPT_MS)
    // Beside it first: whoever dies here must not leave half a file.
    writeFileSync(`${this.#path}.new`, kept.map((line) => `${JSON.stringify(line)}\n`).join(''))
    renameSync(`${this.#path}.new`, this.#path)
    return kept.map(({ removed: _, caller, ...task }) => ({ ...task, caller: { ...caller, directives: readDirectives(task.asked.prompt, caller.callNumber, caller.faults) } }) as unknown as Entry)
  }

  write({ caller: { directives: _, ...caller }, ...task }: Entry, change: 'changed' | 'removed' = 'changed'): void {
    appendFileSync(this.#path, `${JSON.stringify({ ...task, caller, removed: change === 'removed' })}\n`)
  }
}

function parse<Entry extends Kept>(text: string): readonly Line<Entry>[] {
  try {
    const line = JSON.parse(text) as Line<Entry> | null
    return typeof line?.id === 'string' && typeof line.createdAtMs === 'number' && typeof line.asked.prompt === 'string' && typeof line.caller.seed === 'number' ? [line] : []
  } catch {
    return []
  }
}
