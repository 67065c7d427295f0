import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readBalance } from '#domains/credits'
import { buryMessage } from '#domains/generations'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { endOverdue, failedGeneration, letItBeLate, stateOf } from '#test/dead-letters'
import { failingDatabase, Injected } from '#test/failing'
import { nothingKnown } from '#test/generations'
import { accountWith, assertBooks, findViolations } from '#test/ledger'
import { startBatch, stopBatch, workBatch } from './batch.ts'
import { discardLetter } from './discard.ts'
import { DeadLetterResolved, DeadLetterUnpayable, DeadLetterUnretriable, PurgeUnconfirmed } from './errors.ts'
import { estimateRetry } from './estimate.ts'
import { purgeLetters } from './purge.ts'
import { retryLetter } from './retry.ts'
import { getBatch } from './sql-batches.ts'
import { getLetter, listGroups, listLetters } from './sql-letters.ts'

const by = 'cli:test'

const retry = (db: Db, letterId: string, waived = false) => db.transaction((tx) => retryLetter(tx, { letterId, waived, change: null, by, known: nothingKnown }))
const discard = (db: Db, letterId: string) => db.transaction((tx) => discardLetter(tx, { letterId, reason: 'not worth it', by }))
const start = (db: Db, filter = {}, waived = false) => db.transaction((tx) => startBatch(tx, { filter, waived, by }))
const failures: unknown[] = []
const work = (db: Db, id: string, waitingMax = 10_000) => workBatch({ db, known: nothingKnown, waitingMax, onReopened: () => undefined, onError: (error) => failures.push(error) }, id)

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const assertAll = () => assertBooks(db)

    describe('one letter', () => {
      test('is written by the transaction that fails a generation, with what another try holds', async () => {
        const accountId = await accountWith(db, 5n)
        const { id, letterId } = await failedGeneration(db, { accountId, outputs: 3 })
        const letter = await getLetter(db, letterId)
        assert.deepEqual(
          { ...letter, failedAt: undefined, id: undefined },
          {
            id: undefined, generationId: id, accountId, queue: 'image', model: 'seedream4', provider: 'bytedance', payload: { prompt: 'a fox', n: 3, size: '1K' },
            attempts: 1, code: 'generation.deadline', reason: 'It was not finished before its deadline.', credits: 3n, released: true, state: 'open', failedAt: undefined,
            resolvedAt: null, resolvedBy: null, resolution: null, batchId: null, refusal: null,
          },
        )
        assert.deepEqual(await readBalance(db, accountId), { available: 5n, held: 0n })
        await assertAll()
      })

      test('tried again holds the price once more, and its generation waits as itself', async () => {
        const accountId = await accountWith(db, 2n, 2n)
        const { id, letterId } = await failedGeneration(db, { accountId, outputs: 3 })
        const reopened = await retry(db, letterId)
        assert.deepEqual([reopened.id, reopened.credits], [id, 3n])
        assert.deepEqual(await readBalance(db, accountId), { available: 1n, held: 3n })
        const { status, deadlineSeconds, outputs, messages, events } = await stateOf(db, id)
        assert.deepEqual([status, deadlineSeconds, outputs, messages], ['queued', 900, 0, 2])
        assert.deepEqual(events.at(-1), { status: 'queued', reason: 'an operator had it tried again' })
        assert.equal((await getLetter(db, letterId))?.state, 'retried')
        await assertAll()
      })

      test('tried again while another sweep still believes it overdue, it has its new time', async () => {
        const { id, letterId } = await failedGeneration(db, { accountId: await accountWith(db, 5n), outputs: 1 })
        await retry(db, letterId)
        await letItBeLate(db, id)
        const slow = afterListing(db, async () => {
          await endOverdue(db)
          const [letter] = await db.query<{ id: string }>(sql`select id from dead_letters where generation_id = ${id} and state = 'open'`)
          await retry(db, letter!.id)
          // It has no time left of what it was given: that is this test's doing.
          await db.query(sql`update generation_sessions set deadline_at = now() + interval '1 hour' where id = ${id}`)
        })
        await endOverdue(slow)
        assert.equal((await stateOf(db, id)).status, 'queued')
        await assertAll()
      })

      test('at no cost, nothing is held and nothing can be charged', async () => {
        const accountId = await accountWith(db, 3n)
        const { id, letterId } = await failedGeneration(db, { accountId, outputs: 3 })
        await db.query(sql`update credit_lots set remaining = 0, revoked = 3, drained = true, closed = true where account_id = ${accountId}`)
        await retry(db, letterId, true)
        assert.deepEqual(await readBalance(db, accountId), { available: 0n, held: 0n })
        assert.equal((await stateOf(db, id)).status, 'queued')
        assert.deepEqual(Object.keys(await findViolations(db)).map((law) => law.slice(0, 4)), ['I-03', 'I-19'], 'only what this test took away')
        await db.query(sql`update credit_lots set remaining = 3, revoked = 0, drained = false, closed = false where account_id = ${accountId}`)
        await assertAll()
      })

      test('of an account that cannot pay stays open, with nothing changed', async () => {
        const accountId = await accountWith(db, 3n)
        const { id, letterId } = await failedGeneration(db, { accountId, outputs: 3 })
        await failedGeneration(db, { accountId, outputs: 1, fails: false })
        await assert.rejects(retry(db, letterId), (error) => error instanceof DeadLetterUnpayable && error.members['available'] === 2)
        assert.deepEqual([(await getLetter(db, letterId))?.state, (await stateOf(db, id)).status], ['open', 'failed'])
        await assertAll()
      })

      test('is resolved once: of ten who try it and ten who discard it at one moment one succeeds', async () => {
        const accountId = await accountWith(db, 100n)
        for (let round = 0; round < 5; round += 1) {
          const { letterId } = await failedGeneration(db, { accountId, outputs: 2 })
          const race = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? retry(db, letterId) : discard(db, letterId)))
          const outcomes = await Promise.allSettled(race)
          assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
          assert(outcomes.every((outcome) => outcome.status === 'fulfilled' || outcome.reason instanceof DeadLetterResolved))
        }
        await assertAll()
      })

      test('a message that points to no generation is kept once, covered by no account, and cannot be tried again', async () => {
        const message = { queue: 'image', payload: `not json ${newId()}`, attempts: 1, code: 'queue.message_unreadable', reason: 'No generation' }
        for (const attempts of [1, 2, 3]) await buryMessage(db, { ...message, attempts })
        const letters = (await listLetters(db, { filter: { code: 'queue.message_unreadable' }, after: null, limit: 10 })).filter(({ payload }) => payload === message.payload)
        assert.deepEqual(letters.map(({ attempts, generationId }) => [attempts, generationId]), [[3, null]])
        await assert.rejects(retry(db, letters[0]!.id), DeadLetterUnretriable)
        await discard(db, letters[0]!.id)
        await assertAll()
      })

      test('a message that JSON cannot hold is kept as far as it can be', async () => {
        await buryMessage(db, { queue: 'image', payload: 'a\0b\ud800'.repeat(20_000), attempts: 1, code: 'queue.message_unreadable', reason: 'x' })
        await buryMessage(db, { queue: 'image', payload: { text: 'a\0b' }, attempts: 1, code: 'queue.message_unreadable', reason: 'x' })
      })
    })

    describe('many letters', () => {
      test('are grouped by cause, and estimated account by account', async () => {
        const model = `m-${newId()}`
        const [rich, poor] = [await accountWith(db, 100n), await accountWith(db, 3n)]
        for (const outputs of [2, 1]) await failedGeneration(db, { accountId: rich, outputs, model })
        for (const outputs of [2, 2]) await failedGeneration(db, { accountId: poor, outputs, model })
        const [group] = await listGroups(db, { model, state: 'open' }, 10)
        assert.deepEqual([group?.count, group?.credits, group?.accounts, group?.code], [4, 7n, 2, 'generation.deadline'])
        const { count, credits, unpayable } = await estimateRetry(db, { model }, false)
        assert.deepEqual([count, credits, unpayable], [3, 5n, { count: 1, credits: 2n, accounts: 1 }])
        assert.equal((await estimateRetry(db, { model }, true)).credits, 0n)
      })

      test('tried again by two at one moment are tried once each, and the counts say so', async () => {
        const model = `m-${newId()}`
        const amount = flavour === 'postgres' ? 500 : 40
        const accounts = await Promise.all(Array.from({ length: 10 }, () => accountWith(db, 1_000n)))
        for (let index = 0; index < amount; index += 1) await failedGeneration(db, { accountId: accounts[index % 10]!, outputs: 1, model })
        const batches = await Promise.all([start(db, { model }), start(db, { model })])
        const begun = batches.filter((batch) => batch !== undefined)
        assert.equal(begun.reduce((sum, { total }) => sum + total, 0), amount)
        await Promise.all(begun.flatMap(({ id }) => [work(db, id), work(db, id), work(db, id)]))
        for (const { id } of begun) await work(db, id)
        const ended = await Promise.all(begun.map(({ id }) => getBatch(db, id)))
        assert.deepEqual([ended.reduce((sum, batch) => sum + batch!.retried, 0), ended.every((batch) => batch!.state === 'done')], [amount, true])
        const [held] = await db.query<{ holds: number; generations: number }>(sql`
          select count(*)::int as holds, count(distinct r.generation_id)::int as generations
          from credit_reservations r join generation_sessions s on s.id = r.generation_id where s.model = ${model} and r.status = 'held'`)
        assert.deepEqual(held, { holds: amount, generations: amount })
        await assertAll()
      })

      test('go no further than may wait, and on when there is room again', async () => {
        await db.query(sql`delete from dead_letters where state = 'open'`)
        const waiting = await waitingNow(db)
        const model = `m-${newId()}`
        const accountId = await accountWith(db, 100n)
        for (let index = 0; index < 7; index += 1) await failedGeneration(db, { accountId, outputs: 1, model })
        const batch = await start(db, { model })
        assert.equal(await work(db, batch!.id, waiting + 3), 3)
        assert.equal(await work(db, batch!.id, waiting + 3), 0)
        assert.equal(await work(db, batch!.id, waiting + 7), 4)
        await work(db, batch!.id)
        assert.deepEqual([(await getBatch(db, batch!.id))?.state, (await getBatch(db, batch!.id))?.retried], ['done', 7])
      })

      test('that cannot be paid are counted and stay open for another batch', async () => {
        const model = `m-${newId()}`
        const accountId = await accountWith(db, 3n)
        for (const outputs of [2, 2, 1]) await failedGeneration(db, { accountId, outputs, model })
        const batch = await start(db, { model })
        await work(db, batch!.id)
        const { retried, unpayable, skipped, credits, state } = (await getBatch(db, batch!.id))!
        assert.deepEqual([retried, unpayable, skipped, credits, state], [2, 1, 0, 3n, 'done'])
        const [left] = await listLetters(db, { filter: { model, state: 'open' }, after: null, limit: 10 })
        assert.deepEqual([left?.refusal, left?.batchId], ['dead_letter.unpayable', null])
        assert.equal((await start(db, { model }, true))?.total, 1)
        await assertAll()
      })

      test('that fail again are left for somebody to decide', async () => {
        const model = `m-${newId()}`
        const accountId = await accountWith(db, 9n)
        const { id } = await failedGeneration(db, { accountId, outputs: 1, model })
        await failedGeneration(db, { accountId, outputs: 1, model })
        const batch = await start(db, { model })
        await work(db, batch!.id, (await waitingNow(db)) + 1)
        await letItBeLate(db, id)
        await endOverdue(db)
        await work(db, batch!.id)
        assert.equal((await getBatch(db, batch!.id))?.retried, 2)
        const letters = await listLetters(db, { filter: { model, state: 'open' }, after: null, limit: 10 })
        assert.deepEqual(letters.map(({ generationId, batchId }) => [generationId, batchId]), [[id, null]])
        await assertAll()
      })

      test('discarded or stopped meanwhile are not tried; what was stopped is free for others', async () => {
        const model = `m-${newId()}`
        const accountId = await accountWith(db, 100n)
        const letters: string[] = []
        for (let index = 0; index < 4; index += 1) letters.push((await failedGeneration(db, { accountId, outputs: 1, model })).letterId)
        const batch = await start(db, { model })
        await discard(db, letters[0]!)
        const stopped = await db.transaction((tx) => stopBatch(tx, batch!.id, by))
        assert.deepEqual([stopped.state, stopped.retried, stopped.skipped], ['stopped', 0, 1])
        assert.equal(await work(db, batch!.id), 0)
        assert.deepEqual(await db.transaction((tx) => stopBatch(tx, batch!.id, 'cli:other')), stopped, 'stopping again changes nothing')
        assert.equal((await start(db, { model }))?.total, 3)
        await assertAll()
      })

      test('stopped while it is at work, each letter is either tried or free', async () => {
        const model = `m-${newId()}`
        const accountId = await accountWith(db, 100n)
        for (let index = 0; index < 12; index += 1) await failedGeneration(db, { accountId, outputs: 1, model })
        const batch = await start(db, { model })
        await Promise.all([work(db, batch!.id), work(db, batch!.id), db.transaction((tx) => stopBatch(tx, batch!.id, by))])
        const { retried } = (await getBatch(db, batch!.id))!
        const open = await listLetters(db, { filter: { model, state: 'open' }, after: null, limit: 100 })
        assert.deepEqual([retried + open.length, open.every(({ batchId }) => batchId === null)], [12, true])
        await assertAll()
      })

      test('are purged only when their number is confirmed', async () => {
        const model = `m-${newId()}`
        const accountId = await accountWith(db, 10n)
        for (let index = 0; index < 3; index += 1) await failedGeneration(db, { accountId, outputs: 1, model })
        const purge = (count: number) => db.transaction((tx) => purgeLetters(tx, { model, state: 'open' }, count))
        await assert.rejects(purge(2), (error) => error instanceof PurgeUnconfirmed && error.members['count'] === 3)
        assert.equal(await purge(3), 3)
        assert.equal(await purge(0), 0)
        await assertAll()
      })
    })

    describe('whichever statement fails', () => {
      for (const when of ['before', 'after'] as const) {
        test(`of another try (${when} it was done), all of it happened or nothing`, async () => {
          for (let nth = 1, failed = true; failed; nth += 1) {
            const accountId = await accountWith(db, 1n, 2n)
            const { id, letterId } = await failedGeneration(db, { accountId, outputs: 2 })
            const through = failingDatabase(db, nth, when)
            await retry(through, letterId).catch(onlyInjected)
            failed = through.failed()
            await assertAll()
            if (failed && (await getLetter(db, letterId))?.state === 'open') await retry(db, letterId)
            assert.deepEqual([await readBalance(db, accountId), (await stateOf(db, id)).status], [{ available: 1n, held: 2n }, 'queued'], `statement ${nth}`)
          }
        })

        test(`of ending as failed (${when} it was done), letter, hold and state tell the same`, async () => {
          for (let nth = 1, failed = true; failed; nth += 1) {
            const accountId = await accountWith(db, 2n)
            const { id } = await failedGeneration(db, { accountId, outputs: 2, fails: false })
            const through = failingDatabase(db, nth, when)
            await endOverdue(through).catch(onlyInjected)
            failed = through.failed()
            await assertAll()
            await endOverdue(db)
            const letters = await db.query(sql`select id from dead_letters where generation_id = ${id}`)
            assert.deepEqual([letters.length, await readBalance(db, accountId)], [1, { available: 2n, held: 0n }], `statement ${nth}`)
          }
        })

        test(`of a batch (${when} it was done), it goes on and tries each once`, async () => {
          for (let nth = 1, failed = true; failed; nth += 1) {
            const model = `m-${newId()}`
            const accountId = await accountWith(db, 3n)
            for (const outputs of [2, 2, 1]) await failedGeneration(db, { accountId, outputs, model })
            const batch = await start(db, { model })
            const through = failingDatabase(db, nth, when)
            failures.length = 0
            await work(through, batch!.id).catch(onlyInjected)
            failures.forEach(onlyInjected)
            failed = through.failed()
            await assertAll()
            await work(db, batch!.id)
            const ended = (await getBatch(db, batch!.id))!
            // A letter over which we failed was let go of; another batch takes it.
            const again = await start(db, { model })
            if (again !== undefined) await work(db, again.id)
            assert.deepEqual([ended.state, await readBalance(db, accountId)], ['done', { available: 0n, held: 3n }], `statement ${nth}`)
          }
          await assertAll()
        })
      }
    })
  })
}

function onlyInjected(error: unknown): void {
  if (!(error instanceof Injected)) throw error
}

async function waitingNow(db: Db): Promise<number> {
  const [row] = await db.query<{ waiting: number }>(sql`
    select count(*)::int as waiting from generation_sessions where status = 'queued' and reopened_at is not null`)
  return row!.waiting
}

/** Lets something happen between listing what is overdue and ending it. */
function afterListing(db: Db, happens: () => Promise<void>): Db {
  return new Proxy(db, {
    get(target, name) {
      if (name === 'query') {
        return async (statement: { text: string }) => {
          const rows = await target.query(statement as never)
          if (statement.text.includes('generations.listOverdue')) await happens()
          return rows
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
