import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeLimit, limitFromSettings, pauseProvider, resumeProvider } from '#domains/capacity'
import { drainWorker, pauseLane, resumeLane } from '#domains/workers'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { openCounter } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { claimNext, handBack } from './sql-dispatch.ts'
import { insertAttempt } from './sql-work.ts'
import { countAhead } from './sql-line.ts'

/** Takes one after the other like one place of a worker, going on where it was; answers whose they were. */
function openPlace(db: Db, owner = newId()) {
  let cursor = '00000000-0000-0000-0000-000000000000'
  return async (named: string | null = null) => {
    const claimed = await claimNext(db, { lane: 'image', owner, providers: ['bytedance'], simulated: ['bytedance'], cursor, named, leaseSeconds: 30 })
    cursor = claimed.session?.accountId ?? cursor
    return claimed
  }
}

async function takeAll(take: ReturnType<typeof openPlace>) {
  const taken: { id: string; accountId: string; priority: string }[] = []
  for (;;) {
    const { session } = await take()
    if (session === undefined) return taken
    taken.push(session)
  }
}

for (const flavour of flavours) {
  test(`who is next, on ${flavour}`, async (t) => {
    const db = await openTestDatabase(flavour)
    const ask = await openCounter(db)
    await limitFromSettings(db, { provider: 'bytedance', kind: 'image', concurrencyMax: null })

    await t.test('an account with three hundred jobs does not starve thirty with one each: each of them starts within its first turn', async () => {
      const [many, ...others] = await Promise.all(Array.from({ length: 31 }, () => accountWith(db, 300n)))
      for (let i = 0; i < 300; i += 1) await ask(many!)
      await Promise.all(others.map((account) => ask(account)))
      const order = (await takeAll(openPlace(db))).map(({ accountId }) => accountId)
      assert.equal(order.length, 330)
      assert.deepEqual(new Set(order.slice(0, 31)), new Set([many, ...others]), 'the first turn serves everybody once')
      assert.deepEqual(new Set(order.slice(31)), new Set([many]))
    })

    await t.test('accounts with much take turns, each in its own order', async () => {
      const accounts = (await Promise.all([1, 2, 3].map(() => accountWith(db, 10n)))).sort()
      const asked = new Map<string, string[]>()
      for (const account of accounts) asked.set(account, [await ask(account), await ask(account), await ask(account)])
      const taken = await takeAll(openPlace(db))
      assert.deepEqual(taken.map(({ accountId }) => accountId), [...accounts, ...accounts, ...accounts])
      for (const account of accounts) assert.deepEqual(taken.filter(({ accountId }) => accountId === account).map(({ id }) => id), asked.get(account))
    })

    await t.test('everything interactive goes before everything bulk, whoever asked and when', async () => {
      const [one, other] = [await accountWith(db, 10n), await accountWith(db, 10n)]
      for (const priority of ['bulk', 'bulk', 'interactive'] as const) await ask(one, { priority })
      for (const priority of ['bulk', 'interactive', 'interactive'] as const) await ask(other, { priority })
      assert.deepEqual((await takeAll(openPlace(db))).map(({ priority }) => priority), [...Array(3).fill('interactive'), ...Array(3).fill('bulk')])
    })

    await t.test('nothing is taken for a lane that is paused, a worker that is to end, or a provider that is paused, broken or full', async () => {
      const account = await accountWith(db, 10n)
      const id = await ask(account)
      const owner = newId()
      await db.query(sql`insert into workers (id, version, host, pid, lanes, memory_bytes, event_loop_lag_ms) values (${owner}, 'test', 'here', 1, '{}', 1, 0)`)
      const take = openPlace(db, owner)
      const refused = async () => assert.equal((await take()).session, undefined)
      await db.transaction((tx) => pauseLane(tx, { lane: 'image', by: 'test' }))
      await refused()
      await db.transaction((tx) => resumeLane(tx, { lane: 'image', by: 'test' }))
      await db.transaction((tx) => pauseProvider(tx, { provider: 'bytedance', kind: null, by: 'test', reason: 'a test' }))
      await refused()
      await db.transaction((tx) => resumeProvider(tx, { provider: 'bytedance', kind: null }))
      await db.query(sql`update provider_controls set open_until = now() + interval '1 hour'`)
      await refused()
      await db.query(sql`update provider_controls set open_until = null`)
      await db.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'image', concurrencyMax: 1, by: 'test' }))
      await db.query(sql`update provider_slots set attempt_id = ${newId()}, expires_at = now() + interval '1 hour'`)
      await refused()
      await db.query(sql`update provider_slots set attempt_id = null, expires_at = null`)
      await db.transaction((tx) => changeLimit(tx, { provider: 'bytedance', kind: 'image', concurrencyMax: null, by: 'test' }))
      await db.transaction((tx) => drainWorker(tx, owner))
      await refused()
      assert.equal((await openPlace(db)()).session?.id, id, 'another worker takes it')
    })

    await t.test('a ticket that names a generation which does not exist is known as such, whether or not there is work', async () => {
      const account = await accountWith(db, 10n)
      const id = await ask(account)
      assert.deepEqual(await openPlace(db)(newId()).then(({ known, session }) => [known, session?.id]), [false, id])
      assert.deepEqual(await openPlace(db)(newId()).then(({ known, session }) => [known, session]), [false, undefined])
      assert.deepEqual(await openPlace(db)(id).then(({ known, session }) => [known, session]), [true, undefined])
    })

    await t.test('places at once take each generation once, and none is left', async () => {
      const accounts = await Promise.all(Array.from({ length: 5 }, () => accountWith(db, 20n)))
      const asked = await Promise.all(accounts.flatMap((account) => Array.from({ length: 12 }, () => ask(account))))
      const taken = (await Promise.all(Array.from({ length: 8 }, () => takeAll(openPlace(db))))).flat()
      assert.deepEqual(taken.map(({ id }) => id).sort(), asked.sort())
    })

    await t.test('the place in line counts turns: of others no more than come before it, and interactive before bulk', async () => {
      const [many, few] = [await accountWith(db, 50n), await accountWith(db, 50n)]
      const rows: string[] = []
      for (let i = 0; i < 20; i += 1) rows.push(await ask(many))
      const mine = [await ask(few), await ask(few)]
      const bulk = await ask(few, { priority: 'bulk' })
      const ahead = (id: string, accountId: string, priority: 'interactive' | 'bulk' = 'interactive') => countAhead(db, { id, accountId, kind: 'image', provider: 'bytedance', priority })
      assert.deepEqual([await ahead(mine[0]!, few), await ahead(mine[1]!, few)], [1, 3])
      assert.deepEqual([await ahead(rows[0]!, many), await ahead(rows[19]!, many)], [1, 21])
      assert.equal(await ahead(bulk, few, 'bulk'), 22)
      await takeAll(openPlace(db))
    })

    await t.test('one that is given back is taken again under the next token, with a message for it and without a crash', async () => {
      const id = await ask(await accountWith(db, 10n))
      const { session } = await openPlace(db)()
      const fence = { generationId: id, token: session!.leaseToken }
      await insertAttempt(db, fence, { id: newId(), outputIndex: 0, callNumber: 1 })
      assert.equal(typeof (await handBack(db, fence, 'a test')), 'number')
      assert.equal(await handBack(db, fence, 'a test'), undefined, 'only once')
      assert.deepEqual(await insertAttempt(db, fence, { id: newId(), outputIndex: 0, callNumber: 2 }), { outcome: 'lost' })
      const [message] = await db.query(sql`select count(*)::int as messages from outbox where payload ->> 'generationId' = ${id}`)
      assert.deepEqual(message, { messages: 2 })
      const again = await openPlace(db)()
      assert.deepEqual([again.session?.id, again.session!.leaseToken > fence.token, again.session?.attempts], [id, true, 2])
    })

    await assertBooks(db)
  })
}
