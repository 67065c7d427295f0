/** The queue: carries pointers to work. What is true stands in the database; losing the queue loses nothing. */
import type { Db } from '#platform/db'
import type { Queue } from './port.ts'

/** Opens the queue. Its tables are its own and are brought up to date here. */
export async function openQueue(config: { db: Db; onError: (error: Error) => void }): Promise<Queue> {
  const { openPgBossQueue } = await import('./pg-boss.ts')
  return openPgBossQueue(config.db, config.onError)
}

export type { Consumer, Job, OutgoingJob, Queue, QueueName } from './port.ts'
