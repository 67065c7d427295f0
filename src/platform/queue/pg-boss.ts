import { PgBoss } from 'pg-boss'
import type { Db } from '#platform/db'
import { sql } from '#platform/db'
import { Consumption } from './consumption.ts'
import type { Delivery } from './in-hand.ts'
import {
  type ConsumeOptions, type Consumer, type Handler, type OutgoingJob, type Priority, type Queue, type QueueCounts, type QueueName, queueNames,
} from './port.ts'

const WAKE_CHANNEL = 'cooly_queue'
const MOVE_BATCH = 500
/** pg-boss serves the higher number first. */
const PRIORITY: Readonly<Record<Priority, number>> = { interactive: 1, bulk: 0 }

/** What pg-boss ends: this attempt and no later one. */
interface Attempt {
  readonly id: string
  readonly retryCount: number
}

interface MovedRow {
  readonly id: string
  readonly data: object
  readonly priority: number
  readonly delayMs: number
}

export interface PgBossOptions {
  readonly db: Db
  readonly onError: (error: Error) => void
  readonly onSent?: (jobs: number) => void
  /** A worker that has not beaten for so long is dead. pg-boss takes no less than 10. */
  readonly heartbeatSeconds?: number
  /** How often a worker beats: a third of that, unless told. */
  readonly beatMs?: number
  /** How often the dead are looked for. */
  readonly superviseSeconds?: number
}

/**
 * The queue inside Postgres, embedded or not (pg-boss).
 *
 * Jobs are fetched by our own loop, woken when something was published, because pg-boss's workers take one batch per
 * polling interval and wait for the whole batch. A worker that dies stops beating and its jobs come back
 * within half a minute.
 */
export async function openPgBossQueue(options: PgBossOptions): Promise<Queue> {
  const { db, onError, onSent = () => undefined, heartbeatSeconds = 20, superviseSeconds = 10 } = options
  const { beatMs = (heartbeatSeconds * 1_000) / 3 } = options
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => ({ rows: await db.raw(text, values) }) },
    backend: db.kind === 'embedded' ? 'pglite' : 'postgres',
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
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
        heartbeatSeconds,
        deleteAfterSeconds: 3600,
      })
    }
  })
  const queue = new PgBossQueue({ db, boss, onError, onSent, beatMs })
  await queue.listen()
  return queue
}

interface Parts {
  readonly db: Db
  readonly boss: PgBoss
  readonly onError: (error: Error) => void
  readonly onSent: (jobs: number) => void
  readonly beatMs: number
}

class PgBossQueue implements Queue {
  readonly kind = 'postgres'
  readonly #db: Db
  readonly #boss: PgBoss
  readonly #parts: Parts
  readonly #consumptions = new Set<Consumption<Attempt>>()
  #listener: { close(): Promise<void> } | undefined

  constructor(parts: Parts) {
    this.#db = parts.db
    this.#boss = parts.boss
    this.#parts = parts
  }

  async listen(): Promise<void> {
    const wake = () => this.#wake()
    this.#listener = await this.#db.listen(WAKE_CHANNEL, wake, wake)
  }

  async publish(jobs: readonly OutgoingJob[]): Promise<void> {
    for (const [name, batch] of Map.groupBy(withoutDoubles(jobs), ({ queue }) => queue)) {
      await this.#boss.insert(name, batch.map(toInsert))
      this.#parts.onSent(batch.length)
    }
    this.#wake()
    // Once per batch and outside every other transaction: NOTIFY serialises the commits of those who use it.
    if (this.#db.kind === 'postgres') await this.#db.query(sql`/* queue.wake */ select pg_notify(${WAKE_CHANNEL}, '')`)
  }

  async consume(name: QueueName, { concurrencyMax }: ConsumeOptions, handle: Handler): Promise<Consumer> {
    const consumption = new Consumption<Attempt>({
      concurrencyMax,
      fetch: (limit) => this.#fetch(name, limit),
      // With the attempt, so that who lost the job cannot end it for the next one.
      complete: async ({ receipt }) => void (await this.#boss.complete(name, receipt)),
      fail: async ({ receipt }, error) => void (await this.#boss.fail(name, receipt, { message: error.message })),
      beat: (deliveries) => this.#touch(name, deliveries),
      beatMs: this.#parts.beatMs,
      onError: this.#parts.onError,
      handle,
    })
    this.#consumptions.add(consumption)
    const stop = () => consumption.stop().finally(() => this.#consumptions.delete(consumption))
    return {
      stop,
      pause: () => consumption.pause(),
      resume: () => consumption.resume(),
      setConcurrency: (max) => consumption.setConcurrency(max),
    }
  }

  async counts(name: QueueName): Promise<QueueCounts> {
    // pg-boss's own figures are kept for a while; an operator who pauses a lane wants to see what is so now.
    const [row] = await this.#db.query<QueueCounts>(sql`
      /* queue.counts */
      select count(*) filter (where state < 'active' and start_after <= now())::int as waiting,
             count(*) filter (where state = 'active')::int as active,
             count(*) filter (where state < 'active' and start_after > now())::int as delayed
      from pgboss.job where name = ${name} and state <= 'active'`)
    return row!
  }

  async moveOut(queue: QueueName, take: (jobs: OutgoingJob[]) => Promise<void>): Promise<number> {
    for (let moved = 0; ; ) {
      // The rows stay locked until the other queue has them, so that a kill at any moment leaves them here. Nobody else needs them.
      const batch = await this.#db.transaction(async (tx) => {
        const rows = await tx.query<MovedRow>(sql`
          /* queue.moveOut */
          delete from pgboss.job where name = ${queue} and id in (
            select id from pgboss.job where name = ${queue} and state < 'active' order by created_on limit ${MOVE_BATCH} for update skip locked)
          returning id, data, priority, greatest(0, round(extract(epoch from start_after - now()) * 1000))::float8 as "delayMs"`)
        if (rows.length > 0) await take(rows.map(({ id, data, priority, delayMs }) => ({ id, queue, payload: data, priority: priority > 0 ? 'interactive' : 'bulk', delayMs })))
        return rows.length
      })
      if (batch === 0) return moved
      moved += batch
    }
  }

  async check(): Promise<void> {
    await this.#db.query(sql`/* queue.check */ select 1 from pgboss.version`)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()))
    await this.#listener?.close()
    await this.#boss.stop({ graceful: false, close: false })
  }

  async #fetch(name: QueueName, limit: number): Promise<Delivery<Attempt>[]> {
    const jobs = await this.#boss.fetch<object>(name, { batchSize: limit })
    return jobs.map(({ id, data, retryCount }) => ({ job: { id, payload: data, attempt: retryCount + 1 }, receipt: { id, retryCount } }))
  }

  /** pg-boss does not say which it no longer counts as ours. */
  async #touch(name: QueueName, deliveries: readonly Delivery<Attempt>[]): Promise<Delivery<Attempt>[]> {
    await this.#boss.touch(name, deliveries.map(({ receipt }) => receipt))
    return []
  }

  #wake(): void {
    for (const consumption of this.#consumptions) consumption.wake()
  }
}

/** pg-boss refuses a batch that names a job twice. */
function withoutDoubles(jobs: readonly OutgoingJob[]): OutgoingJob[] {
  return [...new Map(jobs.map((job) => [job.id, job])).values()]
}

function toInsert({ id, payload, priority = 'interactive', delayMs = 0 }: OutgoingJob) {
  return { id, data: payload, priority: PRIORITY[priority], ...(delayMs > 0 ? { startAfter: `${delayMs} milliseconds` } : {}) }
}
