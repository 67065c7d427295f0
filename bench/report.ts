/** What every benchmark does with its figures: medians, ratios within a round, and a line that says where they come from. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const value = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return Math.round(value * 1_000) / 1_000
}

/** The median of the ratios round by round: what slowed one round down slowed both its slices down. */
export function ratio(these: readonly number[], those: readonly number[]): number {
  return median(these.map((value, round) => value / those[round]!))
}

/** Appends one JSON line with commit, machine and date to results/<name>.jsonl. */
export function appendResult(name: string, result: object): void {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const commit = git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+')
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  const directory = new URL('./results/', import.meta.url)
  mkdirSync(directory, { recursive: true })
  appendFileSync(new URL(`${name}.jsonl`, directory), `${JSON.stringify({ date: new Date().toISOString(), commit, machine, ...result })}\n`)
}
