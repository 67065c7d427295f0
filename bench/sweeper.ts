/**
 * Asking after videos that are being made: all that are due, as the product does it, against one after the other, which is what the system this one follows did before
 * it had a sweeper. The provider is the simulator at a distance of 100 ms, as a vendor is.
 *
 * `list`: the provider takes up to fifty tasks with one question. `single`: it takes one task with each. Each slice ends when every answer is in the database. One after
 * the other is measured with at most 250 tasks and counted up from there, because 2 500 would take minutes.
 */
import { type Db, sql } from '#platform/db'
import { openVideoProviders, type VideoProvider } from '#platform/providers'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { Realtime } from '#platform/realtime'
import { silentLogger } from '#platform/telemetry'
import type { GenerationBody } from '#test/client'
import { silentAlarm } from '#test/generations'
import { noteTask } from '../src/domains/generations/sql-tasks.ts'
import { VideoSweeper } from '../src/domains/generations/video-sweeper.ts'
import { type BenchDatabase, findPostgres, openBenchDatabase } from './ledger/databases.ts'
import { type Goal, printGoals } from './ledger/goals.ts'
import { appendResult, median, ratio } from './report.ts'
import { addPending } from './sweeper/pending.ts'
import { openDistance } from './vendor/distance.ts'
import { openProduct } from './vendor/open-product.ts'

const adminUrl = findPostgres('sweeper')
const quick = process.argv.includes('quick')
const ROUND_TRIP_MS = 100
const ONE_BY_ONE_MAX = 250
const plans = quick ? [{ pending: 25, rounds: 1 }] : [{ pending: 25, rounds: 7 }, { pending: 250, rounds: 3 }, { pending: 2_500, rounds: 1 }]

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
const near = (await openVideoProviders({ bytedance: { apiKey: 'any', baseUrl: `${simulator.url}/api/v3`, simulated: true } })).get('bytedance')!
const distance = await openDistance(simulator.url, { roundTripMs: ROUND_TRIP_MS })
const provider = (await openVideoProviders({ bytedance: { apiKey: 'any', baseUrl: `${distance.url}/api/v3`, simulated: true } })).get('bytedance')!
const ways: Readonly<Record<string, VideoProvider>> = {
  list: provider,
  single: { name: provider.name, poll: (taskId: string, options: never) => provider.poll(taskId, options) } as unknown as VideoProvider,
}

const rows = []
for (const { pending, rounds } of plans) {
  const database = await openBenchDatabase(adminUrl, 16)
  try {
    await addPending(database.db, near, await askForOne(database), pending)
    const times = await measure(database.db, pending, rounds)
    const oneByOne = times.oneByOne.map((ms) => (ms * pending) / Math.min(pending, ONE_BY_ONE_MAX))
    rows.push({
      pending, oneByOneMs: median(oneByOne), listMs: median(times.list), singleMs: median(times.single),
      listFaster: ratio(oneByOne, times.list), singleFaster: ratio(oneByOne, times.single),
    })
  } finally {
    await database.close()
  }
}
distance.close()
await simulator.close()
console.table(Object.fromEntries(rows.map(({ pending, ...row }) => [`${pending} pending`, row])))
const goals: Goal[] = [
  { name: '25 pending, asked with a list: times faster than one by one', atLeast: 8, aim: 10, measured: rows[0]!.listFaster },
  { name: '25 pending, asked singly side by side', atLeast: 8, aim: 10, measured: rows[0]!.singleFaster },
]
printGoals(goals)
if (!quick) appendResult('sweeper', { roundTripMs: ROUND_TRIP_MS, rows })

/** One video in the ordinary way, still waiting, so that what is copied is what the product writes. */
async function askForOne(database: BenchDatabase): Promise<string> {
  const product = await openProduct(database.url, simulator.url, { COOLY_ROLE: 'api' })
  try {
    const body = { prompt: 'waves', durationSeconds: 4, resolution: '480p' }
    return (await product.client.json<GenerationBody>('POST', '/api/videos/seedance/generate', { body })).id
  } finally {
    await product.close()
  }
}

type Way = 'oneByOne' | 'list' | 'single'

/** Milliseconds of each way in each round. The first round warms up and is thrown away, where there are several. */
async function measure(db: Db, pending: number, rounds: number): Promise<Record<Way, number[]>> {
  const times: Record<Way, number[]> = { oneByOne: [], list: [], single: [] }
  for (let round = 0; round < rounds; round += 1) {
    times.list.push(await timed(() => sweepAll(db, ways['list']!, pending)))
    times.single.push(await timed(() => sweepAll(db, ways['single']!, pending)))
    times.oneByOne.push(await timed(() => askOneByOne(db, Math.min(pending, ONE_BY_ONE_MAX))))
  }
  return rounds < 3 ? times : { oneByOne: times.oneByOne.slice(1), list: times.list.slice(1), single: times.single.slice(1) }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function sweepAll(db: Db, by: VideoProvider, pending: number): Promise<void> {
  await makeDue(db, pending)
  const sweeper = openSweeper(db, by)
  let asked = 0
  while (asked < pending) {
    asked += await sweeper.sweep()
    await sweeper.settled()
  }
}

/** The same question and the same statement for each, and nothing side by side. Who may ask is not even decided, so it is a little better off. */
async function askOneByOne(db: Db, count: number): Promise<void> {
  const tasks = await db.query<{ attemptId: string; generationId: string; taskId: string; takenUntil: string }>(sql`
    /* bench.listTasks */
    select id as "attemptId", generation_id as "generationId", provider_task_id as "taskId", next_poll_at::text as "takenUntil" from provider_attempts where next_poll_at is not null order by id limit ${count}`)
  for (const task of tasks) {
    const { providerStatus, progress } = await provider.poll(task.taskId, { signal: AbortSignal.timeout(60_000) })
    await noteTask(db, task, { providerStatus, progress, nextInSeconds: 1, isGone: false })
  }
}

/** The one asked after longest ago first, so that every task has its turn. */
async function makeDue(db: Db, count: number): Promise<void> {
  await db.query(sql`
    /* bench.makeDue */
    update provider_attempts set next_poll_at = now()
    where id in (select id from provider_attempts where next_poll_at is not null order by polls, id limit ${count})`)
}

function openSweeper(db: Db, by: VideoProvider): VideoSweeper {
  return new VideoSweeper({ db, realtime: new Realtime(db, () => undefined), videoProviders: new Map([['bytedance', by]]), log: silentLogger(), alarm: silentAlarm(), onReturned: () => undefined })
}
