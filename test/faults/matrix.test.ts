/**
 * The goal: whichever process dies at whichever step, on whichever queue, the work goes on, is delivered once and is paid once. The method: API,
 * scheduler and workers as processes, `kill -9` at a failpoint, another in its place, the simulator's own count of what it would have billed, the
 * laws of the books at the end. These are twelve cells; `npm run test:faults` runs all of them.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startBytedanceSimulator } from '#platform/providers/bytedance/simulator'
import { withoutBroker, type QueueKind } from '#test/broker'
import { withoutPostgres } from '#test/database'
import { runCell, steps } from './cell.ts'

const simulator = await startBytedanceSimulator({ host: '127.0.0.1', port: 0, latencyMs: 150, urlTtlSeconds: 3_600, pictures: 'plain' })
after(() => simulator.close())

const chosen = ['api.after_commit', 'relay.after_publish', 'worker.after_submit', 'worker.in_settle']
const kinds: readonly QueueKind[] = ['postgres', 'bullmq', 'sqs']

test('the crash matrix, in part', { skip: withoutPostgres, concurrency: 3 }, async (t) => {
  const cells = steps.filter(({ failpoint }) => chosen.includes(failpoint)).flatMap((step) => kinds.map((kind) =>
    t.test(`killed at ${step.failpoint} with the queue on ${kind}: everything is delivered once and paid once`, { skip: withoutBroker(kind) }, async () => {
      const { violations } = await runCell(kind, step, simulator)
      assert.deepEqual(violations, [])
    }),
  ))
  await Promise.all(cells)
})
