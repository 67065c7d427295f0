/**
 * What is made by another model when the one that was asked for cannot be had. Two vendors, each with its simulator, which count what they were asked for.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limitFromSettings, pauseProvider, resumeProvider } from '#domains/capacity'
import { findModel, type ImageInput, orderImages, type Reach } from '#domains/catalog'
import { retryLetter } from '#domains/dead-letters'
import { armFailpoints } from '#lib/failpoint'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { openMetrics, silentLogger } from '#platform/telemetry'
import { flavours, openTestDatabase } from '#test/database'
import { nothingKnown, openDesk, openPriceList, openWorkshop, readRow, until } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { openVendors } from '#test/vendors'
import { openMeter } from './meter.ts'
import { readGeneration } from './read.ts'
import { WaitingRouter } from './route-waiting.ts'
import { Router } from './router.ts'
import { sweepDeadlines, sweepLeases } from './sweep.ts'

const GPT = { model: 'gpt-image-2', price: 4n }
/** Who may make what; each test says it anew. */
let chain: readonly string[] = []

const { storage, providersWith } = await openVendors()

for (const flavour of flavours) {
  describe(`another model, on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const { openWorker } = await openWorkshop({ latencyMs: 0 })
    const prices = await openPriceList(db)
    const reach: Reach = { image: new Map(['bytedance', 'openai'].map((name) => [name, { simulated: true }])), video: new Map() }
    const router = new Router({ catalogue: { findModel, fallbacksOf: () => chain }, prices, reach })
    const meter = openMeter(openMetrics({ processMetrics: false }))
    const sweeper = () => new WaitingRouter({ db, realtime: new Realtime(db, () => undefined), router, meter, log: silentLogger(), onMoved: () => undefined })
    const [good, refused] = [await providersWith('right'), await providersWith('wrong')]
    for (const provider of ['bytedance', 'openai']) await limitFromSettings(db, { provider, kind: 'image', concurrencyMax: null })

    const setUp = async (input: Partial<ImageInput> & { model?: string } = {}, wish: { allowFallback?: boolean } = {}) => {
      const ask = await openDesk(db)
      const accountId = await accountWith(db, 100n)
      const { model = GPT.model, ...rest } = input
      const id = await ask(accountId, orderImages(findModel('image', model), { prompt: 'a lighthouse', n: 1, ...rest }), wish)
      return { id, accountId, read: () => readGeneration({ db, retention: new Map() }, id, accountId) }
    }
    /** A worker, until it has ended. */
    const toTheEnd = async (id: string, providers = good) => {
      const { worker } = openWorker(db, { providers, router, storage })
      const row = await until(async () => {
        worker.look()
        const now = await readRow(db, id)
        return ['succeeded', 'failed', 'cancelled'].includes(now.status) && now
      })
      await worker.stop()
      return row
    }
    const pause = (provider: string) => db.transaction((tx) => pauseProvider(tx, { provider, kind: null, by: 'a test', reason: 'costs' }))
    const resume = () => db.transaction(async (tx) => { for (const provider of ['bytedance', 'openai']) await resumeProvider(tx, { provider, kind: null }) })
    const callsOf = async (id: string) => (await db.query<{ model: string; state: string }>(sql`select model, state from provider_attempts where generation_id = ${id} order by call_number`)).map(({ model, state }) => `${model} ${state}`)
    const reset = async () => {
      armFailpoints('')
      await resume()
      await db.query(sql`update provider_controls set open_until = null, openings = 0, faults = 0, probe_id = null, probe_until = null`)
      chain = ['seedream-4-5']
    }
    test.beforeEach(reset)

    test('what waits behind an open breaker is made by the next model, at the lower of both prices', async () => {
      const { id, read } = await setUp({ n: 2 })
      await db.query(sql`update provider_controls set open_until = now() + interval '1 minute' where provider = 'openai'`)
      assert.equal(await sweeper().sweep(), 1)
      assert.equal(await sweeper().sweep(), 0)
      await toTheEnd(id)
      const { status, servedBy, credits, charged } = await read()
      assert.equal(status, 'succeeded')
      assert.deepEqual(servedBy, [
        { model: 'gpt-image-2', provider: 'openai', outputs: [], reason: null },
        { model: 'seedream-4-5', provider: 'bytedance', outputs: [0, 1], reason: 'provider_unavailable' },
      ])
      assert.deepEqual([credits.price, credits.chargedPrice, credits.captured, credits.released, charged.credits], [4, 2, 4, 4, 4])
      assert.deepEqual(await callsOf(id), ['seedream-4-5 succeeded', 'seedream-4-5 succeeded'])
      await assertBooks(db)
    })

    test('what an operator stopped is not waited for, and a short pause of the vendor is', async () => {
      const { id } = await setUp()
      await db.query(sql`update provider_controls set paused_until = now() + interval '10 seconds', paused_by = 'provider' where provider = 'openai'`)
      assert.equal(await sweeper().sweep(), 0)
      await db.query(sql`update provider_controls set paused_until = now() + interval '10 minutes', paused_by = 'provider' where provider = 'openai'`)
      const others = await setUp()
      assert.equal(await sweeper().sweep(), 2, 'a long one is not')
      await resume()
      const third = await setUp()
      await pause('openai')
      assert.equal(await sweeper().sweep(), 1)
      for (const each of [id, others.id, third.id]) assert.equal((await toTheEnd(each)).captured, 2n)
      await assertBooks(db)
    })

    test('two processes that look at once move it once', async () => {
      const { id, read } = await setUp()
      await pause('openai')
      assert.deepEqual((await Promise.all([sweeper().sweep(), sweeper().sweep()])).reduce((a, b) => a + b), 1)
      assert.equal((await read()).servedBy.length, 2)
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      await assertBooks(db)
    })

    test('behind those that nobody else can make are those that somebody can', async () => {
      // More than one piece of the line, all of which want what the other model does not take.
      const ask = await openDesk(db)
      const accountId = await accountWith(db, 1_000n)
      const stuck = orderImages(findModel('image', GPT.model), { prompt: 'a fox', n: 1, quality: 'low' })
      for (let i = 0; i < 101; i += 1) await ask(accountId, stuck)
      const id = await ask(accountId, orderImages(findModel('image', GPT.model), { prompt: 'a fox', n: 1 }))
      await pause('openai')
      const looking = sweeper()
      assert.deepEqual([await looking.sweep(), await looking.sweep()], [0, 1])
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      await db.query(sql`update generation_sessions set deadline_at = now() where status = 'queued' and account_id = ${accountId}`)
      while ((await sweepDeadlines(db, new Realtime(db, () => undefined))) > 0) continue
      await assertBooks(db)
    })

    test('a key that is refused sends it to another vendor, and to no other model of this one', async () => {
      chain = ['gpt-image-1', 'seedream-4-5']
      const { id, read } = await setUp({ n: 3 })
      await toTheEnd(id, refused)
      const { status, servedBy, credits } = await read()
      assert.deepEqual([status, credits.captured, servedBy.at(-1)!.model, servedBy.at(-1)!.reason], ['succeeded', 6, 'seedream-4-5', 'provider_unavailable'])
      assert.deepEqual(await callsOf(id), [...Array<string>(3).fill('gpt-image-2 failed'), ...Array<string>(3).fill('seedream-4-5 succeeded')])
      await assertBooks(db)
    })

    test('a model that the vendor has ended sends it to the next one, of the same vendor too', async () => {
      const { id, read } = await setUp({ model: 'seedream-5' })
      await db.query(sql`update generation_sessions set provider_model = 'seedream-5-0-240101' where id = ${id}`)
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      assert.deepEqual((await read()).servedBy.map(({ model, reason }) => [model, reason]), [['seedream-5', null], ['seedream-4-5', 'model_retired']])
      await assertBooks(db)
    })

    test('three of four pictures stay, the fourth is made by the next model, and all are charged its lower price', async () => {
      chain = ['seedream-5']
      const { id, read } = await setUp({ model: 'seedream-5-pro', n: 4, prompt: 'a fox [[fault:500@4]] [[fault:500@5]] [[fault:500@6]]', size: '2K' })
      await toTheEnd(id)
      const { status, servedBy, credits, outputs } = await read()
      assert.deepEqual([status, outputs.length, credits.held, credits.captured, credits.released], ['succeeded', 4, 0, 8, 4])
      assert.deepEqual(servedBy.map(({ model, outputs: made, reason }) => [model, made.length, reason]), [['seedream-5-pro', 3, null], ['seedream-5', 1, 'provider_failed']])
      assert.deepEqual((await callsOf(id)).toSorted(), [
        'seedream-5 succeeded', ...Array<string>(3).fill('seedream-5-pro failed'), ...Array<string>(3).fill('seedream-5-pro succeeded'),
      ])
      const logged = await db.query(sql`select model, credits_captured::int as credits, wasted from provider_usage_logs where generation_id = ${id} order by model, credits_captured`)
      assert.deepEqual(logged, [{ model: 'seedream-5', credits: 2, wasted: false }, ...Array<object>(3).fill({ model: 'seedream-5-pro', credits: 2, wasted: false })])
      await assertBooks(db)
    })

    test('what a model did counts against none of the tries of the next', async () => {
      const faults = [1, 2, 3, 4, 5].map((call) => `[[fault:500@${call}]]`).join(' ')
      const { id } = await setUp({ model: 'seedream-5', prompt: `a fox ${faults}` })
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      assert.equal((await callsOf(id)).filter((call) => call.startsWith('seedream-4-5')).length, 3)
      await assertBooks(db)
    })

    test('the chain is gone through once: when its last model fails too, everything goes back', async () => {
      chain = ['seedream-4-5', 'seedream4']
      const { id, read } = await setUp({ model: 'seedream-5', prompt: 'a fox [[fault:500]]' })
      const row = await toTheEnd(id)
      assert.deepEqual([row.status, row.errorCode, row.captured], ['failed', 'provider.failed', 0n])
      const { servedBy, credits } = await read()
      assert.deepEqual(servedBy.map(({ model }) => model), ['seedream-5', 'seedream-4-5', 'seedream4'])
      assert.deepEqual([credits.captured, credits.released], [0, 2])
      await assertBooks(db)
    })

    test('what an operator opens again begins with the model that was asked for', async () => {
      const { id, accountId, read } = await setUp({ model: 'seedream-5', prompt: 'a fox [[fault:500@1]] [[fault:500@2]] [[fault:500@3]] [[fault:500@4]] [[fault:500@5]] [[fault:500@6]]' })
      assert.equal((await toTheEnd(id)).status, 'failed')
      const [letter] = await db.query<{ id: string }>(sql`select id from dead_letters where generation_id = ${id} and state = 'open'`)
      await db.transaction((tx) => retryLetter(tx, { letterId: letter!.id, by: accountId, waived: false, change: null, known: nothingKnown }))
      assert.equal((await toTheEnd(id)).status, 'succeeded')
      assert.deepEqual((await read()).servedBy.map(({ model, outputs }) => [model, outputs]), [['seedream-5', [0]]])
      await assertBooks(db)
    })

    for (const [what, fault] of [['its content', 'refuse-input'], ['what was made of it', 'refuse-output']] as const) {
      test(`what was refused for ${what} goes to nobody else`, async () => {
        const { id, read } = await setUp({ model: 'seedream-5', prompt: `a fox [[fault:${fault}]]` })
        assert.equal((await toTheEnd(id)).status, 'failed')
        assert.equal((await read()).servedBy.length, 1)
        await assertBooks(db)
      })
    }

    test('what may be billed without an answer goes to nobody else, also when the try after it fails for certain', async () => {
      for (const prompt of ['a fox [[fault:lost-reply]]', 'a fox [[fault:lost-reply@1]] [[fault:500@2]] [[fault:500@3]] [[fault:500@4]]']) {
        const { id, read } = await setUp({ model: 'seedream-5', prompt })
        assert.equal((await toTheEnd(id)).status, 'failed')
        assert.equal((await read()).servedBy.length, 1)
      }
      const unknown = await db.query(sql`select wasted, waste_reason as reason, credits_captured::int as credits from provider_usage_logs where outcome = 'outcome_unknown'`)
      assert.deepEqual(unknown, Array<object>(3).fill({ wasted: true, reason: 'outcome_unknown', credits: 0 }))
      await assertBooks(db)
    })

    const staying: readonly [string, readonly string[], Parameters<typeof setUp>[0], { allowFallback?: boolean }][] = [
      ['that wants no other', ['seedream-4-5'], {}, { allowFallback: false }],
      ['whose next model is dearer', ['gpt-image-2'], { model: 'seedream-5' }, {}],
      ['whose next model does not take what was asked for', ['seedream-4-5'], { quality: 'low' }, {}],
      ['whose next model is no model', ['seedance', 'nonsense'], {}, {}],
    ]
    for (const [what, fallbacks, input, wish] of staying) {
      test(`a request ${what} waits for its own`, async () => {
        chain = fallbacks
        const { id, read } = await setUp(input, wish)
        await pause(input?.model === undefined ? 'openai' : 'bytedance')
        assert.equal(await sweeper().sweep(), 0)
        await resume()
        assert.equal((await toTheEnd(id)).status, 'succeeded')
        assert.equal((await read()).servedBy.length, 1)
        await assertBooks(db)
      })
    }

    for (const point of ['worker.before_move', 'worker.after_move']) {
      test(`a worker that breaks down at ${point}: moved once, made once, paid once`, async () => {
        const { id, read } = await setUp()
        const { worker } = openWorker(db, { providers: refused, router, storage, owner: newId() })
        armFailpoints(`${point}=throw`)
        worker.look()
        await until(async () => {
          const [row] = await db.query(sql`select 1 from generation_sessions where id = ${id} and (lease_owner is null and status = 'running' or provider = 'bytedance')`)
          return row
        })
        await worker.stop()
        armFailpoints('')
        await db.query(sql`update generation_sessions set lease_expires_at = now() where status = 'running' and id = ${id}`)
        await sweepLeases(db)
        assert.equal((await toTheEnd(id, refused)).status, 'succeeded')
        const { servedBy, credits } = await read()
        assert.deepEqual([servedBy.length, credits.captured], [2, 2])
        assert.equal((await callsOf(id)).filter((call) => call === 'seedream-4-5 succeeded').length, 1)
        await assertBooks(db)
      })
    }
  })
}
