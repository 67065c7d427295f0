import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { Catalogue, changeModels, findModel, orderImages, type Reach, type Wish } from '#domains/catalog'
import { readBalance } from '#domains/credits'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { flavours, openTestDatabase } from '#test/database'
import { openCounter, openDesk, openPriceList, openVideoCounter, openWorkshop, readRow, untilStatus } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { servingModel } from './model.ts'
import { Router } from './router.ts'
import { claimNext } from './sql-dispatch.ts'
import { getAccepted, getSession } from './sql-sessions.ts'
import { readUsage } from './usage.ts'
import { sweepUnoffered } from './sweep-unoffered.ts'

const BYTEDANCE = new Map([['bytedance', { simulated: true }]])
const SIMULATED: Reach = { image: BYTEDANCE, video: BYTEDANCE }
const GONE = '2026-01-02T00:00:00.000Z'

/** What a scheduler has, with the catalogue of this database. */
async function openOffice(db: Db, reach: Reach = SIMULATED) {
  const [catalogue, prices] = [await Catalogue.open(db, assert.ifError), await openPriceList(db)]
  // Read when it is decided on, and not by itself: that could outlast the database.
  await catalogue.close()
  const decide = async (id: string, wish: Omit<Wish, 'id' | 'expectedVersion'>) => {
    const [row] = await db.query<{ version: number }>(sql`select version from catalog_models where model = ${id}`)
    await db.transaction((tx) => changeModels(tx, [{ id, expectedVersion: row?.version ?? 0, ...wish }], 'test'))
    await Promise.all([catalogue.renew(), prices.renew()])
  }
  const router = new Router({ catalogue, prices, reach })
  return { decide, prices, catalogue, sweep: () => sweepUnoffered({ db, realtime: new Realtime(db, () => undefined), catalogue, prices, router, reach }) }
}

const modelOf = async (db: Db, id: string, accountId: string) => servingModel((await getSession(db, id, accountId))!)
const claim = (db: Db, named: string | null = null, lane = 'image') =>
  claimNext(db, { lane, owner: newId(), providers: ['bytedance', 'openai'], simulated: ['bytedance', 'openai'], cursor: '00000000-0000-0000-0000-000000000000', named, leaseSeconds: 30 })

for (const flavour of flavours) {
  describe(`what waits for a model that is no longer offered, on ${flavour}`, async () => {
    // The statements run on both; what they mean together is looked at once.
    const further = (title: string, work: (t: TestContext) => Promise<void>) => {
      if (flavour === flavours.at(-1)) void test(title, work)
    }
    const fresh = async (credits = 100n, reach?: Reach) => {
      const db = await openTestDatabase(flavour)
      return { db, accountId: await accountWith(db, credits), ask: await openCounter(db), ...(await openOffice(db, reach)) }
    }

    test('goes to the replacement at the same price: the same generation, with its history and its first answer', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      const id = await ask(accountId, { n: 2 })
      const first = await getAccepted(db, id, accountId)
      await decide('seedream4', { shutdownAt: GONE, replacement: 'seedream-5-flash' })
      assert.deepEqual([await sweep(), await sweep()], [{ moved: 1, ended: 0 }, { moved: 0, ended: 0 }])
      const session = (await getSession(db, id, accountId))!
      assert.deepEqual([session.status, servingModel(session), session.providerModel, session.creditsHeld, session.chargedPriceCredits], ['queued', 'seedream-5-flash', 'dola-seedream-5-0-flash-260915', 2n, null])
      assert.deepEqual(await getAccepted(db, id, accountId), first, 'a repetition is answered as at first')
      const events = await db.query<{ data: object }>(sql`select data from generation_events where generation_id = ${id} order by seq`)
      assert.deepEqual(events.at(-1)!.data, { status: 'queued', reason: 'it goes to another model', servedBy: { model: 'seedream-5-flash', provider: 'bytedance', reason: 'model_retired' } })
      await assertBooks(db)
    })

    test('pays the smaller of both prices when it is made, and its hold stays what it was', async (t) => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      await decide('seedream4', { price: { credits: 3, rates: {}, startsAt: null } })
      const counter = await openCounter(db)
      const [id, other] = [await counter(accountId, { n: 2 }), await ask(accountId)]
      await decide('seedream4', { enabled: false, moveQueued: true, replacement: 'seedream-5-flash' })
      assert.deepEqual(await sweep(), { moved: 2, ended: 0 })
      const session = (await getSession(db, id, accountId))!
      assert.deepEqual([session.priceCredits, session.chargedPriceCredits, session.creditsHeld], [3n, 1n, 6n])
      await assertBooks(db)
      const { worker } = (await openWorkshop({ latencyMs: 0 })).openWorker(db)
      t.after(() => worker.stop())
      worker.look()
      assert.equal((await untilStatus(db, id, 'succeeded')).captured, 2n)
      await untilStatus(db, other, 'succeeded')
      const today = new Date().toISOString().slice(0, 10)
      const { items } = await readUsage(db, { accountId, from: today, to: today, by: 'model' })
      assert.deepEqual(items.map(({ key, outputs }) => [key, outputs]), [['seedream4', 3n]], 'each picture counts once')
      const { available, held } = await readBalance(db, accountId)
      assert.deepEqual([available, held], [97n, 0n])
      await assertBooks(db)
    })

    further('ends with everything released when the replacement is dearer, does not take the input, is not there, or ends itself', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      const ways: { replacement: string | null }[] = [{ replacement: 'seedream-5-pro' }, { replacement: 'seedream-4-5' }, { replacement: null }, { replacement: 'gpt-image-2' }]
      await decide('seedream-4-5', { limits: { presets: ['4K'] }, price: { credits: 1, rates: {}, startsAt: null } })
      await decide('gpt-image-2', { shutdownAt: GONE })
      for (const { replacement } of ways) {
        await decide('seedream4', { shutdownAt: null })
        const id = await ask(accountId, { n: 3 })
        await decide('seedream4', { shutdownAt: GONE, replacement })
        assert.deepEqual(await sweep(), { moved: 0, ended: 1 }, String(replacement))
        const row = await readRow(db, id)
        assert.deepEqual([row.status, row.errorCode, row.captured, await modelOf(db, id, accountId)], ['failed', 'generation.model_unoffered', 0n, 'seedream4'])
        await assertBooks(db)
      }
      const { available, held } = await readBalance(db, accountId)
      assert.deepEqual([available, held], [100n, 0n])
    })

    further('goes by a replacement that has ended to the one after it', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      const id = await ask(accountId)
      await decide('seedream-4-5', { enabled: false, replacement: 'seedream-5-flash' })
      await decide('seedream4', { shutdownAt: GONE, replacement: 'seedream-4-5' })
      assert.deepEqual([await sweep(), await modelOf(db, id, accountId)], [{ moved: 1, ended: 0 }, 'seedream-5-flash'])
      await assertBooks(db)
    })

    further('never goes from a real provider to a simulated one, nor back', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh(100n, { image: new Map([['bytedance', { simulated: false }]]), video: new Map() })
      const id = await ask(accountId)
      await decide('seedream4', { shutdownAt: GONE, replacement: 'seedream-5-flash' })
      assert.deepEqual([await sweep(), (await readRow(db, id)).status], [{ moved: 0, ended: 1 }, 'failed'])
      await assertBooks(db)
    })

    further('stays with those that reach its model, where it lives on elsewhere and this process does not', async () => {
      const { db, accountId, decide, sweep } = await fresh(100n, { image: BYTEDANCE, video: new Map([['google-vertex', { simulated: true }]]) })
      const id = await (await openVideoCounter(db))(accountId)
      await db.query(sql`update generation_sessions set model = 'sora', provider = 'openai', provider_model = 'sora-2' where id = ${id}`)
      await decide('sora', { shutdownAt: GONE })
      assert.deepEqual([await sweep(), (await readRow(db, id)).status], [{ moved: 0, ended: 0 }, 'queued'])
      await assertBooks(db)
    })

    further('stays as it is while its model is only switched off and nobody said to move it', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      const id = await ask(accountId)
      await decide('seedream4', { enabled: false, replacement: 'seedream-5-flash' })
      assert.deepEqual([await sweep(), await modelOf(db, id, accountId)], [{ moved: 0, ended: 0 }, 'seedream4'])
      await decide('seedream4', { moveQueued: true })
      assert.deepEqual(await sweep(), { moved: 1, ended: 0 })
      await assertBooks(db)
    })

    further('what somebody works on, has a call whose outcome nobody knows, or has an answer or an output already, goes on', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      const ids = [await ask(accountId), await ask(accountId), await ask(accountId), await ask(accountId)]
      const attempt = (id: string, state: string) => db.query(sql`
        insert into provider_attempts (id, generation_id, output_index, call_number, lease_token, state, result, failure_reason)
        values (${newId()}, ${id}, 0, 1, 0, ${state}, ${state === 'succeeded' ? '{}' : null}::jsonb, ${state === 'failed' ? 'rate' : null})`)
      const { session } = await claim(db)
      const [one, two, three] = ids.filter((id) => id !== session!.id)
      await attempt(one!, 'intent')
      await attempt(two!, 'succeeded')
      await attempt(three!, 'failed')
      await decide('seedream4', { shutdownAt: GONE, replacement: 'seedream-5-flash' })
      assert.deepEqual(await sweep(), { moved: 1, ended: 0 })
      const moved = (await getSession(db, three!, accountId))!
      assert.equal(servingModel(moved), 'seedream-5-flash')
      for (const id of [session!.id, one!, two!]) assert.equal(await modelOf(db, id, accountId), 'seedream4')
      await assertBooks(db)
    })

    further('waits on where nobody here knows whether its successor is made for real, and hides nothing behind it', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      const counter = await openDesk(db)
      const kept = await ask(accountId)
      const behind = await counter(accountId, orderImages(findModel('image', 'seedream-4-5'), { prompt: 'a lighthouse', n: 1, size: '2K' }))
      // No provider of gpt-image-2 is set up here.
      await decide('seedream4', { shutdownAt: GONE, replacement: 'gpt-image-2' })
      await decide('seedream-4-5', { shutdownAt: GONE, replacement: 'seedream-5-flash' })
      assert.deepEqual(await sweep(), { moved: 1, ended: 0 })
      assert.deepEqual([(await readRow(db, kept)).status, await modelOf(db, kept, accountId), await modelOf(db, behind, accountId)], ['queued', 'seedream4', 'seedream-5-flash'])
      await assertBooks(db)
    })

    further('a video ends likewise when nothing follows its model', async () => {
      const { db, accountId, decide, sweep } = await fresh()
      const id = await (await openVideoCounter(db))(accountId)
      await decide('seedance', { shutdownAt: GONE })
      assert.deepEqual([await sweep(), (await readRow(db, id)).errorCode], [{ moved: 0, ended: 1 }, 'generation.model_unoffered'])
      await assertBooks(db)
    })

    further('raced by workers that take and by other schedulers: each is moved once or taken once, and the books are right', async () => {
      const { db, accountId, ask, decide, sweep } = await fresh()
      const ids = await Promise.all(Array.from({ length: 12 }, () => ask(accountId)))
      await decide('seedream4', { shutdownAt: GONE, replacement: 'seedream-5-flash' })
      const [swept, claims] = await Promise.all([
        Promise.all([sweep(), sweep(), sweep()]),
        Promise.all(Array.from({ length: 6 }, () => claim(db))),
      ])
      const taken = claims.flatMap(({ session }) => session ?? [])
      const sessions = await Promise.all(ids.map((id) => getSession(db, id, accountId)))
      assert.equal(new Set(taken.map(({ id }) => id)).size, taken.length, 'nothing is taken twice')
      for (const session of sessions) {
        const events = await db.query(sql`select 1 from generation_events where generation_id = ${session!.id} and data ? 'servedBy'`)
        assert.equal(events.length, servingModel(session!) === 'seedream4' ? 0 : 1, 'moved at most once')
        // Whoever took it knows the model that it has.
        const claimed = taken.find(({ id }) => id === session!.id)
        assert.equal(servingModel(claimed ?? session!), servingModel(session!))
      }
      assert.equal(swept.reduce((sum, { moved }) => sum + moved, 0), sessions.filter((session) => servingModel(session!) !== 'seedream4').length)
      await assertBooks(db)
    })
  })
}
