import { z } from 'zod'
import type { Orders } from '#domains/workers'
import { failpoint } from '#lib/failpoint'
import type { Consumer, Queue, QueueName } from '#platform/queue'
import { buryMessage } from './bury-message.ts'
import { LaneWorker, type LaneWorkerParts } from './lane-worker.ts'

const Payload = z.object({ generationId: z.uuid() })

export interface LaneConsumer {
  readonly lane: string
  /** Its places as they are now. */
  readonly concurrencyMax: number
  /** What operators decided, at once for the places and for the queue. */
  follow(orders: Orders): void
  /** Looks for work without being told of any. */
  look(): void
  /** Takes nothing more and waits for what runs. */
  stop(): Promise<void>
}

/**
 * The queue edge: a message is a ticket, it says that the lane has work. What is worked on next is decided by the database.
 *
 * A message that will never make sense, or names a generation that does not exist, is buried where an operator sees it, and not delivered again.
 */
export async function consumeLane(queue: Queue, lane: QueueName, parts: Omit<LaneWorkerParts, 'lane'>): Promise<LaneConsumer> {
  const worker = new LaneWorker({ ...parts, lane })
  const bury = async (job: { id: string; payload: unknown; attempt: number }, code: string, reason: string) => {
    parts.log.error({ jobId: job.id, lane, code }, 'a message was buried')
    await buryMessage(parts.db, { queue: lane, payload: job.payload, attempts: job.attempt, code, reason })
  }
  const consumer = await queue.consume(lane, { concurrencyMax: worker.concurrencyMax }, async (job) => {
    failpoint('worker.after_receive')
    const payload = Payload.safeParse(job.payload)
    if (!payload.success) return bury(job, 'queue.message_unreadable', 'The message points to no generation.')
    if (!(await worker.serve(payload.data.generationId))) await bury(job, 'queue.message_unknown', 'The message points to a generation that does not exist.')
  })
  return { lane, get concurrencyMax() { return worker.concurrencyMax }, look: () => worker.look(), follow: follower(worker, consumer), stop: () => stop(worker, consumer) }
}

function follower(worker: LaneWorker, consumer: Consumer): (orders: Orders) => void {
  return ({ lanes, draining }) => {
    worker.follow(lanes.get(worker.lane) ?? { paused: false, concurrencyMax: null }, draining)
    consumer.setConcurrency(worker.concurrencyMax)
    if (worker.isOpen) consumer.resume()
    else consumer.pause()
  }
}

async function stop(worker: LaneWorker, consumer: Consumer): Promise<void> {
  consumer.pause()
  await Promise.all([worker.stop(), consumer.stop()])
}
