/** What the calls of several processes may do at one provider. Two pools stand for two processes: they share nothing but the database. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { changeLimit, effectOf, limitFromSettings, listProviders, pauseProvider, resumeProvider } from '#domains/capacity'
import { newId } from '#lib/ids'
import { type Db, openDatabase, sql } from '#platform/db'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { openCounter, until } from '#test/generations'
import { accountWith } from '#test/ledger'
import { endGeneration } from './end-generation.ts'
import { beatLease, claimNext, requeueLost } from './sql-dispatch.ts'
import { lockOpen } from './sql-sessions.ts'
import { type Fence, insertAttempt, recordFailure, recordResult } from './sql-work.ts'

const ANSWER = { url: 'https://example.com/a.png', width: null, height: null, requestId: null, usage: { images: 1, tokens: null } }

test('the gate before a provider', { skip: withoutPostgres }, async (t) => {
  const url = await cloneTemplate()
  const open = () => openDatabase({ url, directory: null, connectionsMax: 8, onIdleError: () => undefined })
  const [here, there] = [await open(), await open()]
  after(async () => void (await Promise.all([here.close(), there.close()])))
  const ask = await openCounter(here)
  const account = await accountWith(here, 1_000n)
  await limitFromSettings(here, { provider: 'bytedance', kind: 'image', concurrencyMax: null })

  const running = async (): Promise<Fence> => {
    await ask(account)
    const { session } = await claimNext(here, { lane: 'image', owner: newId(), providers: ['bytedance'], simulated: ['bytedance'], cursor: account, named: null, leaseSeconds: 30 })
    return { generationId: session!.id, token: session!.leaseToken }
  }
  let calls = 0
  const call = async (db: Db, fence: Fence) => {
    const attemptId = newId()
    const permission = await insertAttempt(db, fence, { id: attemptId, outputIndex: 0, callNumber: (calls += 1) })
    const slot = permission.outcome === 'granted' ? permission.slot : null
    const ended = { provider: 'bytedance', kind: 'image', slot, attemptId, generationId: fence.generationId, retryAfterSeconds: null }
    return {
      permission,
      blocked: permission.outcome === 'blocked' ? permission.blocked : null,
      succeed: () => recordResult(db, { ...ended, effect: 'answered' }, ANSWER),
      fail: (reason: string, retryAfterSeconds: number | null = null) =>
        recordFailure(db, { ...ended, effect: effectOf({ reason, retryAfterSeconds }), retryAfterSeconds }, { state: 'failed', reason, message: 'a test' }),
    }
  }
  const state = async () => (await listProviders(here))[0]!
  const limit = (concurrencyMax: number | null) => here.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'image', concurrencyMax, by: 'test' }))
  t.beforeEach(async () => {
    await here.query(sql`update provider_slots set attempt_id = null, generation_id = null, lease_token = null, expires_at = null`)
    await here.query(sql`
      update provider_controls set concurrency_max = null, paused_until = null, faults = 0, refusals = 0, openings = 0, open_until = null, probe_id = null, probe_until = null,
        last_fault_of = null`)
  })

  await t.test('a limit of three is never four, with calls from two processes at once, and is used to the full', async () => {
    await limit(3)
    const fences = await Promise.all(Array.from({ length: 3 }, running))
    const full = await Promise.all(fences.map((fence) => call(here, fence)))
    assert.deepEqual(full.map(({ permission: { outcome } }) => outcome), ['granted', 'granted', 'granted'])
    assert.equal((await call(there, fences[0]!)).blocked, 'full')
    for (const { succeed } of full) await succeed()
    let [underWay, most] = [0, 0]
    const caller = async (db: Db, fence: Fence) => {
      for (let done = 0; done < 25; ) {
        const { permission, succeed } = await call(db, fence)
        if (permission.outcome !== 'granted') continue
        underWay += 1
        most = Math.max(most, underWay)
        await new Promise((resolve) => setImmediate(resolve))
        underWay -= 1
        await succeed()
        done += 1
      }
    }
    // A slot that is seen as free by one is seen so by all: what is counted is what they were granted.
    await Promise.all(fences.flatMap((fence) => [caller(here, fence), caller(there, fence), caller(there, fence)]))
    assert(most <= 3)
    assert.equal((await state()).inUse, 0)
  })

  await t.test('a fourth call is told that it is full, and nothing is recorded of it', async () => {
    await limit(3)
    const fence = await running()
    const three = [await call(here, fence), await call(there, fence), await call(here, fence)]
    assert.deepEqual(three.map(({ permission }) => permission), [1, 2, 3].map((slot) => ({ outcome: 'granted', slot })))
    const fourth = await call(there, fence)
    assert.deepEqual(fourth.permission, { outcome: 'blocked', blocked: 'full', waitMs: null })
    const [intents] = await here.query(sql`select count(*)::int as calls from provider_attempts where generation_id = ${fence.generationId}`)
    assert.deepEqual(intents, { calls: 3 })
    await three[1]!.fail('content_input')
    assert.deepEqual((await call(there, fence)).permission, { outcome: 'granted', slot: 2 }, 'however a call ends, its slot is free')
  })

  await t.test('a lower limit holds at once for new calls, and calls under way end', async () => {
    await limit(3)
    const fence = await running()
    const three = [await call(here, fence), await call(here, fence), await call(here, fence)]
    await limit(1)
    await three[0]!.succeed()
    assert.deepEqual((await call(there, fence)).permission, { outcome: 'granted', slot: 1 })
    await three[1]!.succeed()
    await three[2]!.succeed()
    assert.equal((await call(there, fence)).blocked, 'full')
  })

  await t.test('the slots of a worker that died are free when its lease lapses, and those of one that beats are not', async () => {
    await limit(2)
    const [dead, alive] = [await running(), await running()]
    await call(here, dead)
    await call(there, alive)
    await here.query(sql`update provider_slots set expires_at = now() - interval '1 second' where attempt_id is not null`)
    assert.equal(await beatLease(there, alive, 30), true)
    assert.equal((await state()).inUse, 1)
    assert.deepEqual((await call(there, alive)).permission, { outcome: 'granted', slot: 1 })
    assert.equal((await call(there, alive)).blocked, 'full')
    await here.query(sql`update generation_sessions set lease_expires_at = now() where id = ${alive.generationId}`)
    await requeueLost(here, 10)
    assert.equal((await state()).inUse, 0, 'a generation that goes back takes no slot with it')
  })

  await t.test('a refusal for coming too often pauses the provider for every process, as long as the vendor says', async () => {
    const fence = await running()
    await (await call(here, fence)).fail('rate', 20)
    const { permission } = await call(there, fence)
    assert(permission.outcome === 'blocked' && permission.blocked === 'paused' && permission.waitMs !== null)
    assert(permission.waitMs > 19_000 && permission.waitMs <= 22_000, `${permission.waitMs} ms`)
    assert.equal((await claimNext(there, { lane: 'image', owner: newId(), providers: ['bytedance'], simulated: ['bytedance'], cursor: account, named: null, leaseSeconds: 30 })).session, undefined)
    const { paused, pausedBy } = await state()
    assert.deepEqual([paused, pausedBy], [true, 'provider'])
    await here.query(sql`update provider_controls set paused_until = now()`)
    assert.equal((await call(there, fence)).permission.outcome, 'granted')
  })

  for (const [which, told] of [['tell no time', null], ['tell to come at once, or at a time that is past,', 0]] as const) {
    await t.test(`refusals that ${which} pause for longer each time, those that come together count once, and an answer forgets them`, async () => {
      const fence = await running()
      const pauses: number[] = []
      for (let round = 0; round < 3; round += 1) {
        const together = [await call(here, fence), await call(there, fence)]
        await together[0]!.fail('rate', told)
        const paused = async () => (await here.query<{ until: Date; seconds: number }>(sql`select paused_until as until, extract(epoch from paused_until - updated_at)::float as seconds from provider_controls`))[0]!
        const { until, seconds } = await paused()
        pauses.push(Math.floor(seconds))
        await together[1]!.fail('rate', told)
        assert.deepEqual((await paused()).until, until)
        await here.query(sql`update provider_controls set paused_until = now()`)
      }
      assert.deepEqual(pauses, [1, 2, 4])
      await (await call(here, fence)).succeed()
      const [row] = await here.query(sql`select refusals from provider_controls`)
      assert.deepEqual(row, { refusals: 0 })
    })
  }

  await t.test('the breaker opens for all after ten faults in a row, lets one call probe, opens for longer when that fails, and closes when it is answered', async () => {
    const fences = await Promise.all(Array.from({ length: 10 }, running))
    for (const fence of fences.slice(0, 9)) await (await call(here, fence)).fail('provider_fault')
    const tenth = await call(here, fences[9]!)
    assert.equal(tenth.permission.outcome, 'granted', 'nine are not enough')
    await tenth.fail('network')
    const during = await call(there, fences[0]!)
    assert.equal(during.blocked, 'open')
    const openFor = async () => (await here.query<{ seconds: number }>(sql`select extract(epoch from open_until - updated_at)::float as seconds from provider_controls`))[0]!.seconds
    const first = await openFor()

    const probe = async () => {
      await here.query(sql`update provider_controls set open_until = now() - interval '1 second'`)
      assert.equal((await state()).breaker, 'half_open')
      const both = await Promise.all(fences.slice(0, 6).map((fence, index) => call(index % 2 === 0 ? here : there, fence)))
      const granted = both.filter(({ permission }) => permission.outcome === 'granted')
      assert.equal(granted.length, 1, 'one probe, whoever asks')
      assert(both.every(({ blocked }) => blocked === null || blocked === 'open'))
      return granted[0]!
    }
    await (await probe()).fail('outcome_unknown')
    assert.equal((await state()).breaker, 'open')
    assert.equal(Math.round((await openFor()) / first), 2)
    await (await probe()).succeed()
    assert.deepEqual([(await state()).breaker, (await state()).faults], ['closed', 0])
    assert.equal((await call(there, fences[1]!)).permission.outcome, 'granted')
  })

  await t.test('one bad request alone never opens it, and any answer between faults starts the count again', async () => {
    const [bad, good] = [await running(), await running()]
    for (let i = 0; i < 30; i += 1) await (await call(here, bad)).fail('provider_fault')
    assert.deepEqual([(await state()).breaker, (await state()).faults], ['closed', 1])
    await (await call(there, good)).fail('content_output')
    assert.equal((await state()).faults, 0)
  })

  await t.test('an operator\'s pause has no end, and resuming ends any pause and any waiting of the breaker', async () => {
    const fence = await running()
    await here.transaction((tx) => pauseProvider(tx, { provider: 'bytedance', kind: null, by: 'somebody', reason: 'costs' }))
    assert.deepEqual((await call(there, fence)).permission, { outcome: 'blocked', blocked: 'paused', waitMs: null })
    assert.deepEqual([(await state()).pausedUntil, (await state()).pausedBy, (await state()).pauseReason], [null, 'somebody', 'costs'])
    await here.query(sql`update provider_controls set open_until = now() + interval '1 hour'`)
    await here.transaction((tx) => resumeProvider(tx, { provider: 'bytedance', kind: null }))
    assert.equal((await call(there, fence)).permission.outcome, 'granted')
  })

  await t.test('no call begins for a generation that is being ended: it waits for the end, and is not made', async () => {
    const fence = await running()
    let begun: ReturnType<typeof call> | undefined
    await here.transaction(async (tx) => {
      const session = await lockOpen(tx, fence.generationId, null)
      await endGeneration(tx, { session: session!, cause: 'cancelled', databaseSpans: [], now: new Date() })
      begun = call(there, fence)
      await Promise.race([begun, untilSomebodyWaits(there)])
    })
    assert.deepEqual((await begun!).permission, { outcome: 'lost' })
    assert.deepEqual(await here.query(sql`select id from provider_attempts where generation_id = ${fence.generationId}`), [])
  })

  await t.test('resuming a provider that was not broken leaves nothing to try first', async () => {
    const fences = await Promise.all([running(), running()])
    await here.transaction((tx) => resumeProvider(tx, { provider: 'bytedance', kind: null }))
    assert.equal((await state()).breaker, 'closed')
    const both = await Promise.all(fences.map((fence) => call(here, fence)))
    assert.deepEqual(both.map(({ permission }) => permission.outcome), ['granted', 'granted'])
  })

  await t.test('what an operator set stays when a worker with other settings starts', async () => {
    await limit(7)
    await limitFromSettings(there, { provider: 'bytedance', kind: 'image', concurrencyMax: 2 })
    assert.deepEqual([(await state()).concurrencyMax, (await state()).limitedBy], [7, 'test'])
    await limitFromSettings(there, { provider: 'other', kind: 'image', concurrencyMax: 2 })
    await limitFromSettings(here, { provider: 'other', kind: 'image', concurrencyMax: 5 })
    assert.deepEqual((await listProviders(here)).map(({ provider, concurrencyMax, inUse }) => [provider, concurrencyMax, inUse]), [['bytedance', 7, 0], ['other', 5, 0]])
  })
})

async function untilSomebodyWaits(db: Db): Promise<void> {
  await until(async () => (await db.query(sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0)
}
