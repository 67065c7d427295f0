/**
 * Four pictures of one request against one picture alone, transfer included: each takes 4 s at the provider and 1.5 s on its way, and none waits for another. Beside them
 * four requests of one picture, one after the other, which is what the system this one follows did.
 */
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import type { Client } from '#test/client'
import { findPostgres, openBenchDatabase } from './ledger/databases.ts'
import { type Goal, printGoals } from './ledger/goals.ts'
import { appendResult, median, ratio } from './report.ts'
import { openDistance } from './vendor/distance.ts'
import { openProduct } from './vendor/open-product.ts'

const adminUrl = findPostgres('transfer')
const quick = process.argv.includes('quick')
const PROVIDER_MS = 4_000
const PICTURE_MS = 1_500
const ROUNDS = quick ? 1 : 5

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: PROVIDER_MS, urlTtlSeconds: 3_600, pictures: 'plain' })
const distance = await openDistance(simulator.url, { roundTripMs: 50, pictureMs: PICTURE_MS })
const database = await openBenchDatabase(adminUrl, 2)
const product = await openProduct(database.url, distance.url)
const [four, one, inTurn]: [number[], number[], number[]] = [[], [], []]
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    one.push(await timeOf(product.client, 1))
    four.push(await timeOf(product.client, 4))
    let sum = 0
    for (let turn = 0; turn < 4; turn += 1) sum += await timeOf(product.client, 1)
    inTurn.push(sum)
    console.log(`one ${one.at(-1)} ms, four together ${four.at(-1)} ms, four in turn ${sum} ms`)
  }
} finally {
  await product.close()
  distance.close()
  await simulator.close()
  await database.close()
}
const goals: Goal[] = [
  { name: 'four pictures / one alone', atMost: 1.15, aim: 1.05, measured: ratio(four, one) },
  { name: 'four in turn / four together', atLeast: 3, aim: 3.8, measured: ratio(inTurn, four) },
]
printGoals(goals)
if (!quick) {
  appendResult('transfer', {
    providerMs: PROVIDER_MS, pictureMs: PICTURE_MS, rounds: ROUNDS, oneMs: median(one), fourMs: median(four), inTurnMs: median(inTurn), fourPerOne: ratio(four, one),
    inTurnPerFour: ratio(inTurn, four),
  })
}

/** From acceptance to the end, as the product itself counts. */
async function timeOf(client: Client, n: number): Promise<number> {
  const { id } = await client.generate({ prompt: 'A lighthouse in a storm at dusk', n, size: '2048x2048' })
  const { outputs, timing } = await client.ended(id)
  if (outputs.length !== n || timing === null) throw new Error(`not ${n} pictures`)
  return timing.totalMs
}
