import { randomUUID } from 'node:crypto'
import { type Job as BullJob, type JobJson, type JobsOptions, Queue as BullQueue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { Consumption } from './consumption.ts'
import type { Delivery } from './in-hand.ts'
import {
  type ConsumeOptions, type Consumer, type Handler, type OutgoingJob, type Queue, type QueueCounts, type QueueName, queueNames,
} from './port.ts'
import { connectRedis, refuseEviction } from './redis-connection.ts'
import { ATTEMPTS_MAX, retryDelayMs } from './retry-delay.ts'

/** Jobs without a priority go before all that have one, whichever. */
const BULK_PRIORITY = 10
const MOVE_BATCH = 500
const FAILED_KEPT_SECONDS = 3_600

export interface BullmqOptions {
  readonly url: string
  readonly onError: (error: Error) => void
  readonly onSent?: (jobs: number) => void
  /** First part of every key. */
  readonly prefix?: string
  /** A worker that has not renewed its lock for so long is dead. */
  readonly lockMs?: number
  /** How often the dead are looked for; a job is given back at the second look at the latest. */
  readonly stalledMs?: number
}

/** Ends exactly one delivery: BullMQ accepts it only while the lock has this token. */
interface Lock {
  readonly bullJob: BullJob
  readonly token: string
}

/**
 * The queue on Redis (BullMQ).
 *
 * BullMQ keeps the jobs, their order, delays, retries and locks. Fetching is our own loop, woken over Redis' publish/subscribe: BullMQ's would take
 * one more job after it was paused, and would hear of another concurrency only when a job ends.
 * A worker that dies lets its locks lapse, and its jobs come back within half a minute.
 *
 * Refuses a Redis that evicts keys, and one that does not answer when it is opened. Later losses of the connection mend themselves; meanwhile `publish` rejects at once.
 */
export async function openBullmqQueue(options: BullmqOptions): Promise<Queue> {
  const { url, onError, onSent = () => undefined, prefix = 'cooly', lockMs = 20_000, stalledMs = 5_000 } = options
  const redis = await connectRedis(url, onError)
  const subscriber = redis.duplicate({ maxRetriesPerRequest: null, enableOfflineQueue: true })
  subscriber.on('error', onError)
  try {
    await refuseEviction(redis, url)
    const queue = new BullmqQueue({ redis, subscriber, prefix, lockMs, stalledMs, onError, onSent })
    await queue.listen()
    return queue
  } catch (error) {
    redis.disconnect()
    subscriber.disconnect()
    throw error
  }
}

interface Parts {
  readonly redis: Redis
  readonly subscriber: Redis
  readonly prefix: string
  readonly lockMs: number
  readonly stalledMs: number
  readonly onError: (error: Error) => void
  readonly onSent: (jobs: number) => void
}

class BullmqQueue implements Queue {
  readonly kind = 'bullmq'
  readonly #parts: Parts
  readonly #lanes: ReadonlyMap<QueueName, BullQueue>
  readonly #consumers = new Map<Consumer, { name: QueueName; wake: () => void }>()

  constructor(parts: Parts) {
    this.#parts = parts
    const { redis: connection, prefix } = parts
    this.#lanes = new Map(queueNames.map((name) => [name, new BullQueue(name, { connection, prefix, skipMetasUpdate: true })]))
    // What goes wrong there is either the connection, which reports itself, or the answer to a call.
    for (const lane of this.#lanes.values()) lane.on('error', () => undefined)
  }

  async listen(): Promise<void> {
    const { subscriber } = this.#parts
    subscriber.on('message', (_channel, name) => this.#wake((lane) => lane === name))
    // What was published while nobody listened.
    subscriber.on('ready', () => this.#wake(() => true))
    await subscriber.subscribe(this.#channel)
    await Promise.all([...this.#lanes.values()].map((lane) => lane.waitUntilReady()))
  }

  async publish(jobs: readonly OutgoingJob[]): Promise<void> {
    for (const [name, batch] of Map.groupBy(jobs, ({ queue }) => queue)) {
      await this.#lane(name).addBulk(batch.map(toBullJob))
      this.#parts.onSent(batch.length)
      await this.#parts.redis.publish(this.#channel, name)
    }
  }

  async consume(name: QueueName, { concurrencyMax }: ConsumeOptions, handle: Handler): Promise<Consumer> {
    const { onError, lockMs } = this.#parts
    const worker = await this.#openWorker(name)
    const consumption = new Consumption<Lock>({
      concurrencyMax,
      fetch: (limit) => fetchJobs(worker, limit),
      complete: async ({ receipt: { bullJob, token } }) => void (await bullJob.moveToCompleted(null, token, false)),
      fail: async ({ receipt: { bullJob, token } }, error) => void (await bullJob.moveToFailed(error, token, false)),
      beat: (deliveries) => renewLocks(worker, deliveries, lockMs),
      beatMs: lockMs / 3,
      onError,
      handle,
    })
    const consumer: Consumer = {
      stop: async () => {
        await consumption.stop()
        this.#consumers.delete(consumer)
        // Nothing runs in it. Without force it would say goodbye to a Redis that may be away, and look for it for ever.
        await worker.close(true)
      },
      pause: () => consumption.pause(),
      resume: () => consumption.resume(),
      setConcurrency: (max) => consumption.setConcurrency(max),
    }
    this.#consumers.set(consumer, { name, wake: () => consumption.wake() })
    return consumer
  }

  async counts(name: QueueName): Promise<QueueCounts> {
    const { wait = 0, prioritized = 0, active = 0, delayed = 0 } = await this.#lane(name).getJobCounts('wait', 'prioritized', 'active', 'delayed')
    return { waiting: wait + prioritized, active, delayed }
  }

  async moveOut(queue: QueueName, take: (jobs: OutgoingJob[]) => Promise<void>): Promise<number> {
    for (let moved = 0; ; ) {
      const batch = await this.#lane(queue).getJobs(['wait', 'prioritized', 'delayed'], 0, MOVE_BATCH - 1, true)
      if (batch.length === 0) return moved
      await take(batch.map((bullJob) => toOutgoing(queue, bullJob)))
      // One that a worker has taken meanwhile cannot be removed, and needs not.
      await Promise.allSettled(batch.map((bullJob) => bullJob.remove()))
      moved += batch.length
    }
  }

  async check(): Promise<void> {
    await this.#parts.redis.ping()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers.keys()].map((consumer) => consumer.stop()))
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()))
    this.#parts.subscriber.disconnect()
    this.#parts.redis.disconnect()
  }

  get #channel(): string {
    return `${this.#parts.prefix}:wake`
  }

  #lane(name: QueueName): BullQueue {
    return this.#lanes.get(name)!
  }

  /** Hands out and gives back; it runs nothing by itself. */
  async #openWorker(name: QueueName): Promise<Worker> {
    const { redis: connection, prefix, lockMs, stalledMs, onError } = this.#parts
    const worker = new RawWorker(name, null, {
      connection,
      prefix,
      lockDuration: lockMs,
      stalledInterval: stalledMs,
      maxStalledCount: ATTEMPTS_MAX - 1,
      settings: { backoffStrategy: retryDelayMs },
    })
    worker.on('error', onError)
    worker.on('stalled', () => this.#wake((lane) => lane === name))
    await worker.waitUntilReady()
    await worker.startStalledCheckTimer()
    return worker
  }

  #wake(concerns: (name: QueueName) => boolean): void {
    for (const { name, wake } of this.#consumers.values()) if (concerns(name)) wake()
  }
}

/** Hands data that is no JSON over as text; BullMQ would fail to read it, for ever. */
class RawWorker extends Worker {
  protected override createJob(json: JobJson, id: string): BullJob {
    return super.createJob(isJson(json.data) ? json : { ...json, data: JSON.stringify(json.data) }, id)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Redis hands out one at a time, so it is asked for one, then two, then four side by side, for as long as all of them come. */
async function fetchJobs(worker: Worker, limit: number): Promise<Delivery<Lock>[]> {
  const deliveries: Delivery<Lock>[] = []
  for (let ask = 1; deliveries.length < limit; ask *= 2) {
    const count = Math.min(ask, limit - deliveries.length)
    const answers = await Promise.allSettled(Array.from({ length: count }, () => fetchJob(worker)))
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value !== undefined ? [answer.value] : []))
    deliveries.push(...found)
    const failed = answers.find((answer) => answer.status === 'rejected')
    // What did come is in hand already and must not be dropped.
    if (failed !== undefined && deliveries.length === 0) throw failed.reason
    if (found.length < count) break
  }
  return deliveries
}

async function fetchJob(worker: Worker): Promise<Delivery<Lock> | undefined> {
  const token = randomUUID()
  const bullJob = await worker.getNextJob(token, { block: false })
  if (bullJob === undefined) return undefined
  const job = { id: bullJob.id!, payload: bullJob.data as unknown, attempt: bullJob.attemptsStarted }
  return { job, receipt: { bullJob, token } }
}

async function renewLocks(worker: Worker, deliveries: readonly Delivery<Lock>[], lockMs: number): Promise<Delivery<Lock>[]> {
  const lost = new Set(await worker.extendJobLocks(deliveries.map(({ job }) => job.id), deliveries.map(({ receipt }) => receipt.token), lockMs))
  return deliveries.filter(({ job }) => lost.has(job.id))
}

function toBullJob({ id, queue, payload, priority = 'interactive', delayMs = 0 }: OutgoingJob): { name: string; data: object; opts: JobsOptions } {
  return {
    name: queue,
    data: payload,
    opts: {
      jobId: id,
      ...(priority === 'bulk' ? { priority: BULK_PRIORITY } : {}),
      ...(delayMs > 0 ? { delay: delayMs } : {}),
      attempts: ATTEMPTS_MAX,
      backoff: { type: 'custom' },
      // A job's id is free again once it is done: nothing would ever remove it otherwise.
      removeOnComplete: true,
      removeOnFail: { age: FAILED_KEPT_SECONDS },
    },
  }
}

function toOutgoing(queue: QueueName, { id, data, priority, timestamp, opts }: BullJob): OutgoingJob {
  const delayMs = Math.max(0, timestamp + (opts.delay ?? 0) - Date.now())
  return { id: id!, queue, payload: data as object, priority: priority > 0 ? 'bulk' : 'interactive', delayMs }
}
