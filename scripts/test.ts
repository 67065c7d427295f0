/**
 * `npm test [-- filters]`: finds or starts what the tests need, runs them, puts everything away.
 *
 * A filter that is part of a test file's path chooses files; any other is a pattern for test names.
 * What could not be had is said before and after the run, and fails it when TEST_SERVICES=required.
 * A run in which no test ran is a failure.
 */
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { openChromium } from './services/chromium.ts'
import type { Service } from './services/port.ts'
import { openPostgres } from './services/postgres.ts'
import { openRedis } from './services/redis.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const FILE_MS_MAX = 10 * 60_000 // Far above any honest file: reaching it means that something hangs.

/** The environment variable through which the test files learn of each service. */
const services = {
  TEST_DATABASE_URL: openPostgres,
  TEST_REDIS_URL: openRedis,
  TEST_CHROMIUM: openChromium,
}

interface Outcome {
  readonly success: boolean
  /** Files in which nothing ran. The runner counts each as a test that passed; nobody else should. */
  readonly hollow: readonly string[]
  readonly counts: { readonly tests: number; readonly passed: number; readonly skipped: number; readonly todo: number }
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())
process.exitCode = await main(process.argv.slice(2))

async function main(filters: readonly string[]): Promise<number> {
  const chosen = choose(filters)
  if (chosen.files.length === 0) return refuse('There is no test file to run.')
  const opened: Service[] = []
  try {
    for (const [variable, open] of Object.entries(services)) {
      if (!stop.signal.aborted) opened.push(announce(variable, await open((line) => console.log(line))))
    }
    return conclude(await runTests(chosen), opened, chosen.names.length > 0)
  } finally {
    for (const service of opened) if ('close' in service) await service.close()
  }
}

function choose(filters: readonly string[]): { files: string[]; names: string[] } {
  const all = globSync('{src,test,web,scripts}/**/*.test.ts', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/.next/**'],
  }).toSorted()
  const wanted = filters.map((filter) => filter.replaceAll('\\', '/').replace(/^\.\//, ''))
  const matches = (filter: string) => all.filter((file) => file.replaceAll('\\', '/').includes(filter))
  const files = [...new Set(wanted.flatMap(matches))]
  const names = wanted.filter((filter) => matches(filter).length === 0)
  return { files: files.length > 0 ? files : all, names }
}

/** Tells the test files, through the environment they inherit, and the person who is watching. */
function announce(variable: string, service: Service): Service {
  if ('missing' in service) {
    process.env[`${variable}_MISSING`] = `no ${service.name}: ${service.missing}`
    console.log(notRun(service))
  } else {
    process.env[variable] = service.value
    console.log(`${service.name}: ${service.note}`)
  }
  return service
}

function notRun(service: { name: string; missing: string }): string {
  return `NOT RUN: the tests that need ${service.name}, because ${service.missing}.`
}

/** Runs each file in its own process. Resolves when all have ended, killed ones included. */
async function runTests({ files, names }: { files: string[]; names: string[] }): Promise<Outcome | undefined> {
  // The tests decide for themselves which database and queue to use. What was left in the shell must not leak in.
  for (const name of ['DATABASE_URL', 'QUEUE', 'USE_BULLMQ', 'REDIS_URL', 'SQS_MAIN_QUEUE_URL', 'SQS_DLQ_URL', 'AWS_ENDPOINT_URL_SQS']) delete process.env[name]
  const paths = files.map((file) => join(root, file))
  const events = run({
    files: paths,
    cwd: root,
    concurrency: Math.max(2, availableParallelism()),
    timeout: FILE_MS_MAX,
    signal: stop.signal,
    ...(names.length === 0 ? {} : { testNamePatterns: names }),
  })
  let outcome: Outcome | undefined
  const hollow: string[] = []
  events.on('test:pass', ({ name }) => {
    if (paths.includes(name)) hollow.push(name)
  })
  events.on('test:summary', ({ file, success, counts }) => {
    if (file === undefined) outcome = { success, counts, hollow } // The others are the subtotals of single files.
  })
  for await (const text of events.compose(new spec())) process.stdout.write(text as string)
  return outcome
}

function conclude(outcome: Outcome | undefined, opened: readonly Service[], namesChosen: boolean): number {
  for (const service of opened) if ('missing' in service) console.log(notRun(service))
  if (stop.signal.aborted) return refuse('Stopped before the end.')
  if (outcome === undefined) return refuse('The runner ended without counting.')
  const { success, counts, hollow } = outcome
  const tests = counts.tests - hollow.length
  const passed = counts.passed - hollow.length
  const failed = tests - passed - counts.skipped - counts.todo
  console.log(`Tests: ${tests} in all, ${passed} passed, ${failed} failed, ${counts.skipped} skipped, ${counts.todo} to do.`)
  if (hollow.length > 0 && !namesChosen) return refuse(`No test in ${hollow.join(', ')}.`)
  if (passed + failed === 0) return refuse('No test ran.')
  if (process.env['TEST_SERVICES'] === 'required' && opened.some((service) => 'missing' in service)) {
    return refuse('A service is missing, and TEST_SERVICES=required.')
  }
  return success && failed === 0 ? 0 : 1
}

function refuse(reason: string): number {
  console.error(reason)
  return 1
}
