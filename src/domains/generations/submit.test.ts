import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findModel, UnsupportedOption } from '#domains/catalog'
import { InsufficientCredits, readBalance } from '#domains/credits'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { accountWith, assertBooks } from '#test/ledger'
import { IdempotencyMismatch } from './errors.ts'
import { Acceptor } from './acceptor.ts'
import { submit } from './submit.ts'
import { acceptedView } from './view.ts'

const model = findModel('image', 'seedream4')

for (const flavour of flavours) {
  test(`accepting requests on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const ask = asker(db)

    await t.test('an accepted request holds its price and has its message, in one transaction', async () => {
      const accountId = await accountWith(db, 10n)
      const { accepted, replayed } = await ask(accountId, { n: 4 })
      assert.equal(replayed, false)
      assert.deepEqual(await readBalance(db, accountId), { available: 6n, held: 4n })
      const messages = await db.query(sql`select payload from outbox where payload ->> 'generationId' = ${accepted.id}`)
      assert.deepEqual(messages, [{ payload: { generationId: accepted.id } }])
    })

    await t.test('the same key a hundred times at once makes one generation and a hundred equal answers', async () => {
      const accountId = await accountWith(db, 10n)
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(accountId, { n: 2, key: 'once' })))
      assert.equal(new Set(answers.map(({ accepted }) => JSON.stringify(acceptedView(accepted)))).size, 1)
      assert.equal(answers.filter(({ replayed }) => !replayed).length, 1)
      assert.deepEqual(await readBalance(db, accountId), { available: 8n, held: 2n })
    })

    await t.test('a key belongs to its account, and to its first request', async () => {
      const [one, other] = [await accountWith(db, 10n), await accountWith(db, 10n)]
      const first = await ask(one, { key: 'shared' })
      const second = await ask(other, { key: 'shared' })
      assert.notEqual(first.accepted.id, second.accepted.id)
      await assert.rejects(ask(one, { key: 'shared', prompt: 'something else' }), IdempotencyMismatch)
      await assert.rejects(ask(one, { key: 'shared', address: '/elsewhere' }), IdempotencyMismatch)
      assert.deepEqual(await readBalance(db, one), { available: 9n, held: 1n })
    })

    await t.test('a key past its time may be used for something new', async () => {
      const accountId = await accountWith(db, 10n)
      const first = await ask(accountId, { key: 'old' })
      await db.query(sql`update idempotency_keys set expires_at = now() - interval '1 second' where account_id = ${accountId}`)
      const second = await ask(accountId, { key: 'old', prompt: 'something else' })
      assert.notEqual(first.accepted.id, second.accepted.id)
      assert.equal(second.replayed, false)
    })

    await t.test('a request that cannot be paid leaves nothing, and its key is free for when it can', async () => {
      const accountId = await accountWith(db, 2n)
      await assert.rejects(ask(accountId, { n: 3, key: 'later' }), (error) => {
        assert(error instanceof InsufficientCredits)
        assert.deepEqual(error.members, { requiredCredits: 3, availableCredits: 2 })
        return true
      })
      const [left] = await db.query<{ rows: bigint }>(sql`
        select (select count(*) from idempotency_keys where account_id = ${accountId})
          + (select count(*) from generation_sessions where account_id = ${accountId})
          + (select count(*) from credit_reservations where account_id = ${accountId}) as rows`)
      assert.equal(left!.rows, 0n)
      assert.equal((await ask(accountId, { n: 2, key: 'later' })).replayed, false)
    })

    await t.test('what the model cannot do is refused by field before anything is held', async () => {
      const accountId = await accountWith(db, 10n)
      const refused = ask(accountId, { seed: 7, size: '64x64', referenceImages: ['https://example.com/a.png'] })
      await assert.rejects(refused, (error) => {
        assert(error instanceof UnsupportedOption)
        assert.deepEqual((error.members['errors'] as { path: string }[]).map(({ path }) => path), ['/size', '/seed', '/referenceImages'])
        return true
      })
      assert.deepEqual(await readBalance(db, accountId), { available: 10n, held: 0n })
    })

    await t.test('a price that no single lot covers is taken from several', async () => {
      const accountId = await accountWith(db, 1n, 1n, 1n, 1n)
      await ask(accountId, { n: 3, key: 'split' })
      assert.equal((await ask(accountId, { n: 3, key: 'split' })).replayed, true)
      assert.deepEqual(await readBalance(db, accountId), { available: 1n, held: 3n })
    })

    await t.test('two hundred requests of three credits at once against ten: exactly three are accepted', async () => {
      const accountId = await accountWith(db, 10n)
      const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => ask(accountId, { n: 3 })))
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3)
      for (const outcome of outcomes) assert(outcome.status === 'fulfilled' || outcome.reason instanceof InsufficientCredits)
      assert.deepEqual(await readBalance(db, accountId), { available: 1n, held: 9n })
    })

    await assertBooks(db)
  })
}

interface Ask {
  n?: number
  key?: string
  prompt?: string
  address?: string
  size?: string
  seed?: number
  referenceImages?: string[]
}

function asker(db: Db) {
  const acceptor = new Acceptor(db)
  return (accountId: string, { n = 1, key, prompt = 'a lighthouse', address = '/api/images/seedream4/generate', ...options }: Ask) => {
  const input = { prompt, n, ...options }
  return submit(db, acceptor, {
    accountId, userId: accountId, model, simulated: true, input, metadata: {}, deadlineSeconds: 900,
    key: key ?? null,
    request: { address, body: input },
  })
  }
}
