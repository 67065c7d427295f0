/** The queue: carries pointers to work. What is true stands in the database; losing the queue loses nothing. */
import type { Db } from '#platform/db'
import type { Queue } from './port.ts'

/** Opens the queue. Its tables are its own and are brought up to date here. */
export async function openQueue(config: { db: Db; onError: (error: Error) => void }): Promise<Queue> {
  const { openPgBossQueue } = await import('./pg-boss.ts')
  return openPgBossQueue(config)
}

export type { Consumer, Job, OutgoingJob, Priority, Queue, QueueCounts, QueueKind, QueueName } from './port.ts'
export { queueNames } from './port.ts'
