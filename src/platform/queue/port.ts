/**
 * What the rest of the house may assume about a queue, whichever one is installed.
 *
 * Delivery is at least once and in no promised order, so a handler must be safe to repeat. A job is done when its
 * handler resolves and comes back when it throws or its process dies. There are no transactions here on purpose: not every
 * queue can join one. Domains append to the outbox; only its relay publishes.
 */
export interface Queue {
  readonly kind: 'postgres'

  /**
   * Hands the jobs over. Safe to repeat: a job whose id is still waiting or being worked on is not doubled.
   * Rejects when it is unknown whether all were taken; then publish all again.
   */
  publish(jobs: readonly OutgoingJob[]): Promise<void>

  /** Starts handing jobs of one queue to the handler, at most `concurrencyMax` at a time. */
  consume(queue: QueueName, options: ConsumeOptions, handle: Handler): Promise<Consumer>

  /** Waiting and active jobs, for the metrics. */
  counts(queue: QueueName): Promise<{ waiting: number; active: number }>

  /** Rejects when the queue cannot be reached. For readiness. */
  check(): Promise<void>

  close(): Promise<void>
}

export type QueueName = 'image'

export interface OutgoingJob {
  /** A UUID. */
  readonly id: string
  readonly queue: QueueName
  readonly payload: object
}

export interface Job {
  readonly id: string
  readonly payload: unknown
  /** From 1. */
  readonly attempt: number
}

export type Handler = (job: Job) => Promise<void>

export interface ConsumeOptions {
  readonly concurrencyMax: number
}

export interface Consumer {
  /** Takes no further jobs and waits until the running handlers have ended. */
  stop(): Promise<void>
}

/** Every queue there is. They are created when the adapter opens. */
export const queueNames: readonly QueueName[] = ['image']
