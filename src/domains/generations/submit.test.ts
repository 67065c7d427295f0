import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findModel, orderImages, QuoteMismatch, QuoteMissing, Quotes, UnsupportedOption } from '#domains/catalog'
import { InsufficientCredits, readBalance } from '#domains/credits'
import { newId } from '#lib/ids'
import { type Db, sql, type Tx } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { openPriceList } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { Admission, type AdmissionOptions } from './admission.ts'
import { endGeneration } from './end-generation.ts'
import { AccountBusy, IdempotencyInFlight, IdempotencyMismatch } from './errors.ts'
import { lookAtKey } from './sql-accept.ts'
import { lockOpen, readClock } from './sql-sessions.ts'
import { submit } from './submit.ts'
import { acceptedView } from './view.ts'

const model = findModel('image', 'seedream4')
const ADDRESS = '/api/images/seedream4/generate'

for (const flavour of flavours) {
  test(`accepting requests on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const { ask } = await openCounter(db)

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
      const refused = ask(accountId, { seed: 7, size: '64x64', referenceImages: Array.from({ length: 15 }, () => 'https://example.com/a.png') })
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

    await t.test('what cannot be written holds nothing and leaves its key free, also where several lots pay', async () => {
      await db.script(`
        create function refuse_prompt() returns trigger language plpgsql as $$ begin
          if new.input ->> 'prompt' = 'unwritable' then raise exception 'a full disk'; end if; return new; end $$;
        create trigger refuse_prompt before insert on generation_sessions for each row execute function refuse_prompt()`)
      for (const lots of [[3n], [1n, 1n, 1n]]) {
        const accountId = await accountWith(db, ...lots)
        await assert.rejects(ask(accountId, { n: 3, key: 'k', prompt: 'unwritable' }), /a full disk/)
        assert.deepEqual(await readBalance(db, accountId), { available: 3n, held: 0n })
        assert.equal((await ask(accountId, { n: 3, key: 'k' })).replayed, false)
      }
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
  test(`a key whose first request is still being decided, on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const { ask } = await openCounter(db, { keyWaitMs: 50 })

    await t.test('in the same process: the second is told to come again, and then gets the answer of the first', async () => {
      const accountId = await accountWith(db, 10n)
      const { first } = await during(db, holdLots(accountId), async () => {
        const first = ask(accountId, { key: 'slow' })
        await assert.rejects(ask(accountId, { key: 'slow' }), IdempotencyInFlight)
        return { first }
      })
      const { accepted } = await first
      const second = await ask(accountId, { key: 'slow' })
      assert.deepEqual([second.replayed, second.accepted.id], [true, accepted.id])
      assert.deepEqual(await readBalance(db, accountId), { available: 9n, held: 1n })
    })

    await t.test('when the first is refused the second is looked at for itself', async () => {
      // With all the patience of production: this one is about the outcome, not about the wait.
      const patient = await openCounter(db)
      const accountId = await accountWith(db, 2n)
      const outcomes = await Promise.allSettled([1, 2].map(() => patient.ask(accountId, { n: 3, key: 'much' })))
      for (const outcome of outcomes) {
        assert.equal(outcome.status, 'rejected')
        assert(outcome.reason instanceof InsufficientCredits, String(outcome.reason))
      }
    })

    if (flavour === 'postgres') {
      await t.test('in another process: told to come again, while other keys of the account pass; free again after a refusal', async () => {
        const accountId = await accountWith(db, 10n)
        await during(db, holdKey(accountId, 'slow'), async () => {
          await assert.rejects(ask(accountId, { key: 'slow' }), IdempotencyInFlight)
          await assert.rejects(ask(accountId, { n: 4, key: 'slow' }), IdempotencyInFlight)
          assert.equal((await ask(accountId, { key: 'other' })).replayed, false)
        })
        assert.equal((await ask(accountId, { key: 'slow' })).replayed, false)
        assert.deepEqual(await readBalance(db, accountId), { available: 8n, held: 2n })
      })

      await t.test('also on the way over several lots', async () => {
        const accountId = await accountWith(db, 1n, 1n)
        await during(db, holdKey(accountId, 'slow'), () => assert.rejects(ask(accountId, { n: 2, key: 'slow' }), IdempotencyInFlight))
        assert.equal((await ask(accountId, { n: 2, key: 'slow' })).replayed, false)
      })

      await t.test('credits that somebody holds and does not let go refuse their account, and no other', async () => {
        const [stuck, free] = [await accountWith(db, 10n), await accountWith(db, 10n)]
        const impatient = await openCounter(db, { lockWaitMs: 50 })
        await during(db, holdLots(stuck), async () => {
          const outcomes = await Promise.allSettled([stuck, stuck, stuck, free, stuck].map((accountId) => impatient.ask(accountId, {})))
          assert.deepEqual(outcomes.map((outcome) => outcome.status === 'fulfilled' || outcome.reason instanceof AccountBusy), Array(5).fill(true))
          assert.deepEqual(outcomes.map(({ status }) => status === 'fulfilled'), [false, false, false, true, false])
        })
        assert.equal((await ask(stuck, {})).replayed, false)
      })
    }

    await assertBooks(db)
  })

  test(`accepting requests at a quoted price on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const { ask, prices, quotes } = await openCounter(db)
    const other = new Quotes(db, prices)
    const quoteFor = (accountId: string, n = 2) => quotes.make(accountId, orderImages(model, { prompt: 'a lighthouse', n }))
    let version = 1
    const changePrice = async (credits: bigint) => {
      version += 1
      await db.query(sql`insert into model_prices (model, version, unit, credits, starts_at) values ('seedream4', ${version}, 'image', ${credits}, clock_timestamp())`)
      await prices.refresh()
    }

    await t.test('a quote binds: held and captured as quoted, though the price changes before and after', async () => {
      const accountId = await accountWith(db, 100n)
      const quote = await quoteFor(accountId)
      assert.equal(quote.credits, 2n)
      await changePrice(5n)
      const { accepted } = await ask(accountId, { n: 2, quoteId: quote.id })
      assert.deepEqual(await readBalance(db, accountId), { available: 98n, held: 2n })
      await changePrice(7n)
      await finish(db, accepted.id)
      assert.deepEqual(await readBalance(db, accountId), { available: 98n, held: 0n })
      const [kept] = await db.query(sql`
        select price_credits, price_version, credits_captured from generation_sessions where id = ${accepted.id}`)
      assert.deepEqual(kept, { price_credits: 1n, price_version: 1, credits_captured: 2n })
    })

    await t.test('without a quote the price of the moment is kept with the generation', async () => {
      const accountId = await accountWith(db, 100n)
      const { accepted } = await ask(accountId, { n: 2 })
      assert.deepEqual([accepted.priceCredits, accepted.creditsHeld], [7n, 14n])
      await changePrice(1n)
      await finish(db, accepted.id)
      assert.deepEqual(await readBalance(db, accountId), { available: 86n, held: 0n })
    })

    await t.test('until it expires a quote serves any number of requests, each with a hold of its own', async () => {
      const accountId = await accountWith(db, 10n)
      const quote = await quoteFor(accountId)
      await Promise.all([1, 2, 3].map(() => ask(accountId, { n: 2, quoteId: quote.id })))
      assert.deepEqual(await readBalance(db, accountId), { available: 4n, held: 6n })
    })

    await t.test('a quote made by another process is found, and says the same', async () => {
      const accountId = await accountWith(db, 10n)
      const quote = await other.make(accountId, orderImages(model, { prompt: 'a lighthouse', n: 2, size: '2048x2048' }))
      const { accepted } = await ask(accountId, { n: 2, quoteId: quote.id })
      assert.equal(accepted.creditsHeld, 2n)
    })

    await t.test('a quote for another input or model is refused', async () => {
      const accountId = await accountWith(db, 10n)
      const quote = await quoteFor(accountId)
      await assert.rejects(ask(accountId, { n: 1, quoteId: quote.id }), QuoteMismatch)
      await assert.rejects(ask(accountId, { n: 2, prompt: 'another', quoteId: quote.id }), QuoteMismatch)
      await assert.rejects(ask(accountId, { n: 2, size: '1K', quoteId: quote.id }), QuoteMismatch)
      await assert.rejects(quotes.priceOf(quote.id, accountId, orderImages({ ...model, id: 'another' }, { prompt: 'a lighthouse', n: 2 })), QuoteMismatch)
      assert.deepEqual(await readBalance(db, accountId), { available: 10n, held: 0n })
    })

    await t.test('a quote that is unknown, or somebody else\'s, is not there', async () => {
      const [mine, theirs] = [await accountWith(db, 10n), await accountWith(db, 10n)]
      const quote = await quoteFor(theirs)
      await assert.rejects(ask(mine, { n: 2, quoteId: newId() }), QuoteMissing)
      await assert.rejects(ask(mine, { n: 2, quoteId: quote.id }), QuoteMissing)
      const elsewhere = await other.make(theirs, orderImages(model, { prompt: 'a lighthouse', n: 2 }))
      await assert.rejects(ask(mine, { n: 2, quoteId: elsewhere.id }), QuoteMissing)
    })

    await t.test('an expired quote is not there; a request that was accepted under it still has its answer', async () => {
      const accountId = await accountWith(db, 10n)
      const quote = await other.make(accountId, orderImages(model, { prompt: 'a lighthouse', n: 2 }))
      const first = await ask(accountId, { n: 2, quoteId: quote.id, key: 'early' })
      await db.query(sql`delete from quotes where id = ${quote.id}`)
      await db.query(sql`
        insert into quotes (id, account_id, model, input_hash, units, price_credits, price_version, credits, expires_at)
        values (${quote.id}, ${accountId}, 'seedream4', ${quote.inputHash}, 2, 1, 1, 2, now() - interval '1 second')`)
      await assert.rejects(ask(accountId, { n: 2, quoteId: quote.id }), QuoteMissing)
      const again = await ask(accountId, { n: 2, quoteId: quote.id, key: 'early' })
      assert.deepEqual([again.replayed, again.accepted.id], [true, first.accepted.id])
      await assert.rejects(ask(accountId, { n: 2, quoteId: quote.id, key: 'early', address: '/elsewhere' }), IdempotencyMismatch)
    })

    await t.test('an input that would be refused is refused when it is quoted, by its place in the body', () => {
      assert.throws(() => orderImages(model, { prompt: 'a lighthouse', n: 9, seed: 1 }, '/input'), (error) => {
        assert(error instanceof UnsupportedOption)
        assert.deepEqual((error.members['errors'] as { path: string }[]).map(({ path }) => path), ['/input/n', '/input/seed'])
        return true
      })
    })

    await assertBooks(db)
  })
}

interface Ask {
  n?: number
  key?: string | null
  quoteId?: string | null
  prompt?: string
  address?: string
  size?: string
  seed?: number
  referenceImages?: string[]
}

/** Everything a request passes on its way in. */
async function openCounter(db: Db, options: AdmissionOptions = {}) {
  const prices = await openPriceList(db)
  const quotes = new Quotes(db, prices)
  const parts = { db, prices, quotes, admission: new Admission(db, options) }
  const ask = async (accountId: string, { n = 1, key = null, quoteId = null, prompt = 'a lighthouse', address = ADDRESS, ...options }: Ask) => {
    const input = { prompt, n, ...options }
    return submit(parts, {
      accountId, userId: accountId, order: orderImages(model, input), simulated: true, metadata: {}, deadlineSeconds: 900, key, quoteId,
      request: { address, body: quoteId === null ? input : { ...input, quoteId } },
    })
  }
  return { ask, prices, quotes }
}

/** Does something while a transaction is open, which is undone afterwards. */
async function during<T>(db: Db, begin: (tx: Tx) => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const whole = db.transaction(async (tx) => {
    await begin(tx)
    begun.resolve()
    await end.promise
    throw new Undo()
  })
  await Promise.race([begun.promise, whole])
  try {
    return await work()
  } finally {
    end.resolve()
    await assert.rejects(whole, Undo)
  }
}

class Undo extends Error {}

function holdLots(accountId: string) {
  return (tx: Tx) => tx.query(sql`select id from credit_lots where account_id = ${accountId} for update`)
}

function holdKey(accountId: string, key: string) {
  return (tx: Tx) => lookAtKey(tx, accountId, key, 1_000)
}

/** Ends a generation with everything it wanted stored. */
async function finish(db: Db, id: string): Promise<void> {
  await db.query(sql`
    insert into generation_outputs (id, generation_id, output_index, state, lease_token, object_key, content_type, bytes, sha256, transfer_ms)
    select gen_random_uuid(), id, i, 'stored', 1, 'o/' || i, 'image/png', 1, 'x', 1
    from generation_sessions, generate_series(0, outputs_wanted - 1) i where id = ${id}`)
  await db.transaction(async (tx) => {
    const session = await lockOpen(tx, id, null)
    await endGeneration(tx, { session: session!, cause: 'finished', databaseSpans: [], now: await readClock(tx) })
  })
}
