/** The log of what calls cost, where calls and generations end in any order. The laws are proven after each: they hold the log to calls, captures and outputs. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { findModel, orderImages } from '#domains/catalog'
import { retryLetter } from '#domains/dead-letters'
import { newId } from '#lib/ids'
import { type Db, openDatabase, sql } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { silentLogger } from '#platform/telemetry'
import { cloneTemplate, flavours, openTestDatabase, withoutPostgres } from '#test/database'
import { openCounter, openDesk, openVideoCounter, openWorkshop, silentAlarm, until, untilStatus } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { cancel } from './cancel.ts'
import { endGeneration } from './end-generation.ts'
import { claimNext, requeueLost } from './sql-dispatch.ts'
import { lockOpen } from './sql-sessions.ts'
import { type Fence, insertAttempt, insertOutput, markInterrupted, recordFailure, recordResult, spoilResult } from './sql-work.ts'
import { VideoSweeper } from './video-sweeper.ts'

const ANSWER = { url: 'https://example.com/a.png', width: null, height: null, requestId: null, usage: { images: 1, tokens: null } }
const PROVIDERS = ['bytedance', 'openai']
const ENDED = { provider: 'bytedance', kind: 'image', slot: null, effect: 'answered', retryAfterSeconds: null } as const
const SPOILED = { state: 'failed', reason: 'bad_output', message: 'a test' } as const

interface Logged {
  readonly outcome: string
  readonly credits: number
  readonly reason: string | null
  readonly nominal: number | null
}

function logOf(db: Db, id: string): Promise<Logged[]> {
  return db.query<Logged>(sql`
    select l.outcome, l.credits_captured::int as credits, l.waste_reason as reason, l.nominal_micro_usd::int as nominal
    from provider_usage_logs l join provider_attempts a on a.id = l.attempt_id where l.generation_id = ${id} order by a.call_number`)
}

/** The steps of a worker, one by one. */
function stepsOn(db: Db, account: string) {
  const claim = async (simulated: readonly string[] = PROVIDERS): Promise<Fence> => {
    const { session } = await claimNext(db, { lane: 'image', owner: newId(), providers: PROVIDERS, simulated, cursor: account, named: null, leaseSeconds: 30 })
    return { generationId: session!.id, token: session!.leaseToken }
  }
  const begin = async (fence: Fence, callNumber: number) => {
    const attemptId = newId()
    assert.equal((await insertAttempt(db, fence, { id: attemptId, outputIndex: 0, callNumber })).outcome, 'granted')
    const ended = { provider: 'bytedance', kind: 'image', slot: null, attemptId, generationId: fence.generationId, retryAfterSeconds: null }
    return {
      attemptId,
      succeed: () => recordResult(db, { ...ended, effect: 'answered' }, ANSWER),
      fail: (reason: string) => recordFailure(db, { ...ended, effect: 'fault' }, { state: reason === 'outcome_unknown' ? 'unknown' : 'failed', reason, message: 'a test' }),
    }
  }
  const store = (fence: Fence, attemptId: string) =>
    insertOutput(db, fence, { id: newId(), attemptId, index: 0, objectKey: 'k', contentType: 'image/png', bytes: 1, width: 1, height: 1, sha256: 'x', transferMs: 0 }, {})
  const end = (fence: Fence, cause: 'finished' | 'cancelled' | 'deadline' = 'finished') => db.transaction(async (tx) => {
    const session = await lockOpen(tx, fence.generationId, null)
    await endGeneration(tx, { session: session!, cause, databaseSpans: [], now: new Date() })
  })
  /** Its worker is taken for dead; another one takes it. */
  const lose = async (fence: Fence): Promise<Fence> => {
    await db.query(sql`update generation_sessions set lease_expires_at = now() where id = ${fence.generationId}`)
    await requeueLost(db, 10)
    const next = await claim()
    await markInterrupted(db, next, 'image')
    return next
  }
  /** It fails while its worker is at it, and an operator has it tried again at no cost. */
  const again = async (fence: Fence, simulated = true): Promise<Fence> => {
    const known = { reach: { image: new Map([['bytedance', { simulated }]]), video: new Map() }, isWhole: true }
    await end(fence, 'deadline')
    const [letter] = await db.query<{ id: string }>(sql`select id from dead_letters where generation_id = ${fence.generationId} and state = 'open'`)
    await db.transaction((tx) => retryLetter(tx, { letterId: letter!.id, by: account, waived: true, change: null, known }))
    return claim(simulated ? ['bytedance'] : [])
  }
  return { claim, begin, store, end, lose, again }
}

for (const flavour of flavours) {
  describe(`the log of calls, on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    await limitFromSettings(db, { provider: 'bytedance', kind: 'image', concurrencyMax: null })
    const account = await accountWith(db, 1_000n)
    const { claim, begin, store, end, lose, again } = stepsOn(db, account)
    const begun = async () => {
      await (await openCounter(db))(account)
      return claim()
    }
    test.afterEach(() => assertBooks(db))

    test('what was made, stored and paid has its cost and its credits', async () => {
      const fence = await begun()
      const call = await begin(fence, 1)
      await call.succeed()
      await store(fence, call.attemptId)
      await end(fence)
      assert.deepEqual(await logOf(db, fence.generationId), [{ outcome: 'succeeded', credits: 1, reason: null, nominal: 30_000 }])
    })

    test('what certainly was not made is not in it, also where it was first thought to be', async () => {
      const fence = await begun()
      const [first, second] = [await begin(fence, 1), await begin(fence, 2)]
      await first.fail('rate')
      await second.fail('outcome_unknown')
      assert.equal((await logOf(db, fence.generationId)).length, 1)
      await second.fail('provider_fault')
      assert.deepEqual(await logOf(db, fence.generationId), [])
      await end(fence)
      assert.deepEqual(await logOf(db, fence.generationId), [])
    })

    test('an answer that comes when the generation has ended is late, and its cost is lost', async () => {
      const fence = await begun()
      const call = await begin(fence, 1)
      await end(fence, 'cancelled')
      assert.deepEqual((await logOf(db, fence.generationId)).map(({ outcome, reason }) => [outcome, reason]), [['outcome_unknown', 'outcome_unknown']])
      await call.succeed()
      assert.deepEqual(await logOf(db, fence.generationId), [{ outcome: 'succeeded', credits: 0, reason: 'late', nominal: 30_000 }])
    })

    test('an answer that is there but not fetched when the deadline passes is late, too', async () => {
      const fence = await begun()
      await (await begin(fence, 1)).succeed()
      await end(fence, 'deadline')
      assert.deepEqual((await logOf(db, fence.generationId)).map(({ reason }) => reason), ['late'])
    })

    for (const when of ['before', 'after'] as const) {
      test(`the answer to a worker that was thought dead, ${when} the end, is a duplicate`, async () => {
        const fence = await begun()
        const first = await begin(fence, 1)
        const next = await lose(fence)
        const second = await begin(next, 2)
        await second.succeed()
        await store(next, second.attemptId)
        if (when === 'before') await first.succeed()
        await end(next)
        if (when === 'after') await first.succeed()
        assert.deepEqual((await logOf(db, next.generationId)).map(({ outcome, credits, reason }) => [outcome, credits, reason]), [['succeeded', 0, 'duplicate'], ['succeeded', 1, null]])
      })
    }

    test('bytes that are worth nothing were paid for, and what is made instead counts apart', async () => {
      const fence = await begun()
      const first = await begin(fence, 1)
      await first.succeed()
      await spoilResult(db, fence, first.attemptId, SPOILED)
      const second = await begin(fence, 2)
      await second.succeed()
      await store(fence, second.attemptId)
      await end(fence)
      assert.deepEqual(await logOf(db, fence.generationId), [
        { outcome: 'bad_output', credits: 0, reason: 'bad_output', nominal: 30_000 }, { outcome: 'succeeded', credits: 1, reason: null, nominal: 30_000 },
      ])
    })

    for (const waived of [false, true]) {
      test(`a worker that lost its lease spoils nothing of what another one has delivered with the same answer${waived ? ', at no cost' : ''}`, async () => {
        const fence = await begun()
        const { attemptId, succeed } = await begin(fence, 1)
        await succeed()
        const next = waived ? await again(fence) : await lose(fence)
        await store(next, attemptId)
        await spoilResult(db, fence, attemptId, SPOILED)
        await end(next)
        await spoilResult(db, next, attemptId, SPOILED)
        assert.deepEqual(await logOf(db, fence.generationId), [{ outcome: 'succeeded', credits: waived ? 0 : 1, reason: null, nominal: 30_000 }])
      })
    }

    describe('by the vendor\'s own rules', () => {
      interface Called {
        readonly size?: string
        readonly pictures?: number
        /** Null where nobody knows what became of the call. */
        readonly made?: object | null
      }
      const costOf = async (model: string, { size = '2K', pictures = 0, made = {} }: Called) => {
        const ordered = findModel('image', model)
        const id = await (await openDesk(db))(account, orderImages(ordered, { prompt: 'a lighthouse', n: 1, size }))
        const referenceImages = Array.from({ length: pictures }, () => newId())
        if (pictures > 0) await db.query(sql`update generation_sessions set input = (input::jsonb || ${JSON.stringify({ referenceImages })}::jsonb)::json where id = ${id}`)
        const fence = await claim()
        const call = await begin(fence, 1)
        if (made === null) await call.fail('outcome_unknown')
        else await recordResult(db, { ...ENDED, provider: ordered.provider, attemptId: call.attemptId, generationId: id }, { ...ANSWER, ...made })
        await end(fence, 'cancelled')
        return (await logOf(db, id))[0]!.nominal
      }
      for (const [what, size, made, cost] of [
        ['a small image', '1K', { width: 1_024, height: 1_024 }, 45_000],
        ['an image of just 2.61 megapixels', '1.5K', { width: 1_500, height: 1_740 }, 45_000],
        ['an image of more', '1.5K', { width: 1_500, height: 1_741 }, 90_000],
        ['an image that became larger than asked for', '1K', { width: 2_048, height: 2_048 }, 90_000],
        ['a small image whose size was not told', '1.5K', {}, 45_000],
        ['a call for a small image that was lost', '1.5K', null, 45_000],
        ['a call for a large image that was lost', '2K', null, 90_000],
      ] as const) {
        test(`by Seedream 5.0 Pro ${what} costs ${cost}`, async () => assert.equal(await costOf('seedream-5-pro', { size, made }), cost))
      }

      for (const [model, pictures, cost] of [['seedream-5-pro', 1, 90_000], ['seedream-5-pro', 2, 93_000], ['seedream-5-pro', 10, 117_000], ['seedream4', 10, 30_000]] as const) {
        test(`an image that ${model} makes from ${pictures} pictures costs ${cost}`, async () => assert.equal(await costOf(model, { pictures }), cost))
      }

      test('pictures that OpenAI is given cost the tokens it reports, at their own price', async () => {
        const usage = { images: 1, tokens: 1_000, inputTextTokens: 100, inputImageTokens: 200 }
        assert.equal(await costOf('gpt-image-2', { size: '1024x1024', pictures: 2, made: { usage } }), 500 + 1_600 + 30_000)
      })
    })

    test('a call stays simulated, and costs nothing, when its answer comes after its generation has gone to the vendor; and the other way round', async () => {
      const logged = (id: string) => db.query(sql`
        select l.simulated, l.outcome, l.cost_micro_usd::int as cost, l.nominal_micro_usd::int as nominal
        from provider_usage_logs l join provider_attempts a on a.id = l.attempt_id where l.generation_id = ${id} order by a.call_number`)
      const fence = await begun()
      const first = await begin(fence, 1)
      const real = await again(fence, false)
      await first.succeed()
      const second = await begin(real, 2)
      const madeUp = await again(real)
      await second.succeed()
      const third = await begin(madeUp, 3)
      await third.succeed()
      await store(madeUp, third.attemptId)
      await end(madeUp)
      assert.deepEqual(await logged(fence.generationId), [
        { simulated: true, outcome: 'succeeded', cost: 0, nominal: 30_000 }, { simulated: false, outcome: 'succeeded', cost: 30_000, nominal: 30_000 },
        { simulated: true, outcome: 'succeeded', cost: 0, nominal: 30_000 },
      ])
    })

    test('what a vendor says it used is taken for what it can be, and never fails the call', async () => {
      const fence = await begun()
      const { attemptId } = await begin(fence, 1)
      const call = { provider: 'bytedance', kind: 'image', slot: null, attemptId, generationId: fence.generationId, effect: 'answered', retryAfterSeconds: null } as const
      await recordResult(db, call, { ...ANSWER, usage: { images: 1e300, tokens: -5, inputTextTokens: 1.5 } })
      const [row] = await db.query(sql`select images, tokens_in::int as "tokensIn", image_tokens_in as "imageTokensIn", tokens_out::int as "tokensOut" from provider_usage_logs where attempt_id = ${attemptId}`)
      assert.deepEqual(row, { images: 100, tokensIn: 2, imageTokensIn: null, tokensOut: 0 })
      await end(fence, 'cancelled')
    })
  })
}

test('an answer that comes while its generation is being ended waits for the end, and is late', { skip: withoutPostgres }, async () => {
  const url = await cloneTemplate()
  const open = () => openDatabase({ url, directory: null, connectionsMax: 4, onIdleError: () => undefined })
  const [here, there] = [await open(), await open()]
  after(async () => void (await Promise.all([here.close(), there.close()])))
  const account = await accountWith(here, 10n)
  await (await openCounter(here))(account)
  const fence = await stepsOn(here, account).claim()
  const call = await stepsOn(there, account).begin(fence, 1)
  let answered: Promise<boolean> | undefined
  await here.transaction(async (tx) => {
    const session = await lockOpen(tx, fence.generationId, null)
    answered = call.succeed()
    await until(async () => (await there.query(sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0)
    await endGeneration(tx, { session: session!, cause: 'cancelled', databaseSpans: [], now: new Date() })
  })
  await answered
  assert.deepEqual((await logOf(here, fence.generationId)).map(({ outcome, reason }) => [outcome, reason]), [['succeeded', 'late']])
  await assertBooks(here)
})

test('videos', { skip: withoutPostgres }, async (t) => {
  const db = await openTestDatabase('postgres')
  const ask = await openVideoCounter(db)
  const { openWorker, videoProviders } = await openWorkshop({ latencyMs: 40 })
  await limitFromSettings(db, { provider: 'bytedance', kind: 'video', concurrencyMax: null })
  const realtime = new Realtime(db, () => undefined)
  const sweeper = new VideoSweeper({ db, realtime, videoProviders, log: silentLogger(), alarm: silentAlarm(), onReturned: () => undefined })
  const sweep = async () => {
    await db.query(sql`update provider_attempts set next_poll_at = now() where next_poll_at > now()`)
    await sweeper.sweep()
    await sweeper.settled()
  }

  await t.test('a video has the tokens its provider reports, their price, and the credits that were captured', async () => {
    const id = await ask(await accountWith(db, 8n))
    const { worker } = openWorker(db, { lane: 'video' })
    await until(async () => {
      worker.look()
      await sweep()
      return (await db.query(sql`select 1 from generation_sessions where id = ${id} and status = 'succeeded'`))[0]
    })
    await worker.stop()
    const [row] = await db.query<{ seconds: string; tokens: number; cost: number; credits: number }>(sql`
      select seconds::float as seconds, tokens_out::int as tokens, nominal_micro_usd::int as cost, credits_captured::int as credits from provider_usage_logs where generation_id = ${id}`)
    assert.deepEqual([Number(row!.seconds), row!.credits, row!.cost], [4, 8, row!.tokens * 7])
    assert(row!.tokens > 0)
    await assertBooks(db)
  })

  await t.test('one that goes on at its provider after it was cancelled is logged when it ends, as late', async () => {
    const id = await ask(await accountWith(db, 8n), { prompt: 'waves [[delay:1500]]' })
    const { worker } = openWorker(db, { lane: 'video' })
    worker.look()
    await until(async () => {
      await sweep()
      return (await db.query(sql`select 1 from provider_attempts where generation_id = ${id} and task_status = 'running'`))[0]
    })
    await cancel(db, realtime, id)
    await untilStatus(db, id, 'cancelled')
    assert.deepEqual(await logOf(db, id), [], 'it has not ended')
    const logged = await until(async () => {
      await sweep()
      return (await logOf(db, id))[0]
    })
    await worker.stop()
    assert.deepEqual([logged.outcome, logged.credits, logged.reason], ['succeeded', 0, 'late'])
    await assertBooks(db)
  })
})
