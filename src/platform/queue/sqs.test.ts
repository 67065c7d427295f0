import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, describe, test, type TestContext } from 'node:test'
import { startFauxqs } from 'fauxqs'
import { layCable } from '#test/cable'
import { type Broker, type Line, queueConformance } from './conformance.ts'
import { QueueUnreachable, QueueUnsuitable } from './errors.ts'
import type { Queue } from './port.ts'
import { openSqsQueue } from './sqs.ts'

const VISIBILITY_SECONDS = 3
const REGION = 'us-east-1'
process.env['AWS_ACCESS_KEY_ID'] = 'test'
process.env['AWS_SECRET_ACCESS_KEY'] = 'test'

const emulator = await startFauxqs({ port: 0, host: 'localhost', logger: false, messageSpies: true })
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

test('a message that ends every worker goes to the dead-letter queue after so many deliveries', { timeout: 30_000 }, async (t) => {
  const name = `test-${randomUUID()}`
  const queue = await openAt({ name, receivesMax: 2 })
  t.after(() => queue.close())
  const attempts: number[] = []
  await queue.consume('image', { concurrencyMax: 1 }, async ({ attempt }) => {
    attempts.push(attempt)
    throw new Error('it always ends like this')
  })
  await queue.publish([{ id: randomUUID(), queue: 'image', payload: { poison: name } }])
  await emulator.spy.waitForMessage((message) => message.service === 'sqs' && message.body.includes(name), 'dlq')
  assert.deepEqual(attempts, [1, 2])
  assert.equal(emulator.inspectQueue(`${name}-dlq`)?.messages.ready.length, 1)
  assert.deepEqual(await queue.counts('image'), { waiting: 0, active: 0, delayed: 0 })
})

test('a delay beyond what SQS knows is kept by sending the message on until it is due', { timeout: 30_000 }, async (t) => {
  const name = `test-${randomUUID()}`
  const queue = await openAt({ name })
  t.after(() => queue.close())
  await queue.publish([{ id: randomUUID(), queue: 'image', payload: {}, delayMs: 3_600_000 }])
  const [sent] = emulator.inspectQueue(name)!.messages.delayed
  const due = Number(sent!.messageAttributes['Due']!.StringValue)
  assert(Math.abs(due - Date.now() - 3_600_000) < 60_000)
  // As SQS hands it over when its own longest delay is over, two seconds early.
  const [id, soon] = [randomUUID(), Date.now() + 2_000]
  emulator.sendMessage(name, '{}', { messageAttributes: { JobId: { DataType: 'String', StringValue: id }, Due: { DataType: 'Number', StringValue: String(soon) } } })
  const taken = Promise.withResolvers<string>()
  await queue.consume('image', { concurrencyMax: 1 }, async (job) => taken.resolve(job.id))
  assert.equal(await taken.promise, id)
  assert(Date.now() >= soon)
})

test('what SQS takes of a batch only in part is sent again, and nothing else is', async (t) => {
  const name = `test-${randomUUID()}`
  let dropped = 0
  const front = await openFront(t, (action, body) => {
    if (action !== 'SendMessageBatch' || dropped > 0) return undefined
    dropped = body.Entries.splice(3, 2).length
    return { drop: ['3', '4'] }
  })
  const queue = await openAt({ name, port: front })
  t.after(() => queue.close())
  await queue.publish(Array.from({ length: 10 }, () => ({ id: randomUUID(), queue: 'image', payload: {} }) as const))
  assert.deepEqual([dropped, (await queue.counts('image')).waiting], [2, 10])
})

test('queues that are missing and may not be made are refused by name', async (t) => {
  const name = `test-${randomUUID()}`
  const front = await openFront(t, (action) => (action === 'CreateQueue' ? { refuse: 'AccessDenied' } : undefined))
  emulator.createQueue(name)
  emulator.createQueue(`${name}-dlq`)
  await assert.rejects(openAt({ name, port: front }), (error) => error instanceof QueueUnsuitable && /AccessDenied.*-bulk, .*-video, .*-maintenance-bulk/.test(error.message) && !error.message.includes(`${name}-dlq`))
})

test('an SQS that is not there is refused with its address', async () => {
  await assert.rejects(openAt({ name: 'nowhere', port: 1 }), (error) => error instanceof QueueUnreachable && /nowhere.*ECONNREFUSED/.test(error.message))
})

type Meddling = { drop: string[] } | { refuse: string } | undefined

/** SQS with somebody in front who answers some calls differently. */
async function openFront(t: TestContext, meddle: (action: string, body: { Entries: unknown[] }) => Meddling): Promise<number> {
  const server = createServer((request, response) => void forward(request, response, meddle))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

async function forward(request: IncomingMessage, response: ServerResponse, meddle: (action: string, body: { Entries: unknown[] }) => Meddling): Promise<void> {
  const action = String(request.headers['x-amz-target']).split('.')[1] ?? ''
  const body = JSON.parse(await text(request)) as { Entries: unknown[] }
  const meddling = meddle(action, body)
  if (meddling !== undefined && 'refuse' in meddling) {
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ __type: `com.amazonaws.sqs#${meddling.refuse}`, message: 'not allowed' }))
    return
  }
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}`, authorization: String(request.headers.authorization) }
  const answer = await fetch(`http://127.0.0.1:${emulator.port}/`, { method: 'POST', headers, body: JSON.stringify(body) })
  const found = (await answer.json()) as object
  const failed = meddling === undefined ? {} : { Failed: meddling.drop.map((Id) => ({ Id, SenderFault: false, Code: 'InternalError' })) }
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ ...found, ...failed }))
}
