/** Short slices of work, taken in turn, so that a slow moment of the machine hits all subjects alike. */
import { readFileSync } from 'node:fs'
import type { Db } from '#platform/db'
import { sql } from '#platform/db'
import { median, ratio } from './report.ts'

export interface Subject {
  readonly name: string
  measure(ms: number): Promise<Slice>
}

export interface Calls {
  readonly name: string
  /** How many calls are under way at once. */
  readonly callers: number
  /** How many operations one call counts as. */
  readonly operations?: number
  /** The database whose processes' work is counted. */
  readonly db: Db
  readonly call: (turn: number) => Promise<unknown>
}

export interface Slice {
  readonly perSecond: number
  readonly nodeMicros: number
  /** Of the database's processes for these connections; null when it cannot be read, as on another machine. */
  readonly backendMicros: number | null
}

/** Measures all subjects round by round. The first round warms up and is thrown away. */
export async function measureInTurn(subjects: readonly Subject[], { rounds, ms }: { rounds: number; ms: number }): Promise<Figures> {
  const slices = new Map<string, Slice[]>(subjects.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    // Nobody always comes right after the same one.
    for (let index = 0; index < subjects.length; index += 1) {
      const subject = subjects[(index + round) % subjects.length]!
      const slice = await subject.measure(ms)
      if (round > 0) slices.get(subject.name)!.push(slice)
    }
  }
  return new Figures(slices)
}

let turn = 0

/** Callers in this process that each call again as soon as they were answered. */
export function calls(subject: Calls): Subject {
  return { name: subject.name, measure: (ms) => measureCalls(subject, ms) }
}

async function measureCalls({ callers, operations = 1, db, call }: Calls, ms: number): Promise<Slice> {
  const pids = await listBackends(db)
  const backendsBefore = readCpuMicros(pids)
  const nodeBefore = process.cpuUsage()
  const started = performance.now()
  let done = 0
  const caller = async () => {
    while (performance.now() - started < ms) {
      await call((turn += 1))
      done += operations
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const seconds = (performance.now() - started) / 1_000
  const node = process.cpuUsage(nodeBefore)
  const backendsAfter = readCpuMicros(pids)
  const backends = backendsBefore === null || backendsAfter === null ? null : backendsAfter - backendsBefore
  return { perSecond: done / seconds, nodeMicros: (node.user + node.system) / done, backendMicros: backends === null ? null : backends / done }
}

async function listBackends(db: Db): Promise<number[]> {
  const rows = await db.query<{ pid: number }>(sql`
    /* bench.listBackends */ select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`)
  return rows.map(({ pid }) => pid)
}

function readCpuMicros(pids: readonly number[]): number | null {
  if (pids.length === 0) return null
  try {
    return pids.reduce((sum, pid) => {
      // A process of that number that is no Postgres: the database is on another machine.
      if (!readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')) throw new Error('not a database process')
      return sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1_000
    }, 0)
  } catch {
    return null
  }
}

export class Figures {
  readonly #slices: ReadonlyMap<string, readonly Slice[]>

  constructor(slices: ReadonlyMap<string, readonly Slice[]>) {
    this.#slices = slices
  }

  /** Median of the ratios of throughput, round by round. */
  faster(one: string, other: string): number {
    return ratio(this.#of(one).map(({ perSecond }) => perSecond), this.#of(other).map(({ perSecond }) => perSecond))
  }

  /** Median of the ratios of the database's work per operation; of the time per operation where that cannot be read. */
  dearer(one: string, other: string): number {
    const [these, those] = [this.#of(one).map(cost), this.#of(other).map(cost)]
    return these.includes(null) || those.includes(null) ? this.faster(other, one) : ratio(these as number[], those as number[])
  }

  summary(): Record<string, { perSecond: number; nodeMicros: number; backendMicros: number | null }> {
    return Object.fromEntries([...this.#slices].map(([name, slices]) => {
      const backend = slices.map(({ backendMicros }) => backendMicros)
      return [name, {
        perSecond: Math.round(median(slices.map(({ perSecond }) => perSecond))),
        nodeMicros: Math.round(median(slices.map(({ nodeMicros }) => nodeMicros))),
        backendMicros: backend.includes(null) ? null : Math.round(median(backend as number[])),
      }]
    }))
  }

  #of(name: string): readonly Slice[] {
    const slices = this.#slices.get(name)
    if (slices === undefined) throw new Error(`nothing called ${name} was measured`)
    return slices
  }
}

function cost({ backendMicros }: Slice): number | null {
  return backendMicros
}
