/**
 * `npm run test:mutants [-- part of a name or file]`: plants faults in copies of the tree, one each, and runs the tests that must notice.
 *
 * A fault that no test notices, or that no longer fits the text, fails the run. So does a test that fails without any fault: then being caught
 * would mean nothing. The table goes to test/mutants/report.md when every mutant was run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { acceptMutants } from '../test/mutants/accept-mutants.ts'
import { ledgerMutants } from '../test/mutants/ledger-mutants.ts'
import { lifetimeMutants } from '../test/mutants/lifetime-mutants.ts'
import { type Mutant, plant } from '../test/mutants/mutant.ts'
import { videoMutants } from '../test/mutants/video-mutants.ts'
import { workMutants } from '../test/mutants/work-mutants.ts'
import { copyTree } from './mutants/copy-tree.ts'
import { runTests, type Verdict } from './mutants/run-tests.ts'
import { openPostgres } from './services/postgres.ts'

const AT_ONCE = 2
const REPORT = fileURLToPath(new URL('../test/mutants/report.md', import.meta.url))

type Outcome = { readonly mutant: Mutant; readonly seconds: number } & (Verdict | { readonly broken: string })

const mutants = [...ledgerMutants, ...acceptMutants, ...workMutants, ...videoMutants, ...lifetimeMutants]
const wanted = process.argv.slice(2)
const chosen = wanted.length === 0 ? mutants : mutants.filter(({ name, file }) => wanted.some((part) => name.includes(part) || file.includes(part)))
process.exitCode = await main()

async function main(): Promise<number> {
  const given = process.env['TEST_DATABASE_URL']
  const postgres = given === undefined ? await openPostgres((line) => console.log(line)) : { name: 'Postgres', value: given, note: 'given', close: async () => undefined }
  if ('missing' in postgres) {
    console.error(`The mutants need Postgres: ${postgres.missing}.`)
    return 2
  }
  // The same runs of the simulations for every mutant, and fewer of them than by day; how short the case is that fails is of no interest.
  Object.assign(process.env, { TEST_DATABASE_URL: postgres.value, SIM_RUNS: '40', SIM_SEED: '1', SIM_SHRINK: 'false' })
  const folder = mkdtempSync(join(tmpdir(), 'cooly-mutants-'))
  try {
    return await runAll(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await postgres.close()
  }
}

async function runAll(folder: string): Promise<number> {
  const sound = join(folder, 'sound')
  copyTree(sound)
  const { caughtBy, passed } = await runTests(sound, [...new Set(chosen.flatMap(({ tests }) => tests))])
  if (caughtBy !== undefined || passed === 0) {
    console.error(caughtBy === undefined ? 'No test ran.' : `Without any fault: ${caughtBy.file}: ${caughtBy.title}: ${caughtBy.reason}`)
    return 1
  }
  const queue = [...chosen.entries()]
  const outcomes: Outcome[] = []
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) outcomes[next[0]] = await tryOne(join(folder, String(next[0])), next[1])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  if (wanted.length === 0) writeFileSync(REPORT, describe(outcomes))
  const survivors = outcomes.filter((outcome) => !('caughtBy' in outcome) || outcome.caughtBy === undefined)
  for (const { mutant, ...outcome } of survivors) console.error('broken' in outcome ? outcome.broken : `NOT CAUGHT: ${mutant.name}`)
  console.log(`${outcomes.length - survivors.length} of ${outcomes.length} mutants caught; ${passed} tests pass without any.`)
  return survivors.length === 0 && outcomes.length > 0 ? 0 : 1
}

async function tryOne(tree: string, mutant: Mutant): Promise<Outcome> {
  const started = performance.now()
  const outcome = await attempt(tree, mutant)
  rmSync(tree, { recursive: true, force: true })
  const seconds = Math.round((performance.now() - started) / 100) / 10
  const caught = 'caughtBy' in outcome ? outcome.caughtBy : undefined
  console.log(`${caught === undefined ? 'SURVIVED' : 'caught  '} ${mutant.name} (${seconds} s)${caught === undefined ? '' : `: ${caught.title}`}`)
  return { mutant, seconds, ...outcome }
}

async function attempt(tree: string, mutant: Mutant): Promise<Verdict | { broken: string }> {
  copyTree(tree)
  try {
    plant(tree, mutant)
  } catch (error) {
    return { broken: (error as Error).message }
  }
  return runTests(tree, mutant.tests, mutant.titled)
}

function describe(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { name, file } = outcome.mutant
    if ('broken' in outcome) return `| ${name} | \`${file}\` | **does not apply** | |`
    const { caughtBy } = outcome
    if (caughtBy === undefined) return `| ${name} | \`${file}\` | **survived** | |`
    return `| ${name} | \`${file}\` | ${cell(caughtBy.title)} | ${cell(caughtBy.reason)} |`
  })
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`
  return `# Mutants

Faults planted one at a time in a copy of the tree, and the first test that noticed each. Made by \`npm run test:mutants\` on ${new Date().toISOString().slice(0, 10)}
(${machine}); a fault that nothing notices fails that command.

| Fault | In | First test that failed | What it said |
|---|---|---|---|
${rows.join('\n')}
`
}

/** A seed changes nothing about which test it was. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/ \(seed \d+\)/, '')
}
