/** Videos that an operator opens again with other words, while what was made of the first ones is still under way, or was made and never fetched. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeLimit, limitFromSettings, pauseProvider, resumeProvider } from '#domains/capacity'
import { findModel } from '#domains/catalog'
import { retryLetter } from '#domains/dead-letters'
import { newId } from '#lib/ids'
import { sql } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { silentLogger } from '#platform/telemetry'
import { openTestDatabase, withoutPostgres } from '#test/database'
import { openVideoCounter, openWorkshop, readRow, silentAlarm, until } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { cancel } from './cancel.ts'
import { claimNext, claimReturned, handBack } from './sql-dispatch.ts'
import { sweepDeadlines, sweepLeases } from './sweep.ts'
import { insertAttempt } from './sql-work.ts'
import { VideoSweeper } from './video-sweeper.ts'

const EIGHT = 8n

test('videos that are opened again with other words', { skip: withoutPostgres }, async (t) => {
  const db = await openTestDatabase('postgres')
  const ask = await openVideoCounter(db)
  const { simulator, openWorker, videoProviders } = await openWorkshop({ latencyMs: 0 })
  await limitFromSettings(db, { provider: 'bytedance', kind: 'video', concurrencyMax: null })
  const realtime = new Realtime(db, () => undefined)
  const sweeper = new VideoSweeper({ db, realtime, videoProviders, log: silentLogger(), alarm: silentAlarm(), onReturned: () => undefined })
  const sweep = async () => {
    await db.query(sql`update provider_attempts set next_poll_at = now() where next_poll_at > now()`)
    await sweeper.sweep()
    await sweeper.settled()
  }
  const owner = newId()
  const claim = { lane: 'video', owner, providers: ['bytedance'], simulated: ['bytedance'], leaseSeconds: 30 }
  const take = (simulated = claim.simulated) => claimNext(db, { ...claim, simulated, cursor: owner, named: null })
  const phaseOf = async (id: string) => (await db.query<{ status: string; phase: string | null }>(sql`select status, phase from generation_sessions where id = ${id}`))[0]
  /** One that ended at its deadline with a call at the provider, and is opened again with another prompt. */
  const reopened = async (prompt: string, { changed = true, simulated = true } = {}) => {
    const change = changed ? { input: { prompt: 'other words' }, catalogue: { findModel } } : null
    const known = { reach: { image: new Map(), video: new Map([['bytedance', { simulated }]]) }, isWhole: true }
    const id = await ask(await accountWith(db, EIGHT), { prompt })
    const { worker } = openWorker(db, { lane: 'video' })
    worker.look()
    await until(async () => (await db.query(sql`select 1 from provider_attempts where generation_id = ${id} and state = 'submitted'`))[0])
    await worker.stop()
    await db.query(sql`update generation_sessions set deadline_at = now() - interval '1 second' where id = ${id}`)
    await sweepDeadlines(db, realtime)
    const [letter] = await db.query<{ id: string }>(sql`select id from dead_letters where generation_id = ${id} and state = 'open'`)
    await db.query(sql`update generation_sessions set deadline_at = created_at + interval '15 minutes' where id = ${id}`)
    await db.transaction((tx) => retryLetter(tx, { letterId: letter!.id, waived: false, change, known, by: 'test' }))
    return id
  }
  const toTheEnd = async (id: string) => {
    const { worker } = openWorker(db, { lane: 'video' })
    const row = await until(async () => {
      worker.look()
      await sweep()
      const now = await readRow(db, id)
      return ['succeeded', 'failed', 'cancelled'].includes(now.status) && now
    })
    await worker.stop()
    return row
  }

  for (const how of ['given back by its worker', 'taken from a dead one'] as const) {
    await t.test(`one that is ${how} stands in line: what was made of its first words is no reason to take it before others, or where nothing can be begun`, async () => {
      const id = await reopened('waves [[delay:600000]]')
      const { session } = await take()
      assert.equal(session?.id, id)
      if (how === 'given back by its worker') await handBack(db, { generationId: id, token: session!.leaseToken }, 'a test')
      else {
        await db.query(sql`update generation_sessions set lease_expires_at = now() where id = ${id}`)
        await sweepLeases(db)
      }
      assert.deepEqual(await phaseOf(id), { status: 'queued', phase: null })
      assert.equal(await claimReturned(db, claim), undefined)
      const row = await toTheEnd(id)
      assert.deepEqual([row.status, row.captured, simulator.stats().requests[id]?.calls], ['succeeded', EIGHT, 2])
    })
  }

  await t.test('while its provider is stopped no worker goes round with it', async () => {
    const id = await reopened('waves [[delay:600000]]')
    const { session } = await take()
    await db.transaction((tx) => pauseProvider(tx, { provider: 'bytedance', kind: null, by: 'a test', reason: 'costs' }))
    await handBack(db, { generationId: id, token: session!.leaseToken }, 'a test')
    const { worker } = openWorker(db, { lane: 'video' })
    worker.look()
    await worker.stop()
    assert.equal((await db.query<{ attempts: number }>(sql`select attempts from generation_sessions where id = ${id}`))[0]!.attempts, session!.attempts)
    await db.transaction((tx) => resumeProvider(tx, { provider: 'bytedance', kind: null }))
    assert.equal((await toTheEnd(id)).captured, EIGHT)
  })

  await t.test('one that goes to the vendor leaves nothing behind at the simulator: its task is asked after no more and gives its slot back, and its answer is not used', async () => {
    await db.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'video', concurrencyMax: 1, by: 'a test' }))
    const id = await reopened('waves [[delay:600000]]', { changed: false, simulated: false })
    assert.deepEqual((await db.query(sql`
      select a.state, a.next_poll_at is null as forgotten, l.simulated, l.cost_micro_usd::int as cost from provider_attempts a left join provider_usage_logs l on l.attempt_id = a.id
      where a.generation_id = ${id}`)), [{ state: 'failed', forgotten: true, simulated: true, cost: 0 }])
    assert.equal((await db.query(sql`select 1 from provider_slots where generation_id = ${id}`)).length, 0)
    assert.equal((await take()).session, undefined)
    const { session } = await take([])
    assert.deepEqual([session?.id, session?.simulated], [id, false])
    assert.equal(await insertAttempt(db, { generationId: id, token: session!.leaseToken }, { id: newId(), outputIndex: 0, callNumber: 2 }).then(({ outcome }) => outcome), 'granted')
    await cancel(db, realtime, id)
    await db.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'video', concurrencyMax: null, by: 'a test' }))
  })

  await t.test('the books are right', async () => {
    await sweep()
    await sweep()
    await assertBooks(db)
  })
})
