/**
 * `npm run test:sim`: the simulations at length, 2 000 runs of 60 steps and more. `npm test` plays a few of them.
 *
 * SIM_RUNS sets another number; SIM_SEED plays the runs of a seed again.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openPostgres } from './services/postgres.ts'

const RUNS = '2000'

const root = fileURLToPath(new URL('..', import.meta.url))
const given = process.env['TEST_DATABASE_URL']
const postgres = given === undefined ? await openPostgres((line) => console.log(line)) : { name: 'Postgres', value: given, note: 'given', close: async () => undefined }
if ('missing' in postgres) {
  console.error(`The simulations need Postgres: ${postgres.missing}.`)
  process.exit(2)
}
const files = globSync('test/sim/*.test.ts', { cwd: root })
const env = { ...process.env, TEST_DATABASE_URL: postgres.value, SIM_RUNS: process.env['SIM_RUNS'] ?? RUNS }
const child = spawn(process.execPath, ['--test', ...files], { cwd: root, stdio: 'inherit', env })
// Ctrl-C reaches the tests as well; staying until they have put everything away is all that is left to do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void child.kill(signal))
const [code] = (await once(child, 'exit')) as [number | null]
await postgres.close()
process.exitCode = code ?? 1
