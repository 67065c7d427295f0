/** The library of each adapter as its documentation shows it, without anything of ours: no outbox, no claim, no lanes. */
import {
  CreateQueueCommand, DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient,
} from '@aws-sdk/client-sqs'
import { Queue, Worker } from 'bullmq'
import { PgBoss } from 'pg-boss'
import { newId } from '#lib/ids'
import type { Broker } from '#test/broker'

/** Sends that many, and resolves when each was handled. */
export interface Bare {
  send(ids: readonly string[]): Promise<void>
  close(): Promise<void>
}

export type Handle = (id: string) => void

export function openBare(broker: Broker, databaseUrl: string, concurrency: number, handle: Handle): Promise<Bare> {
  if (broker.kind === 'bullmq') return openBullmq(broker.env['REDIS_URL']!, concurrency, handle)
  if (broker.kind === 'sqs') return openSqs(broker.env['AWS_ENDPOINT_URL_SQS']!, concurrency, handle)
  return openPgBoss(databaseUrl, concurrency, handle)
}

async function openPgBoss(url: string, concurrency: number, handle: Handle): Promise<Bare> {
  const boss = new PgBoss({ connectionString: url, schema: 'bare', schedule: false, supervise: false, useListenNotify: true })
  boss.on('error', (error) => console.error(error.message))
  await boss.start()
  const name = 'bench'
  await boss.createQueue(name, { notify: true })
  // As fast as it goes: woken by NOTIFY, and without a pause while there is more.
  await boss.work<{ id: string }>(name, { batchSize: concurrency, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }, (jobs) => {
    for (const { data } of jobs) handle(data.id)
    return Promise.resolve()
  })
  return {
    send: async (ids) => void (await boss.insert(name, ids.map((id) => ({ data: { id } })))),
    close: () => boss.stop({ graceful: false }),
  }
}

async function openBullmq(url: string, concurrency: number, handle: Handle): Promise<Bare> {
  const { hostname: host, port } = new URL(url)
  const connection = { host, port: Number(port), maxRetriesPerRequest: null }
  const name = `bench-${newId()}`
  const queue = new Queue<{ id: string }>(name, { connection, defaultJobOptions: { removeOnComplete: true } })
  const worker = new Worker<{ id: string }>(name, (job) => Promise.resolve(handle(job.data.id)), { connection, concurrency })
  worker.on('error', (error) => console.error(error.message))
  await worker.waitUntilReady()
  return {
    send: async (ids) => void (await queue.addBulk(ids.map((id) => ({ name: 'job', data: { id } })))),
    close: async () => {
      await worker.close()
      await queue.close()
    },
  }
}

async function openSqs(endpoint: string, concurrency: number, handle: Handle): Promise<Bare> {
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, useQueueUrlAsEndpoint: false })
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `bench-${newId()}` }))
  let closed = false
  const poll = async () => {
    while (!closed) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }))
      for (const { Body } of Messages) handle(Body!)
      if (Messages.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: Messages.map(toEntry) }))
    }
  }
  const pollers = Array.from({ length: Math.max(1, Math.floor(concurrency / 10)) }, poll)
  return {
    send: async (ids) => {
      for (let start = 0; start < ids.length; start += 10) {
        const Entries = ids.slice(start, start + 10).map((id, index) => ({ Id: String(index), MessageBody: id }))
        await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
      }
    },
    close: async () => {
      closed = true
      await Promise.all(pollers)
      client.destroy()
    },
  }
}

function toEntry({ ReceiptHandle }: Message, index: number) {
  return { Id: String(index), ReceiptHandle: ReceiptHandle! }
}
