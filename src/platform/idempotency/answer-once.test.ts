import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '#lib/ids'
import { type Db, sql, type Tx } from '#platform/db'
import { flavours, openTestDatabase, withoutPostgres } from '#test/database'
import { answerOnce } from './answer-once.ts'
import { IdempotencyInFlight, IdempotencyMismatch } from './errors.ts'
import { forgetAnswers } from './forget-answers.ts'

const request = (requestHash = 'first') => ({ accountId: newId(), key: 'a key', requestHash })

/** An effect that can be counted. */
async function openCounter(db: Db) {
  const name = `counter_${newId().replaceAll('-', '')}`
  await db.script(`create table ${name} (id uuid)`)
  const count = async () => (await db.query<{ n: number }>({ text: `select count(*)::int as n from ${name}`, values: [], name: undefined }))[0]!.n
  const add = async (tx: Tx) => {
    await tx.query({ text: `insert into ${name} values ($1)`, values: [newId()], name: undefined })
    return { status: 200, body: { b: 1, a: [2, 'three'] } }
  }
  return { count, add }
}

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)

    test('the second request gets the first answer, key for key, and has no effect', async () => {
      const { count, add } = await openCounter(db)
      const one = request()
      const first = await answerOnce(db, one, add)
      const second = await answerOnce(db, one, add)
      assert.deepEqual([first.replayed, second.replayed, await count()], [false, true, 1])
      assert.equal(JSON.stringify(second.body), JSON.stringify(first.body))
      assert.equal(second.status, 200)
    })

    test('fifty at once have one effect and get one answer', async () => {
      const { count, add } = await openCounter(db)
      const one = request()
      const answers = await Promise.all(Array.from({ length: 50 }, () => answerOnce(db, one, add)))
      assert.equal(await count(), 1)
      assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1)
      assert.equal(answers.filter(({ replayed }) => !replayed).length, 1)
    })

    test('another request under the same key is refused and has no effect', async () => {
      const { count, add } = await openCounter(db)
      const one = request()
      await answerOnce(db, one, add)
      await assert.rejects(answerOnce(db, { ...one, requestHash: 'other' }, add), IdempotencyMismatch)
      assert.equal(await count(), 1)
    })

    test('the same key of another account is another key', async () => {
      const { count, add } = await openCounter(db)
      await answerOnce(db, request(), add)
      await answerOnce(db, request(), add)
      assert.equal(await count(), 2)
    })

    test('what fails leaves neither effect nor key', async () => {
      const { count, add } = await openCounter(db)
      const one = request()
      const failing = async (tx: Tx) => {
        await add(tx)
        throw new Error('no')
      }
      await assert.rejects(answerOnce(db, one, failing), /no/)
      assert.equal(await count(), 0)
      assert.equal((await answerOnce(db, { ...one, requestHash: 'other' }, add)).replayed, false)
    })

    test('without a key every request has its effect', async () => {
      const { count, add } = await openCounter(db)
      await answerOnce(db, null, add)
      await answerOnce(db, null, add)
      assert.equal(await count(), 2)
    })

    test('a key past its time is free, and is removed', async () => {
      const { count, add } = await openCounter(db)
      const [one, other] = [request(), request()]
      await answerOnce(db, one, add)
      await answerOnce(db, other, add)
      await db.query(sql`update idempotent_answers set expires_at = now() where account_id = any(${[one.accountId, other.accountId]}::uuid[])`)
      assert.equal((await answerOnce(db, { ...one, requestHash: 'other' }, add)).replayed, false)
      assert.equal(await count(), 3)
      assert.equal(await forgetAnswers(db), 1)
    })
  })
}

test('a request whose first is not done in time is told to come back, and the first is not disturbed', { skip: withoutPostgres }, async () => {
  const db = await openTestDatabase('postgres')
  const { count, add } = await openCounter(db)
  const one = request()
  const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const first = answerOnce(db, one, async (tx) => {
    begun.resolve()
    await mayEnd.promise
    return add(tx)
  })
  await begun.promise
  await assert.rejects(answerOnce(db, one, add, { waitMs: 20 }), (error: unknown) => {
    assert(error instanceof IdempotencyInFlight)
    assert.equal(error.members['retryAfterSeconds'], 1)
    return true
  })
  mayEnd.resolve()
  assert.equal((await first).replayed, false)
  assert.equal((await answerOnce(db, one, add)).replayed, true)
  assert.equal(await count(), 1)
})

test('after taking the key, waiting for locks is bounded no longer', { skip: withoutPostgres }, async () => {
  const db = await openTestDatabase('postgres')
  await answerOnce(db, request(), async (tx) => {
    assert.deepEqual(await tx.query(sql`show lock_timeout`), [{ lock_timeout: '0' }])
    return { status: 200, body: {} }
  })
})
