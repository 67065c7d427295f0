/** The way of a message through the product: written in a transaction, moved by the relay, handed to a consumer. */
import { openDatabase, sql } from '#platform/db'
import { Relay } from '#platform/outbox'
import { openQueue, type QueueName } from '#platform/queue'
import type { Broker } from '#test/broker'
import { readConfig } from '../../src/config.ts'
import type { Bare, Handle } from './bare.ts'

/** A lane that nobody else uses here. */
const LANE: QueueName = 'maintenance'

export async function openWholePath(broker: Broker, databaseUrl: string, concurrencyMax: number, handle: Handle): Promise<Bare> {
  const onError = (error: Error) => console.error(error.message)
  const db = await openDatabase({ url: databaseUrl, directory: null, connectionsMax: 8, onIdleError: onError })
  const queue = await openQueue(readConfig({ ...broker.env, DATABASE_URL: databaseUrl }).queue, { db, onError })
  const relay = new Relay({ db, queue, pollMs: 500, onError })
  relay.start()
  const consumer = await queue.consume(LANE, { concurrencyMax }, (job) => Promise.resolve(handle((job.payload as { id: string }).id)))
  return {
    send: async (ids) => {
      await db.query(sql`
        /* bench.sendMessages */ insert into outbox (queue, payload) select ${LANE}, jsonb_build_object('id', id) from unnest(${ids}::text[]) as id`)
      relay.poke()
    },
    close: async () => {
      await consumer.stop()
      await relay.stop()
      await queue.close()
      await db.close()
    },
  }
}
