import { PgBoss } from 'pg-boss'
import type { Db } from '#platform/db'
import { sql } from '#platform/db'
import { Consumption } from './consumption.ts'
import { type ConsumeOptions, type Consumer, type Handler, type OutgoingJob, type Queue, type QueueName, queueNames } from './port.ts'

const WAKE_CHANNEL = 'cooly_queue'
const HEARTBEAT_SECONDS = 20

/**
 * The queue inside Postgres, embedded or not (pg-boss).
 *
 * Jobs are fetched by our own loop, woken when something was published, because pg-boss's workers take one batch per
 * polling interval and wait for the whole batch. A worker that dies stops beating and its jobs come back
 * within half a minute.
 */
export async function openPgBossQueue(db: Db, onError: (error: Error) => void): Promise<Queue> {
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => ({ rows: await db.raw(text, values) }) },
    backend: db.kind === 'embedded' ? 'pglite' : 'postgres',
    schedule: false,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  })
  boss.on('error', onError)
  await db.exclusively('cooly.queue', async () => {
    await boss.start()
    for (const name of queueNames) {
      await boss.createQueue(name, {
        retryLimit: 20,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 60,
        // The heartbeat ends a dead worker's job; the limit is only a last resort against one that beats for ever.
        expireInSeconds: 23 * 3600,
        heartbeatSeconds: HEARTBEAT_SECONDS,
        deleteAfterSeconds: 3600,
      })
    }
  })
  const queue = new PgBossQueue(db, boss, onError)
  await queue.listen()
  return queue
}

class PgBossQueue implements Queue {
  readonly kind = 'postgres'
  readonly #db: Db
  readonly #boss: PgBoss
  readonly #onError: (error: Error) => void
  readonly #consumptions = new Set<Consumption>()
  #listener: { close(): Promise<void> } | undefined

  constructor(db: Db, boss: PgBoss, onError: (error: Error) => void) {
    this.#db = db
    this.#boss = boss
    this.#onError = onError
  }

  async listen(): Promise<void> {
    const wake = () => this.#wake()
    this.#listener = await this.#db.listen(WAKE_CHANNEL, wake, wake)
  }

  async publish(jobs: readonly OutgoingJob[]): Promise<void> {
    for (const [name, batch] of Map.groupBy(jobs, ({ queue }) => queue)) {
      await this.#boss.insert(name, batch.map(({ id, payload }) => ({ id, data: payload })))
    }
    this.#wake()
    // Once per batch and outside every other transaction: NOTIFY serialises the commits of those who use it.
    if (this.#db.kind === 'postgres') await this.#db.query(sql`/* queue.wake */ select pg_notify(${WAKE_CHANNEL}, '')`)
  }

  async consume(name: QueueName, options: ConsumeOptions, handle: Handler): Promise<Consumer> {
    const consumption = new Consumption({
      concurrencyMax: options.concurrencyMax,
      fetch: async (limit) => {
        const jobs = await this.#boss.fetch<object>(name, { batchSize: limit, includeMetadata: true })
        return jobs.map(({ id, data, retryCount }) => ({ id, payload: data, attempt: retryCount + 1 }))
      },
      complete: async (job) => void (await this.#boss.complete(name, job.id)),
      fail: async (job, error) => void (await this.#boss.fail(name, job.id, { message: error.message })),
      beat: async (ids) => void (await this.#boss.touch(name, ids)),
      beatSeconds: HEARTBEAT_SECONDS / 3,
      onError: this.#onError,
      handle,
    })
    this.#consumptions.add(consumption)
    consumption.start()
    return {
      stop: async () => {
        await consumption.stop()
        this.#consumptions.delete(consumption)
      },
    }
  }

  async counts(name: QueueName): Promise<{ waiting: number; active: number }> {
    const [stats] = await this.#boss.getQueueStats(name)
    return { waiting: stats?.queuedCount ?? 0, active: stats?.activeCount ?? 0 }
  }

  async check(): Promise<void> {
    await this.#db.query(sql`/* queue.check */ select 1 from pgboss.version`)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()))
    await this.#listener?.close()
    await this.#boss.stop({ graceful: false, close: false })
  }

  #wake(): void {
    for (const consumption of this.#consumptions) consumption.wake()
  }
}
