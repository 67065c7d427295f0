/**
 * The goal: a video of a vendor that cannot be asked what became of a submit is never ordered twice, whoever dies. Where the task is known it is delivered
 * and paid once; where it is not, it ends as unknown and costs nothing. The method: as `videos.test.ts`.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { demoPerson } from '#domains/accounts'
import { googleSimulator } from '#platform/providers/google/simulator'
import { openaiSimulator } from '#platform/providers/openai/simulator'
import { serveVendors } from '#platform/providers/simulation'
import { openBroker } from '#test/broker'
import type { GenerationBody } from '#test/client'
import { withoutPostgres } from '#test/database'
import { findViolations } from '#test/ledger'
import { Cluster } from './cluster.ts'

const options = { latencyMs: 300, pictures: 'plain' } as const
const [google, openai] = [googleSimulator(options), openaiSimulator(options)]
const simulator = await serveVendors([google, openai], { host: '127.0.0.1', port: 0 })
after(() => simulator.close())

const vendors = {
  OPENAI_BASE_URL: `${simulator.url}/openai/v1`, GOOGLE_BASE_URL: `${simulator.url}/google/v1beta`, GOOGLE_VERTEX_BASE_URL: `${simulator.url}/google/vertex/v1`,
}
const MODELS = [
  { model: 'veo', vendor: google, body: { prompt: 'waves', durationSeconds: 4 }, price: 56 },
  { model: 'omni', vendor: google, body: { prompt: 'waves', durationSeconds: 3, resolution: '360p' }, price: 3 },
  { model: 'sora', vendor: openai, body: { prompt: 'waves', durationSeconds: 4 }, price: 16 },
]
const TOTAL = MODELS.reduce((sum, { price }) => sum + price, 0)

/** Where the one worker dies, and whether somebody knows the task by then. It dies at the first of the three videos, or when all are there. */
const points: readonly [point: string, known: boolean][] = [
  ['worker.after_submit=kill9@3', false], ['worker.after_task_saved=kill9@3', true], ['sweeper.after_poll=kill9@3', true], ['worker.in_transfer=kill9', true],
]

test('videos of vendors that keep nothing of ours, and processes that die', { skip: withoutPostgres, concurrency: 2 }, async (t) => {
  await Promise.all(points.map(([point, known]) => t.test(`killed at ${point}: ordered once, ${known ? 'delivered and paid once' : 'and what nobody knows of costs nothing'}`, () => runCell(point, known))))
})

async function runCell(point: string, known: boolean): Promise<void> {
  const broker = await openBroker('postgres')
  const cluster = await Cluster.open(broker, simulator.url)
  try {
    const { client } = await cluster.startApi(vendors)
    await cluster.start('scheduler', vendors).ready()
    const doomed = cluster.start('worker', { ...vendors, COOLY_FAILPOINTS: point })
    await doomed.ready()
    const asked = await Promise.all(MODELS.map(async ({ model, body, ...rest }) => ({ ...rest, model, ...(await client.json<GenerationBody>('POST', `/api/videos/${model}/generate`, { body })) })))
    assert.deepEqual(await doomed.exited(), [null, 'SIGKILL'], doomed.output)
    await cluster.start('worker', vendors).ready()
    const outcomes = await Promise.all(asked.map(async ({ id, model, vendor, price }) => {
      const { status, outputs, credits, error } = await client.ended(id, 180_000)
      assert.equal(vendor.stats().requests[id]?.calls, 1, `${model} was ordered once`)
      if (status === 'succeeded') assert.deepEqual([model, outputs.length, credits.captured], [model, 1, price])
      else assert.deepEqual([model, error?.code, credits.captured, credits.released], [model, 'provider.outcome_unknown', 0, price])
      return { status, captured: credits.captured }
    }))
    if (known) assert.deepEqual(outcomes.map(({ status }) => status), MODELS.map(() => 'succeeded'))
    else assert(outcomes.some(({ status }) => status === 'failed'), 'the submit whose answer died with its worker is not known to anybody')
    const charged = outcomes.reduce((sum, { captured }) => sum + captured, 0)
    const { available, held } = await client.credits()
    assert.deepEqual([available, held], [Number(demoPerson.credits) - charged, 0])
    assert(charged <= TOTAL)
    assert.deepEqual(await findViolations(cluster.db), {})
  } finally {
    const unclean = await cluster.close()
    await broker.close()
    assert.deepEqual(unclean, [])
  }
}
