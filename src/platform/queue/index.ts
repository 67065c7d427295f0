/** The queue: carries pointers to work. What is true stands in the database; losing the queue loses nothing. */
import type { Db } from '#platform/db'
import type { Queue } from './port.ts'

/** Which queue, and where it is. */
export type QueueConfig =
  | { readonly kind: 'postgres' }
  | { readonly kind: 'bullmq'; readonly url: string }
  | { readonly kind: 'sqs'; readonly mainUrl: string; readonly deadLetterUrl: string | null; readonly region: string; readonly endpoint: string | null }

export interface QueueSurroundings {
  /** Carries the queue itself where that is on Postgres. */
  readonly db: Db
  readonly onError: (error: Error) => void
  /** Told of every call that handed jobs over, and of how many. */
  readonly onSent?: (jobs: number) => void
}

/**
 * Opens the queue; what it needs of its own is made or brought up to date. Only the adapter that was chosen is loaded.
 *
 * Refuses `QueueUnreachable` and `QueueUnsuitable`.
 */
export async function openQueue(config: QueueConfig, { db, onError, onSent = () => undefined }: QueueSurroundings): Promise<Queue> {
  if (config.kind === 'bullmq') {
    const { openBullmqQueue } = await import('./bullmq.ts')
    return openBullmqQueue({ ...config, onError, onSent })
  }
  if (config.kind === 'sqs') {
    const { openSqsQueue } = await import('./sqs.ts')
    return openSqsQueue({ ...config, onError, onSent })
  }
  const { openPgBossQueue } = await import('./pg-boss.ts')
  return openPgBossQueue({ db, onError, onSent })
}

export { QueueUnreachable, QueueUnsuitable } from './errors.ts'
export { queueNames } from './port.ts'
export type { Consumer, Job, OutgoingJob, Priority, Queue, QueueCounts, QueueKind, QueueName } from './port.ts'
