/** Questions about a video that its provider does not answer, for long or when it matters. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeLimit, limitFromSettings, listProviders } from '#domains/capacity'
import { sql } from '#platform/db'
import { ProviderFailure, type ProviderFailureReason, type VideoProvider } from '#platform/providers'
import { Realtime } from '#platform/realtime'
import { silentLogger } from '#platform/telemetry'
import { openTestDatabase, withoutPostgres } from '#test/database'
import { openCounter, openVideoCounter, openWorkshop, readRow, silentAlarm, until, untilStatus } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { cancel } from './cancel.ts'
import { pauseBefore } from './retry-policy.ts'
import { sweepForsaken } from './sweep.ts'
import { VideoSweeper } from './video-sweeper.ts'

const EIGHT = 8n

test('questions after videos that are not answered', { skip: withoutPostgres }, async (t) => {
  const db = await openTestDatabase('postgres')
  const [ask, askPicture] = [await openVideoCounter(db), await openCounter(db)]
  const { simulator, openWorker, videoProviders, providers } = await openWorkshop({ latencyMs: 0 })
  for (const kind of ['image', 'video'] as const) await limitFromSettings(db, { provider: 'bytedance', kind, concurrencyMax: null })
  await db.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'video', concurrencyMax: 1, by: 'test' }))
  const realtime = new Realtime(db, () => undefined)
  const real = videoProviders.get('bytedance')!
  const inUse = async () => (await listProviders(db)).find(({ kind }) => kind === 'video')!.inUse
  const providersWith = (change: object) => new Map([['bytedance', {
    name: real.name, simulated: real.simulated, submit: real.submit.bind(real), poll: real.poll.bind(real), cancel: real.cancel.bind(real), reconcile: real.reconcile.bind(real),
    fetchOutput: real.fetchOutput.bind(real), ...change,
  } as unknown as VideoProvider]])
  const failing = (reason: ProviderFailureReason, onCall: () => void = () => undefined) => async () => {
    onCall()
    throw new ProviderFailure(reason, { publicMessage: 'no', message: `a test: ${reason}` })
  }
  const sweep = async (providers: ReadonlyMap<string, VideoProvider> = videoProviders) => {
    const sweeper = new VideoSweeper({ db, realtime, videoProviders: providers, log: silentLogger(), alarm: silentAlarm(), onReturned: () => undefined })
    await db.query(sql`update provider_attempts set next_poll_at = now() where next_poll_at > now()`)
    await sweeper.sweep()
    await sweeper.settled()
  }
  const attemptOf = async (id: string) => (await db.query<{ state: string; isAskedAfter: boolean }>(sql`
    select state, next_poll_at is not null as "isAskedAfter" from provider_attempts where generation_id = ${id}`))[0]!
  const park = async (id: string) => {
    const { worker } = openWorker(db, { lane: 'video' })
    worker.look()
    await until(async () => (await db.query(sql`select 1 from generation_sessions where id = ${id} and lease_expires_at = 'infinity'`))[0])
    await worker.stop()
  }

  for (const reason of ['bad_response', 'auth'] as const) {
    await t.test(`a task of which nobody is told anything (${reason}) is asked after for a day, and then no more: its slot comes back, and it counts as perhaps billed`, async () => {
      const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
      await park(id)
      await cancel(db, realtime, id)
      const mute = providersWith({ poll: failing(reason), cancel: failing(reason) })
      await sweep(mute)
      assert.deepEqual([await attemptOf(id), await inUse()], [{ state: 'submitted', isAskedAfter: true }, 1])
      await db.query(sql`update provider_attempts set started_at = started_at - interval '25 hours' where generation_id = ${id}`)
      await sweep(mute)
      assert.deepEqual(await attemptOf(id), { state: 'unknown', isAskedAfter: false })
      const [slot] = await db.query<{ ends: boolean }>(sql`select expires_at < 'infinity' as ends from provider_slots where attempt_id is not null`)
      assert.equal(slot?.ends, true)
      assert.deepEqual(await db.query(sql`select outcome, wasted from provider_usage_logs where generation_id = ${id}`), [{ outcome: 'outcome_unknown', wasted: true }])
      await db.query(sql`update provider_slots set expires_at = now() where attempt_id is not null`)
      await assertBooks(db)
    })
  }

  await t.test('what was accepted for the vendor is not asked of a simulator in its place: a process without the key leaves it to those that have it', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[fault:lost-reply]]' })
    await park(id)
    await db.query(sql`update generation_sessions set simulated = false where id = ${id}`)
    await db.query(sql`update provider_attempts set started_at = started_at - interval '10 minutes' where generation_id = ${id}`)
    let questions = 0
    const answer = (found: object) => async () => {
      questions += 1
      return found
    }
    const standIn = providersWith({ simulated: true, reconcile: answer({ kind: 'never_arrived' }), poll: answer({ state: 'gone', taskId: 'x', providerStatus: 'gone', progress: null, retryAfterSeconds: null }) })
    await sweep(standIn)
    assert.deepEqual([questions, await attemptOf(id)], [0, { state: 'unknown', isAskedAfter: true }])
    await db.query(sql`update provider_attempts set started_at = started_at + interval '10 minutes' where generation_id = ${id}`)
    const vendor = providersWith({ simulated: false })
    const { worker } = openWorker(db, { lane: 'video', videoProviders: vendor })
    const row = await until(async () => {
      worker.look()
      await sweep(vendor)
      const now = await readRow(db, id)
      return now.status === 'succeeded' && now
    })
    await worker.stop()
    assert.deepEqual([row.captured, simulator.stats().requests[id]?.calls], [EIGHT, 1])
  })

  await t.test('what is simulated is never asked of the vendor: it is left to those that simulate it, and ends when none has asked for a minute, and its slot comes back at once', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
    await park(id)
    let questions = 0
    const gone = async () => {
      questions += 1
      return { state: 'gone', taskId: 'x', providerStatus: 'gone', progress: null, retryAfterSeconds: null }
    }
    const vendor = providersWith({ simulated: false, poll: gone, cancel: failing('invalid') })
    await sweep(vendor)
    assert.deepEqual([questions, await attemptOf(id)], [0, { state: 'submitted', isAskedAfter: true }])
    const leave = (ago: string) => db.query(sql`update provider_attempts set next_poll_at = now() - ${ago}::interval where generation_id = ${id}`)
    await leave('2 minutes')
    await sweep(vendor)
    assert.deepEqual([questions, await attemptOf(id), await inUse()], [0, { state: 'failed', isAskedAfter: false }, 0])
    assert.equal((await readRow(db, id)).status, 'queued')
    await cancel(db, realtime, id)
    await assertBooks(db)
  })

  await t.test('a task whose key has left every process is given up after a day, and not while somebody asks: its slot comes back, and the books are right', async () => {
    const id = await ask(await accountWith(db, EIGHT), { prompt: 'waves [[delay:600000]]' })
    await park(id)
    await cancel(db, realtime, id)
    await db.query(sql`update provider_attempts set next_poll_at = now() - interval '1 hour' where generation_id = ${id}`)
    assert.equal(await sweepForsaken(db, realtime), 0)
    await db.query(sql`update provider_attempts set started_at = started_at - interval '25 hours', next_poll_at = now() where generation_id = ${id}`)
    assert.equal(await sweepForsaken(db, realtime), 0)
    await db.query(sql`update provider_attempts set next_poll_at = now() - interval '1 hour' where generation_id = ${id}`)
    assert.equal(await sweepForsaken(db, realtime), 1)
    assert.deepEqual(await attemptOf(id), { state: 'unknown', isAskedAfter: false })
    const [slot] = await db.query<{ ends: boolean }>(sql`select expires_at < 'infinity' as ends from provider_slots where attempt_id is not null`)
    assert.equal(slot?.ends, true)
    await db.query(sql`update provider_slots set expires_at = now() where attempt_id is not null`)
    await assertBooks(db)
  })

  await t.test('when a video cannot be fetched, and its provider will not be asked for another address just now, it is not asked again and again without a pause', async () => {
    const id = await ask(await accountWith(db, EIGHT))
    await park(id)
    await until(async () => {
      await sweep()
      return (await attemptOf(id)).state === 'succeeded'
    })
    let questions = 0
    const pauses: number[] = []
    const providers = providersWith({ fetchOutput: failing('network'), poll: failing('rate', () => (questions += 1)) })
    const pauseFor: typeof pauseBefore = (policy, repeat) => {
      pauses.push(pauseBefore(policy, repeat))
      return 0
    }
    const { worker } = openWorker(db, { lane: 'video', videoProviders: providers, pauseFor })
    worker.look()
    const row = await until(async () => {
      const now = await readRow(db, id)
      return now.status === 'failed' && now
    })
    await worker.stop()
    assert.deepEqual([row.errorCode, questions, simulator.stats().requests[id]?.calls], ['provider.unreachable', 9, 1])
    // After the last there is no try.
    const pausedMs = pauses.slice(0, -1).reduce((sum, ms) => sum + ms)
    assert(pausedMs >= 60_000 && pausedMs <= 73_000, `${pausedMs} ms`)
    await assertBooks(db)
  })

  for (const what of ['video', 'image'] as const) {
    await t.test(`a paid ${what} that cannot be fetched for a while is fetched when it can, and is ordered once`, async () => {
      const account = await accountWith(db, EIGHT)
      const id = what === 'video' ? await ask(account) : await askPicture(account)
      if (what === 'video') {
        await park(id)
        await until(async () => {
          await sweep()
          return (await attemptOf(id)).state === 'succeeded'
        })
      }
      let failuresLeft = 7
      const fetchOutput = (fetch: (...given: never[]) => unknown) => (...given: never[]) => (failuresLeft-- > 0 ? failing('network')() : fetch(...given))
      const image = providers.get('bytedance')!
      const { worker } = openWorker(db, {
        lane: what, pauseFor: () => 0,
        videoProviders: providersWith({ fetchOutput: fetchOutput(real.fetchOutput.bind(real)), poll: failing('network') }),
        providers: new Map([['bytedance', { name: image.name, simulated: true, generateImage: image.generateImage.bind(image), fetchOutput: fetchOutput(image.fetchOutput.bind(image)) } as unknown as typeof image]]),
      })
      worker.look()
      await untilStatus(db, id, 'succeeded')
      await worker.stop()
      assert.equal(simulator.stats().requests[id]?.calls, 1)
      await assertBooks(db)
    })
  }
})
