/** `npm run bench -- <name>`: runs bench/<name>.ts against a Postgres that keeps its promises to the disk. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { installPackages } from './services/apt.ts'
import { findOnPath } from './services/find-program.ts'
import { openPostgres } from './services/postgres.ts'

const [name = '', ...args] = process.argv.slice(2)
const program = new URL(`../bench/${name}.ts`, import.meta.url)
if (!/^[a-z-]+$/.test(name) || !existsSync(program)) {
  console.error('Which benchmark? See bench/README.md, e.g. `npm run bench -- enqueue`.')
  process.exit(2)
}
const log = (line: string) => console.log(line)
if (findOnPath(['wrk']) === undefined) {
  const reason = await installPackages(['wrk'], log)
  if (reason !== undefined) log(`wrk, the load generator, is missing: ${reason}`)
}
const postgres = await openPostgres(log, { durable: true })
if ('missing' in postgres) {
  console.error(`It needs Postgres: ${postgres.missing}.`)
  process.exit(2)
}
log(`Postgres: ${postgres.note}`)
const child = spawn(process.execPath, [program.pathname, ...args], { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: postgres.value } })
const [code] = (await once(child, 'exit')) as [number | null]
await postgres.close()
process.exitCode = code ?? 1
