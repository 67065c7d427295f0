/**
 * What the rest of the house may assume about a queue, whichever one is installed.
 *
 * Delivery is at least once and in no promised order, so a handler must be safe to repeat. A job is done when its
 * handler resolves and comes back when it throws or its process dies. There are no transactions here on purpose: not every
 * queue can join one. Domains append to the outbox; only its relay publishes.
 */
export interface Queue {
  readonly kind: QueueKind

  /**
   * Hands the jobs over. Safe to repeat: on Postgres and BullMQ a job whose id is still waiting or being worked on is not
   * doubled; SQS knows no ids and delivers both, which every handler bears.
   * Rejects when it is unknown whether all were taken; then publish all again.
   */
  publish(jobs: readonly OutgoingJob[]): Promise<void>

  /** Starts handing jobs of one queue to the handler, at most `concurrencyMax` at a time, interactive ones first. */
  consume(queue: QueueName, options: ConsumeOptions, handle: Handler): Promise<Consumer>

  /** How much there is, of both priorities; approximate on SQS. */
  counts(queue: QueueName): Promise<QueueCounts>

  /**
   * Hands over what nobody is working on, batch by batch, with the delay that is left, and removes each batch once `take` has resolved. Interrupted in
   * between, the batch is still here, under the same ids. For moving to another queue while nobody consumes; answers how many it was.
   * SQS does not show a delayed message before its time: those stay.
   */
  moveOut(queue: QueueName, take: (jobs: OutgoingJob[]) => Promise<void>): Promise<number>

  /** Rejects when the queue cannot be reached. For readiness. */
  check(): Promise<void>

  /** Stops every consumer as `stop` does, and lets go of the connection. */
  close(): Promise<void>
}

export type QueueKind = 'postgres' | 'bullmq' | 'sqs'

/** The lanes. Each has its own jobs, consumers and concurrency. */
export type QueueName = 'image' | 'video' | 'index' | 'webhook' | 'mail' | 'maintenance'

/** What people wait for goes before what was handed in by the hundred. */
export type Priority = 'interactive' | 'bulk'

export interface OutgoingJob {
  /** A UUID. */
  readonly id: string
  readonly queue: QueueName
  readonly payload: object
  /** Interactive when absent. */
  readonly priority?: Priority
  /** How long nobody is to get it. At once when absent. */
  readonly delayMs?: number
}

export interface Job {
  readonly id: string
  /** What was published; text that is not JSON comes as it is, and the handler decides that it is poison. */
  readonly payload: unknown
  /** From 1. Deliveries to workers that died count. */
  readonly attempt: number
}

export type Handler = (job: Job) => Promise<void>

export interface ConsumeOptions {
  readonly concurrencyMax: number
}

export interface QueueCounts {
  /** Could be had now. */
  readonly waiting: number
  /** In the hands of a worker. */
  readonly active: number
  /** Wait for a time: published with a delay, or failed and waiting to be tried again. */
  readonly delayed: number
}

export interface Consumer {
  /** Takes no further jobs and waits until the running handlers have ended. */
  stop(): Promise<void>

  /** Takes nothing more; what runs goes on. Safe to repeat. */
  pause(): void

  /** Takes jobs again. Safe to repeat. */
  resume(): void

  /** How many at a time from now on, 1 or more. What runs beyond it is let finish. */
  setConcurrency(concurrencyMax: number): void
}

/** Every lane there is. They are made when the adapter opens. */
export const queueNames: readonly QueueName[] = ['image', 'video', 'index', 'webhook', 'mail', 'maintenance']

export const priorities: readonly Priority[] = ['interactive', 'bulk']
