import { GetQueueAttributesCommand, type Message, SQSClient } from '@aws-sdk/client-sqs'
import { Coalescer } from '#lib/coalescer'
import type { Delivery } from './in-hand.ts'
import {
  type ConsumeOptions, type Consumer, type Handler, type OutgoingJob, priorities, type Priority, type Queue, type QueueCounts, type QueueName,
} from './port.ts'
import { ATTEMPTS_MAX, retryDelayMs } from './retry-delay.ts'
import { type Lanes, openLanes } from './sqs-lanes.ts'
import { deleteBatch, dueAt, hideBatch, receive, sendAll, toEntry, toLaterEntry } from './sqs-messages.ts'
import { type Poll, TwoLanePolling } from './two-lane-polling.ts'

const BATCH_MAX = 10
const CONNECT_MS_MAX = 3_000
const CALL_MS_MAX = 8_000
/** Long enough for SQS to ask all its servers before it says that there is nothing. */
const MOVE_WAIT_SECONDS = 2
const MOVE_HIDDEN_SECONDS = 60
/** Longer than any poll hangs. */
const POLL_MS_MAX = 30_000

export interface SqsOptions {
  readonly mainUrl: string
  readonly deadLetterUrl: string | null
  readonly region: string
  /** Of an emulator, or a private endpoint. Where there is none, AWS' own. */
  readonly endpoint: string | null
  readonly onError: (error: Error) => void
  readonly onSent?: (jobs: number) => void
  /** How long a message stays hidden after its worker was last heard of. */
  readonly visibilitySeconds?: number
  /** A message that was handed out so often goes to the dead-letter queue. */
  readonly receivesMax?: number
}

/** One delivery: SQS gives each a handle of its own. */
interface Receipt {
  readonly handle: string
  readonly url: string
  /** On this process's clock. Later, somebody else may have the message. */
  heldUntil: number
}

/**
 * The queue on AWS SQS, standard queues: one per lane and priority, and one dead-letter queue for all.
 *
 * SQS knows neither job ids nor priorities nor delays beyond a quarter of an hour. Doubles are delivered, and every handler bears them; bulk is a
 * queue of its own, polled while the other is empty; a message with a longer delay is sent on until it is due. A worker that dies stops extending the visibility
 * of its messages, and they come back within that time.
 *
 * Refuses queues that are not there and may not be made, and an SQS that does not answer when it is opened.
 */
export async function openSqsQueue(options: SqsOptions): Promise<Queue> {
  const { mainUrl, deadLetterUrl, onError, onSent = () => undefined, visibilitySeconds = 30, receivesMax = ATTEMPTS_MAX } = options
  const clients = { calls: openClient(options, CALL_MS_MAX), polls: openClient(options, POLL_MS_MAX) }
  try {
    const lanes = await openLanes(clients.calls, { mainUrl, deadLetterUrl, visibilitySeconds, receivesMax })
    return new SqsQueue({ ...clients, lanes, mainUrl, visibilitySeconds, onError, onSent })
  } catch (error) {
    for (const client of Object.values(clients)) client.destroy()
    throw error
  }
}

function openClient({ region, endpoint }: SqsOptions, requestTimeout: number): SQSClient {
  return new SQSClient({
    region,
    ...(endpoint === null ? {} : { endpoint }),
    // The host of a queue's address may be one that only the emulator knows.
    useQueueUrlAsEndpoint: endpoint === null,
    requestHandler: { connectionTimeout: CONNECT_MS_MAX, requestTimeout, throwOnRequestTimeout: true },
  })
}

interface Parts {
  readonly calls: SQSClient
  readonly polls: SQSClient
  readonly lanes: Lanes
  readonly mainUrl: string
  readonly visibilitySeconds: number
  readonly onError: (error: Error) => void
  readonly onSent: (jobs: number) => void
}

class SqsQueue implements Queue {
  readonly kind = 'sqs'
  readonly #parts: Parts
  readonly #consumers = new Set<Consumer>()
  readonly #deleters = new Map<string, Coalescer<string, string | undefined>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async publish(jobs: readonly OutgoingJob[]): Promise<void> {
    const { calls, lanes, onSent } = this.#parts
    const queues = Map.groupBy(jobs, ({ queue, priority = 'interactive' }) => lanes.urlOf(queue, priority))
    for (const [url, batch] of queues) await sendAll(calls, url, batch.map(toEntry), onSent)
  }

  async consume(name: QueueName, { concurrencyMax }: ConsumeOptions, handle: Handler): Promise<Consumer> {
    const polling = new TwoLanePolling<Receipt>({
      concurrencyMax,
      receive: (poll) => this.#receive(name, poll),
      giveBack: async (deliveries) => void (await this.#hide(deliveries, 0)),
      complete: (delivery) => this.#complete(delivery),
      fail: async (delivery) => void (await this.#hide([delivery], Math.ceil(retryDelayMs(delivery.job.attempt) / 1_000))),
      beat: (deliveries) => this.#hide(deliveries, this.#parts.visibilitySeconds),
      beatMs: (this.#parts.visibilitySeconds * 1_000) / 3,
      onError: this.#parts.onError,
      handle,
    })
    const consumer: Consumer = {
      stop: () => polling.stop().finally(() => this.#consumers.delete(consumer)),
      pause: () => polling.pause(),
      resume: () => polling.resume(),
      setConcurrency: (max) => polling.setConcurrency(max),
    }
    this.#consumers.add(consumer)
    return consumer
  }

  async counts(name: QueueName): Promise<QueueCounts> {
    const all = await Promise.all(priorities.map((priority) => this.#count(this.#parts.lanes.urlOf(name, priority))))
    const sum = (of: keyof QueueCounts) => all.reduce((total, counts) => total + counts[of], 0)
    return { waiting: sum('waiting'), active: sum('active'), delayed: sum('delayed') }
  }

  async moveOut(queue: QueueName, take: (jobs: OutgoingJob[]) => Promise<void>): Promise<number> {
    const { polls, calls, lanes } = this.#parts
    let moved = 0
    for (const priority of priorities) {
      const url = lanes.urlOf(queue, priority)
      const next = () => receive(polls, { url, limit: BATCH_MAX, waitSeconds: MOVE_WAIT_SECONDS, visibilitySeconds: MOVE_HIDDEN_SECONDS })
      for (let batch = await next(); batch.length > 0; batch = await next()) {
        await take(batch.map((message) => toOutgoing(queue, priority, message)))
        await deleteBatch(calls, url, batch.map(({ ReceiptHandle }) => ReceiptHandle!))
        moved += batch.length
      }
    }
    return moved
  }

  async check(): Promise<void> {
    await this.#parts.calls.send(new GetQueueAttributesCommand({ QueueUrl: this.#parts.mainUrl, AttributeNames: ['QueueArn'] }))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()))
    this.#parts.calls.destroy()
    this.#parts.polls.destroy()
  }

  async #count(url: string): Promise<QueueCounts> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const
    const { Attributes = {} } = await this.#parts.calls.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }))
    const [waiting, active, delayed] = names.map((name) => Number(Attributes[name] ?? 0)) as [number, number, number]
    return { waiting, active, delayed }
  }

  async #receive(name: QueueName, { priority, ...poll }: Poll): Promise<Delivery<Receipt>[]> {
    const { polls, lanes, visibilitySeconds } = this.#parts
    const url = lanes.urlOf(name, priority)
    const messages = await receive(polls, { url, ...poll, visibilitySeconds })
    const heldUntil = performance.now() + visibilitySeconds * 1_000
    const due = await Promise.all(messages.map(async (message) => ((await this.#sendOn(url, message)) ? [] : [message])))
    return due.flat().map((message) => ({ job: toJob(message), receipt: { handle: message.ReceiptHandle!, url, heldUntil } }))
  }

  /** Sends a message that came before its time back, and says whether it did. */
  async #sendOn(url: string, message: Message): Promise<boolean> {
    const later = toLaterEntry(message)
    if (later === undefined) return false
    await sendAll(this.#parts.calls, url, [later])
    await this.#delete(url, message.ReceiptHandle!)
    return true
  }

  async #complete({ job, receipt }: Delivery<Receipt>): Promise<void> {
    // SQS may accept a handle that is out of date and take the message away from who has it now.
    if (performance.now() > receipt.heldUntil) throw new Error(`job ${job.id} ended after its message had become visible again`)
    await this.#delete(receipt.url, receipt.handle)
  }

  async #delete(url: string, handle: string): Promise<void> {
    const reason = await this.#deleterOf(url).ask(handle)
    if (reason !== undefined) throw new Error(`SQS did not delete a message: ${reason}`)
  }

  /** Gathers what ends at the same time into one call. */
  #deleterOf(url: string): Coalescer<string, string | undefined> {
    const known = this.#deleters.get(url)
    if (known !== undefined) return known
    const send = (handles: readonly string[]) => deleteBatch(this.#parts.calls, url, handles)
    const deleter = new Coalescer<string, string | undefined>({ send, inFlightMax: 4, batchMax: BATCH_MAX, leavesDoubt: () => true })
    this.#deleters.set(url, deleter)
    return deleter
  }

  /** Says for how long messages stay hidden from now on. Answers those that are no longer ours, so that they are not hidden from who has them now. */
  async #hide(deliveries: readonly Delivery<Receipt>[], seconds: number): Promise<Delivery<Receipt>[]> {
    const held = deliveries.filter(({ receipt }) => performance.now() < receipt.heldUntil)
    const lost = deliveries.filter((delivery) => !held.includes(delivery))
    for (const [url, batch] of Map.groupBy(held, ({ receipt }) => receipt.url)) {
      while (batch.length > 0) lost.push(...(await this.#hideSome(url, batch.splice(0, BATCH_MAX), seconds)))
    }
    return lost
  }

  async #hideSome(url: string, deliveries: readonly Delivery<Receipt>[], seconds: number): Promise<Delivery<Receipt>[]> {
    const asked = performance.now()
    const reasons = await hideBatch(this.#parts.calls, url, deliveries.map(({ receipt }) => ({ handle: receipt.handle, seconds })))
    for (const [index, { receipt }] of deliveries.entries()) if (reasons[index] === undefined) receipt.heldUntil = asked + seconds * 1_000
    return deliveries.filter((_, index) => reasons[index] !== undefined)
  }
}

function toJob({ MessageId, Body = '', MessageAttributes, Attributes }: Message) {
  return {
    id: MessageAttributes?.['JobId']?.StringValue ?? MessageId!,
    payload: readBody(Body),
    attempt: Number(Attributes?.['ApproximateReceiveCount'] ?? 1),
  }
}

function toOutgoing(queue: QueueName, priority: Priority, message: Message): OutgoingJob {
  const { id, payload } = toJob(message)
  return { id, queue, payload: payload as object, priority, delayMs: Math.max(0, dueAt(message) - Date.now()) }
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
