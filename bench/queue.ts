/**
 * The way of the work: from the transaction that asks for it to the hands of a worker, on each queue, beside the bare library of each in the same run.
 *
 * `npm run bench -- queue` takes about three minutes; `quick` after it proves only that everything runs. Jobs a second: so many messages at once, until
 * the last is handled. Pickup: one message at a time on an idle system, from its commit to its handler; and for the product as a whole, from the
 * acceptance of a generation to its lease, by the database's clock. The claim: with a thousand, a hundred thousand and a million waiting.
 */
import { newId } from '#lib/ids'
import { type Broker, openBroker, type QueueKind, withoutBroker } from '#test/broker'
import { findPostgres, openBenchDatabase } from './ledger/databases.ts'
import { type Goal, printGoals } from './ledger/goals.ts'
import { type Bare, openBare } from './queue/bare.ts'
import { measureClaims } from './queue/claims.ts'
import { Handled } from './queue/handled.ts'
import { measureProductPickup } from './queue/product.ts'
import { openWholePath } from './queue/whole-path.ts'
import { appendResult, median, ratio } from './report.ts'

const adminUrl = findPostgres('queue')
const quick = process.argv.includes('quick')
const rounds = quick ? 2 : 7
const jobs = quick ? 200 : 2_000
const pickups = quick ? 10 : 50
const CONCURRENCY = 50
const kinds: readonly QueueKind[] = ['postgres', 'bullmq', 'sqs']

interface Row {
  readonly jobsPerSecond: number
  readonly bareJobsPerSecond: number
  readonly wholePathPerBare: number
  readonly pickupMs: number
  readonly barePickupMs: number
  readonly productPickupMs: number
}

// The emulator asks for no secret, and the SDK looks for one in the environment.
process.env['AWS_ACCESS_KEY_ID'] ??= 'test'
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test'

const rows: Partial<Record<QueueKind, Row>> = {}
for (const kind of kinds) {
  const missing = withoutBroker(kind)
  if (missing === false) rows[kind] = await measureQueue(await openBroker(kind))
  else console.log(`${kind}: not measured, ${missing}.`)
}
const claims = await measureAllClaims(quick ? [1_000, 10_000] : [1_000, 100_000, 1_000_000])
const goals: Goal[] = [
  { name: 'claim with the most waiting / with a thousand', atMost: 2, aim: 1.1, measured: ratio([claims.at(-1)!.claimMs], [claims[0]!.claimMs]) },
  ...(['postgres', 'bullmq'] as const).flatMap((kind) => {
    const row = rows[kind]
    return row === undefined ? [] : [{ name: `${kind}: pickup of a generation when idle, p50 in ms`, atMost: 25, aim: 10, measured: row.productPickupMs }]
  }),
]
console.table(rows)
console.table(Object.fromEntries(claims.map(({ waiting, claimMs }) => [`${waiting} waiting`, { claimMs }])))
printGoals(goals)
if (!quick) appendResult('queue', { rounds, jobs, concurrency: CONCURRENCY, rows, claims, goals })

async function measureQueue(broker: Broker): Promise<Row> {
  const database = await openBenchDatabase(adminUrl!, 2)
  const handled = new Handled()
  const whole = await openWholePath(broker, database.url, CONCURRENCY, (id) => handled.note(id))
  const bare = await openBare(broker, database.url, CONCURRENCY, (id) => handled.note(id))
  try {
    const [of, ofBare] = [[] as number[], [] as number[]]
    for (let round = 0; round <= rounds; round += 1) {
      const [one, other] = [await measureRate(whole, handled), await measureRate(bare, handled)]
      // The first round warms up.
      if (round > 0) [of, ofBare].forEach((list, index) => list.push([one, other][index]!))
    }
    const pickup = { whole: [] as number[], bare: [] as number[] }
    for (let turn = 0; turn < pickups; turn += 1) {
      pickup.whole.push(await measurePickup(whole, handled))
      pickup.bare.push(await measurePickup(bare, handled))
    }
    return {
      jobsPerSecond: Math.round(median(of)),
      bareJobsPerSecond: Math.round(median(ofBare)),
      wholePathPerBare: ratio(of, ofBare),
      pickupMs: median(pickup.whole),
      barePickupMs: median(pickup.bare),
      productPickupMs: await measureProductPickup(broker, adminUrl!, pickups),
    }
  } finally {
    await bare.close()
    await whole.close()
    await broker.close()
    await database.close()
  }
}

async function measureRate(subject: Bare, handled: Handled): Promise<number> {
  const ids = Array.from({ length: jobs }, newId)
  const all = handled.all(ids)
  const started = performance.now()
  await subject.send(ids)
  await all
  return jobs / ((performance.now() - started) / 1_000)
}

async function measurePickup(subject: Bare, handled: Handled): Promise<number> {
  const id = newId()
  const done = handled.all([id])
  await subject.send([id])
  const committed = performance.now()
  await done
  return Math.max(0, performance.now() - committed)
}

async function measureAllClaims(sizes: readonly number[]): Promise<{ waiting: number; claimMs: number }[]> {
  const { db, close } = await openBenchDatabase(adminUrl!, 2)
  try {
    const claims = []
    for (const waiting of sizes) claims.push({ waiting, claimMs: await measureClaims(db, waiting) })
    return claims
  } finally {
    await close()
  }
}
