import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test, type TestContext } from 'node:test'
import { startFauxqs } from 'fauxqs'
import { type Db, sql } from '#platform/db'
import { openQueue, type Queue } from '#platform/queue'
import { type Cable, layCable } from '#test/cable'
import { flavours, openTestDatabase } from '#test/database'
import { insertMessage, Relay } from './index.ts'

process.env['AWS_ACCESS_KEY_ID'] = 'test'
process.env['AWS_SECRET_ACCESS_KEY'] = 'test'
const emulator = await startFauxqs({ port: 0, host: 'localhost', logger: false })
after(() => emulator.stop())

for (const flavour of flavours) {
  test(`the relay, on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)

    await t.test('twenty-five messages leave in three calls to SQS', async (t) => {
      const { queue, cable, sent } = await openSqs(t, db)
      await insert(db, 25)
      await relayAll(db, [queue])
      assert.equal(cable.sent().split('AmazonSQS.SendMessageBatch').length - 1, 3)
      assert.deepEqual(sent, [10, 10, 5])
      assert.equal((await queue.counts('image')).waiting, 25)
    })

    await t.test('several relays share the work: every message leaves once, and none is left', async (t) => {
      const { queue } = await openSqs(t, db)
      await insert(db, 1_300)
      await relayAll(db, [queue, queue, queue])
      // SQS would keep doubles.
      assert.equal((await queue.counts('image')).waiting, 1_300)
      const attempts = await db.query<{ attempts: number }>(sql`select distinct attempts from outbox where published_at is not null`)
      assert.deepEqual(attempts, [{ attempts: 1 }])
    })

    await t.test('while the queue is away messages stay with their attempts and the reason, and leave once it is back', async (t) => {
      const { queue, cable } = await openSqs(t, db)
      cable.cut()
      await insert(db, 2)
      const failed = Promise.withResolvers<void>()
      const relay = new Relay({ db, queue, pollMs: 20, onError: () => failed.resolve() })
      relay.start()
      await failed.promise
      const kept = await until(() => db.query<{ attempts: number; lastError: string }>(sql`
        select attempts, last_error as "lastError" from outbox where published_at is null and last_error is not null`), ({ length }) => length === 2)
      assert(kept.every(({ attempts, lastError }) => attempts >= 1 && lastError.length > 0))
      cable.mend()
      await until(() => pending(db), (count) => count === 0)
      await relay.stop()
      assert((await queue.counts('image')).waiting >= 2)
    })
  })
}

/** Queues of its own in the emulator, at the end of a wire. */
async function openSqs(t: TestContext, db: Db): Promise<{ queue: Queue; cable: Cable; sent: number[] }> {
  const cable = await layCable('127.0.0.1', emulator.port)
  const sent: number[] = []
  const mainUrl = `http://sqs.us-east-1.localhost:${emulator.port}/000000000000/test-${randomUUID()}`
  const config = { kind: 'sqs', mainUrl, deadLetterUrl: null, region: 'us-east-1', endpoint: `http://127.0.0.1:${cable.port}` } as const
  const queue = await openQueue(config, { db, onError: () => undefined, onSent: (jobs) => void sent.push(jobs) })
  t.after(async () => {
    await queue.close()
    await cable.close()
    await db.query(sql`delete from outbox`)
  })
  return { queue, cable, sent }
}

async function insert(db: Db, count: number): Promise<void> {
  await db.transaction(async (tx) => {
    for (let number = 0; number < count; number += 1) await insertMessage(tx, 'image', { number })
  })
}

/** One relay for each queue given, until nothing waits. */
async function relayAll(db: Db, queues: readonly Queue[]): Promise<void> {
  const relays = queues.map((queue) => new Relay({ db, queue, pollMs: 20, onError: assert.ifError }))
  for (const relay of relays) relay.start()
  await until(() => pending(db), (count) => count === 0)
  await Promise.all(relays.map((relay) => relay.stop()))
}

async function pending(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>(sql`select count(*)::int as count from outbox where published_at is null`)
  return row!.count
}

async function until<T>(read: () => Promise<T>, enough: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (enough(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
