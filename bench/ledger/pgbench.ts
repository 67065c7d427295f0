import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { findNewest, findOnPath } from '../../scripts/services/find-program.ts'

const run = promisify(execFile)
const SCALE = 10

/** Postgres's own load generator with its read-write transaction: five statements and a commit. Undefined where it is not installed. */
export function openPgbench(url: string): ((clients: number, seconds: number) => Promise<number>) | undefined {
  const program = findNewest('/usr/lib/postgresql/*/bin/pgbench') ?? findOnPath(['pgbench'])
  if (program === undefined) return undefined
  execFileSync(program, ['-i', '-q', '-s', String(SCALE), url], { stdio: 'ignore' })
  return async (clients, seconds) => {
    const { stdout } = await run(program, ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), url])
    const match = /tps = ([\d.]+)/.exec(stdout)
    if (match === null) throw new Error(`pgbench gave no figure: ${stdout}`)
    return Number(match[1])
  }
}
