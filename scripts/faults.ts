/**
 * `npm run test:faults [-- part of a failpoint or queue]`: every cell of the crash matrix, workers that die with work in their hands, queues that lose everything.
 *
 * It takes about twenty minutes. The report goes to test/faults/report.md when everything was run. FAULT_SEED sets the order of the cells, which is
 * all that chance decides here; the moments of death are steps of the program.
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { type QueueKind, withoutBroker } from '#test/broker'
import { type CellReport, type Step } from '../test/faults/cell.ts'
import type { Trials } from '../test/faults/dead-workers.ts'
import type { Loss } from '../test/faults/lost-queue.ts'
import { openPostgres } from './services/postgres.ts'

const AT_ONCE = 3
const WORKERS_A_ROUND = 10
const REPORT = fileURLToPath(new URL('../test/faults/report.md', import.meta.url))
const kinds: readonly QueueKind[] = ['postgres', 'bullmq', 'sqs']

const wanted = process.argv.slice(2)
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000)
process.exitCode = await main()

async function main(): Promise<number> {
  const given = process.env['TEST_DATABASE_URL']
  const postgres = given === undefined ? await openPostgres((line) => console.log(line)) : { name: 'Postgres', value: given, note: 'given', close: async () => undefined }
  if ('missing' in postgres) {
    console.error(`The fault matrix needs Postgres: ${postgres.missing}.`)
    return 2
  }
  process.env['TEST_DATABASE_URL'] = postgres.value
  const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 150, urlTtlSeconds: 3_600, pictures: 'plain' })
  try {
    return await runAll(simulator)
  } finally {
    await simulator.close()
    await postgres.close()
  }
}

async function runAll(simulator: Awaited<ReturnType<typeof startBytedanceSimulator>>): Promise<number> {
  // Read once the address of the database stands in the environment.
  const { runCell, steps } = await import('../test/faults/cell.ts')
  const { runDeadWorkerTrials } = await import('../test/faults/dead-workers.ts')
  const { loseQueueUnderLoad } = await import('../test/faults/lost-queue.ts')
  const missing = kinds.map(withoutBroker).filter((reason) => reason !== false)
  for (const reason of missing) console.log(`NOT RUN: ${reason}.`)
  const here = kinds.filter((kind) => withoutBroker(kind) === false)
  const failures: string[] = []
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    const started = performance.now()
    try {
      const result = await work()
      console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${what}`)
      return result
    } catch (error) {
      failures.push(`${what}: ${(error as Error).message}`)
      console.error(`FAILED  ${what}\n${(error as Error).stack}`)
      return undefined
    }
  }
  const cells = shuffle(steps.flatMap((step) => here.map((queue) => ({ queue, step }))).filter(isWanted))
  const reports = (await inLanes(cells, ({ queue, step }) => attempt(`${step.failpoint} on ${queue}`, () => runCell(queue, step, simulator)))).filter((one) => one !== undefined)
  const trials: Trials[] = []
  const losses: Loss[] = []
  if (wanted.length === 0) {
    for (const [queue, rounds] of [['postgres', 4], ['bullmq', 3], ['sqs', 3]] as const) {
      if (!here.includes(queue)) continue
      const done = await attempt(`${rounds * WORKERS_A_ROUND} dead workers on ${queue}`, () => runDeadWorkerTrials(queue, { rounds, workers: WORKERS_A_ROUND }, simulator))
      if (done !== undefined) trials.push(done)
    }
    for (const queue of ['bullmq', 'sqs'] as const) {
      if (!here.includes(queue)) continue
      const done = await attempt(`everything in ${queue} lost under load`, () => loseQueueUnderLoad(queue, 60, simulator))
      if (done !== undefined) losses.push(done)
    }
  }
  const violations = [...reports, ...trials, ...losses].flatMap((one) => one.violations)
  const text = describe(reports, trials, losses, violations, failures)
  console.log(text)
  if (wanted.length === 0 && missing.length === 0) writeFileSync(REPORT, text)
  return failures.length + violations.length > 0 ? 1 : 0
}

function isWanted({ queue, step }: { queue: QueueKind; step: Step }): boolean {
  return wanted.length === 0 || wanted.some((part) => step.failpoint.includes(part) || queue.includes(part))
}

/** As many at a time as the machine bears, in the given order. */
async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const queue = [...items]
  const results: R[] = []
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) results.push(await work(item))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return results
}

/** The same order for the same seed. */
function shuffle<T>(items: readonly T[]): T[] {
  let state = seed
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
  return items.map((item) => ({ item, key: next() })).toSorted((a, b) => a.key - b.key).map(({ item }) => item)
}

function describe(reports: readonly CellReport[], trials: readonly Trials[], losses: readonly Loss[], violations: readonly string[], failures: readonly string[]): string {
  const recoveries = reports.map(({ recoveryMs }) => recoveryMs)
  const takeovers = trials.flatMap(({ takeoverMs }) => takeoverMs)
  const lines = [
    '# The crash matrix',
    '',
    `\`npm run test:faults\`, ${new Date().toISOString().slice(0, 16)} UTC, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, seed ${seed}.`,
    '',
    `${reports.length} cells, each one process killed by \`kill -9\` at a step: ${failures.length} failed, ${violations.length} violations of the books. Recovery is the time from the death until everything`,
    `that was asked for had been delivered, restarting included: p95 ${seconds(percentile(recoveries, 0.95))}, worst ${seconds(Math.max(...recoveries))}.`,
    '',
    '| step | queue | recovery | pictures made for nothing |',
    '|---|---|---|---|',
    ...reports.toSorted(byStep).map(({ failpoint, queue, recoveryMs, wasted }) => `| \`${failpoint}\` | ${queue} | ${seconds(recoveryMs)} | ${wasted} |`),
  ]
  if (takeovers.length > 0) {
    lines.push('', '## Workers that die with a generation in their hands', '', '| queue | deaths | taken up by another: median | p95 | worst |', '|---|---|---|---|---|')
    lines.push(...trials.map(({ queue, takeoverMs: ms }) => `| ${queue} | ${ms.length} | ${seconds(percentile(ms, 0.5))} | ${seconds(percentile(ms, 0.95))} | ${seconds(Math.max(...ms))} |`))
    lines.push('', `${takeovers.filter((ms) => ms <= 40_000).length} of ${takeovers.length} within 40 s.`)
  }
  if (losses.length > 0) {
    lines.push('', '## Queues that lose everything under load', '', '| queue | generations | all delivered after |', '|---|---|---|')
    lines.push(...losses.map(({ queue, generations, recoveryMs }) => `| ${queue} | ${generations} | ${seconds(recoveryMs)} |`))
  }
  if (failures.length + violations.length > 0) lines.push('', '## Wrong', '', ...[...failures, ...violations].map((line) => `- ${line}`))
  return `${lines.join('\n')}\n`
}

function byStep(a: CellReport, b: CellReport): number {
  return `${a.failpoint} ${a.queue}` < `${b.failpoint} ${b.queue}` ? -1 : 1
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
