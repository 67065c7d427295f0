/** The queue edge, on a real queue: what becomes of each message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { openQueue } from '#platform/queue'
import { openTestDatabase, withoutPostgres } from '#test/database'
import { openCounter, openWorkshop, until, untilStatus } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { consumeLane } from './jobs.ts'

interface Buried {
  readonly payload: unknown
  readonly code: string
  readonly state: string
  readonly attempts: number
}

test('messages of a lane', { skip: withoutPostgres }, async (t) => {
  const db = await openTestDatabase('postgres')
  const ask = await openCounter(db)
  const { partsFor } = await openWorkshop({ latencyMs: 1 })
  await limitFromSettings(db, { provider: 'bytedance', kind: 'image', concurrencyMax: null })
  const queue = await openQueue({ kind: 'postgres' }, { db, onError: assert.ifError })
  const consumer = await consumeLane(queue, 'image', partsFor(db).parts)
  const publish = (...payloads: object[]) => queue.publish(payloads.map((payload) => ({ id: newId(), queue: 'image', payload })))
  const buried = () => db.query<Buried>(sql`select payload, code, state, attempts from dead_letters order by id`)
  const untilUsedUp = () => until(async () => {
    const { waiting, active, delayed } = await queue.counts('image')
    return waiting + active + delayed === 0
  })

  await t.test('one that points to no generation is buried at its first delivery and does not come again', async () => {
    await publish({ wrong: 'field' }, { generationId: 'no id' })
    await until(async () => (await buried()).length === 2)
    await untilUsedUp()
    const letters = await buried()
    assert.deepEqual(new Set(letters.map(({ payload }) => JSON.stringify(payload))), new Set(['{"wrong":"field"}', '{"generationId":"no id"}']))
    for (const { code, state, attempts } of letters) assert.deepEqual([code, state, attempts], ['queue.message_unreadable', 'open', 1])
  })

  await t.test('one for a generation that does not exist is buried, and work that waits is done for it all the same', async () => {
    const id = await ask(await accountWith(db, 5n))
    const ghost = newId()
    await publish({ generationId: ghost })
    await untilStatus(db, id, 'succeeded')
    await untilUsedUp()
    assert.deepEqual((await buried()).slice(2).map(({ payload, code }) => [payload, code]), [[{ generationId: ghost }, 'queue.message_unknown']])
  })

  await t.test('one for a generation that has ended is used up and leaves nothing', async () => {
    const id = await ask(await accountWith(db, 5n))
    await publish({ generationId: id })
    await untilStatus(db, id, 'succeeded')
    await publish({ generationId: id }, { generationId: id })
    await untilUsedUp()
    assert.equal((await buried()).length, 3)
  })

  // Not by hooks: those run in the order they were made, and the database's is the first.
  await consumer.stop()
  await queue.close()
  await assertBooks(db)
})
