import { randomUUID } from 'node:crypto'
import { after, describe } from 'node:test'
import { startFauxqs } from 'fauxqs'
import { layCable } from '#test/cable'
import { type Broker, type Line, queueConformance } from './conformance.ts'
import type { Queue } from './port.ts'
import { openSqsQueue } from './sqs.ts'

const VISIBILITY_SECONDS = 2
const REGION = 'us-east-1'
process.env['AWS_ACCESS_KEY_ID'] = 'test'
process.env['AWS_SECRET_ACCESS_KEY'] = 'test'

const emulator = await startFauxqs({ port: 0, host: 'localhost', logger: false })
after(() => emulator.stop())

describe('the queue on SQS', { concurrency: 6 }, () => {
  queueConformance(openBroker, { silenceMs: VISIBILITY_SECONDS * 1_000, dropsDoubles: false })
})

/** Queues with names of their own in the one emulator. */
async function openBroker(): Promise<Broker> {
  const name = `test-${randomUUID()}`
  const wires: { close(): Promise<void> }[] = []
  return {
    open: async (): Promise<Line> => {
      const wire = await layCable('127.0.0.1', emulator.port)
      wires.push(wire)
      const queue = await openAt({ name, port: wire.port })
      return { queue, cut: wire.cut, mend: wire.mend, close: () => queue.close() }
    },
    publishText: async (_lane, text) => void emulator.sendMessage(name, text),
    close: async () => {
      for (const wire of wires) await wire.close()
    },
  }
}

function openAt({ name, port = emulator.port, receivesMax = 10 }: { name: string; port?: number; receivesMax?: number }): Promise<Queue> {
  const mainUrl = `http://sqs.${REGION}.localhost:${emulator.port}/000000000000/${name}`
  return openSqsQueue({
    mainUrl, deadLetterUrl: null, region: REGION, endpoint: `http://127.0.0.1:${port}`, onError: () => undefined, visibilitySeconds: VISIBILITY_SECONDS, receivesMax,
  })
}
