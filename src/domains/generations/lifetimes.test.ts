/** What is removed, by whom, and what is not: collectors beside workers and beside each other, outputs past their time, deletion that died half-way. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { findModel } from '#domains/catalog'
import { retryLetter, startBatch, workBatch } from '#domains/dead-letters'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { Realtime } from '#platform/realtime'
import { ObjectLost, ObjectMissing, openStorage, type Storage } from '#platform/storage'
import { openLogger, silentLogger } from '#platform/telemetry'
import { flavours, openTestDatabase } from '#test/database'
import { endOverdue, failedGeneration, letItBeLate } from '#test/dead-letters'
import { nothingKnown, openCounter, openWorkshop, untilStatus } from '#test/generations'
import { accountWith, assertBooks } from '#test/ledger'
import { assetRoutes } from './asset-routes.ts'
import { collectAllOutputs, collectOutputs } from './collect-outputs.ts'
import { deleteGeneration } from './delete-generation.ts'
import { AssetMissing, GenerationDeleted } from './errors.ts'
import { OutputExpiry } from './expire-outputs.ts'
import { readGeneration } from './read.ts'
import { deleteSession } from './sql-lifetimes.ts'

const workshop = await openWorkshop({ latencyMs: 0 })
const directories: string[] = []
after(() => directories.forEach((directory) => rmSync(directory, { recursive: true })))

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    await limitFromSettings(db, { provider: 'bytedance', kind: 'image', concurrencyMax: null })

    test('leftovers go an hour after the end, and what is needed, young, open or a stranger stays', async () => {
      const { storage, parts } = await openPlace(db)
      const make = await openStudio(db, storage)
      const account = await accountWith(db, 50n)
      const old = await failed(db, account, '2 hours')
      const young = await failed(db, account, '59 minutes')
      const { id: open } = await failedGeneration(db, { accountId: account, outputs: 1, fails: false })
      const made = await make(account, '2 hours')
      const leftovers = [`generations/${old}/1/0`, `generations/${old}/1/0-poster`, `generations/${made.id}/0/0`]
      const kept = [
        ...made.keys, `generations/${young}/1/0`, `generations/${open}/1/0`, `generations/${newId()}/1/0`,
        // A token that was never given: this database is older than the object.
        `generations/${old}/99/0`, `generations/${old}/notes.txt`, 'generations/readme.txt', 'inline/x',
      ]
      for (const key of [...leftovers, ...kept]) await put(storage, key)

      const { looked, ...dry } = await collectAllOutputs(parts, true)
      assert.deepEqual([dry, looked], [{ leftovers: 3, strangers: 4, isWhole: true }, leftovers.length + kept.length - 1])
      assert.deepEqual(await missing(storage, leftovers), [])
      const collected = await collectOutputs(parts)
      assert.deepEqual(collected, { looked, ...dry })
      assert.deepEqual(await missing(storage, [...leftovers, ...kept]), leftovers)
      assert.equal((await collectOutputs(parts)).leftovers, 0)
      await letItBeLate(db, open)
      await endOverdue(db)
      await assertBooks(db)
    })

    test('a run looks at a part and the next goes on behind it, also in another process; then it begins again', async () => {
      const { storage, parts } = await openPlace(db)
      const account = await accountWith(db, 50n)
      const id = await failed(db, account, '2 hours')
      const keys = Array.from({ length: 7 }, (_, index) => `generations/${id}/1/${index}`)
      for (const key of keys) await put(storage, key)
      const run = () => collectOutputs({ ...parts, db }, { pagesMax: 1, pageSize: 3 })
      assert.deepEqual(await run(), { looked: 3, leftovers: 3, strangers: 0, isWhole: false })
      assert.deepEqual(await missing(storage, keys), keys.slice(0, 3))
      assert.deepEqual(await run(), { looked: 3, leftovers: 3, strangers: 0, isWhole: false })
      await put(storage, keys[0]!)
      assert.deepEqual(await run(), { looked: 1, leftovers: 1, strangers: 0, isWhole: true })
      assert.deepEqual(await missing(storage, keys), keys.slice(1))
      assert.equal((await run()).leftovers, 1)
    })

    test('two collectors at one moment remove what one would, and nobody fails', async () => {
      const { storage, parts } = await openPlace(db)
      const make = await openStudio(db, storage)
      const account = await accountWith(db, 50n)
      const id = await failed(db, account, '2 hours')
      const { keys } = await make(account, '2 hours')
      const leftovers = Array.from({ length: 20 }, (_, index) => `generations/${id}/1/${index}`)
      for (const key of leftovers) await put(storage, key)
      await Promise.all(Array.from({ length: 4 }, () => collectAllOutputs(parts, false)))
      assert.deepEqual(await missing(storage, [...leftovers, ...keys]), leftovers)
    })

    test('where the store does not let go of a page, the collector says so and goes on with the next', async () => {
      const place = await openPlace(db)
      const account = await accountWith(db, 50n)
      const ids = [await failed(db, account, '2 hours'), await failed(db, account, '2 hours')].toSorted()
      const keys = ids.map((id) => `generations/${id}/1/0`)
      for (const key of keys) await put(place.storage, key)
      const complaints: string[] = []
      const storage = changed(place.storage, {
        deleteMany: async (some) => (some.includes(keys[0]!) ? Promise.reject(new Error('it is locked')) : place.storage.deleteMany(some)),
      })
      const log = await openLogger({ level: 'info', format: 'json', destination: { write: (line) => void complaints.push(line) } })
      const { leftovers } = await collectOutputs({ db, storage, log }, { pagesMax: 10, pageSize: 1 })
      assert.deepEqual([leftovers, await missing(place.storage, keys)], [1, [keys[1]]])
      assert.match(complaints.join(), /it is locked/)
    })

    test('a collector that comes while a worker is storing takes nothing from it', async () => {
      const { storage, parts } = await openPlace(db)
      const account = await accountWith(db, 50n)
      const ask = await openCounter(db)
      const id = await ask(account, { n: 2 })
      let looked = 0
      // At the worst moment: the object is there, and nothing in the database points to it.
      const watched = changed(storage, {
        put: async (key, body, options) => {
          const stored = await storage.put(key, body, options)
          const { leftovers } = await collectAllOutputs(parts, false)
          assert.equal(leftovers, 0)
          looked += 1
          return stored
        },
      })
      await work(db, watched, id)
      assert.equal(looked, 2)
      const { keys } = await outputsOf(db, id)
      assert.deepEqual([keys.length, await missing(storage, keys)], [2, []])
      await assertBooks(db)
    })

    test('a generation that is opened again while a collector is about to remove its leftovers loses them and no output', async () => {
      const { storage, parts } = await openPlace(db)
      const account = await accountWith(db, 50n)
      const { id, letterId } = await failedGeneration(db, { accountId: account, outputs: 1 })
      await db.query(sql`update generation_sessions set finished_at = now() - interval '2 hours', provider_model = ${findModel('image', 'seedream4').providerModel} where id = ${id}`)
      const leftover = `generations/${id}/1/0`
      await put(storage, leftover)
      let made = false
      const late = changed(storage, {
        // Between the look and the removal an operator has it tried again, and a worker is through with it.
        deleteMany: async (keys) => {
          assert.deepEqual(keys, [leftover])
          await db.transaction((tx) => retryLetter(tx, { letterId, waived: false, change: null, by: 'test', known: nothingKnown }))
          await work(db, storage, id)
          made = true
          await storage.deleteMany(keys)
        },
      })
      await collectAllOutputs({ ...parts, storage: late }, false)
      const { keys, status } = await outputsOf(db, id)
      assert.deepEqual([made, status, keys.length, await missing(storage, [leftover, ...keys])], [true, 'succeeded', 1, [leftover]])
      await assertBooks(db)
    })

    test('a deletion that died before it removed the files, or whose store refused, is finished by the collector, at once', async () => {
      const { storage, parts, realtime } = await openPlace(db)
      const make = await openStudio(db, storage)
      const account = await accountWith(db, 50n)
      const one = await make(account)
      const other = await make(account)
      const kept = await make(account)
      assert.equal((await deleteSession(db, one.id, account))!.isDeleted, true)
      const refusing = changed(storage, { deleteMany: () => Promise.reject(new Error('the store is away')) })
      await deleteGeneration({ db, storage: refusing, realtime, log: silentLogger() }, other.id, account)
      assert.deepEqual(await missing(storage, [...one.keys, ...other.keys, ...kept.keys]), [])
      assert.equal((await collectOutputs(parts)).leftovers, 2)
      assert.deepEqual(await missing(storage, [...one.keys, ...other.keys, ...kept.keys]), [...one.keys, ...other.keys])
      await assertBooks(db)
    })

    test('who asks for an output that is being deleted is told that there is none; one that is lost is not passed off as that', async () => {
      const { storage, realtime } = await openPlace(db)
      const make = await openStudio(db, storage)
      const account = await accountWith(db, 50n)
      const [{ id }, lost] = [await make(account), await make(account)]
      await storage.deleteMany(lost.keys)
      // Deleted between the look-up and the opening.
      const deleting = changed(storage, {
        open: async (key, range) => {
          if (key.includes(id)) await deleteGeneration({ db, storage, realtime, log: silentLogger() }, id, account)
          return storage.open(key, range)
        },
      })
      const [route] = assetRoutes({ db, storage: deleting, signedDownloads: false })
      const get = async (generationId: string) => {
        const [output] = await db.query<{ id: string }>(sql`select id from generation_outputs where generation_id = ${generationId}`)
        const context: unknown = { actor: { accountId: account }, params: { id: output!.id }, query: { download: false }, request: { headers: {}, method: 'GET' } }
        return route!.handle(context as Parameters<NonNullable<typeof route>['handle']>[0])
      }
      await assert.rejects(get(id), AssetMissing)
      await assert.rejects(get(lost.id), ObjectLost)
    })

    test('outputs past the time of their plan go, and what they were and cost stays; others are kept', async () => {
      const { storage, realtime } = await openPlace(db)
      const make = await openStudio(db, storage)
      const retention = new Map([['free', 30], ['pro', 365]])
      const accounts = { free: await accountWith(db, 50n), pro: await accountWith(db, 50n), unlimited: await accountWith(db, 50n) }
      for (const [plan, id] of Object.entries(accounts)) await db.query(sql`update accounts set plan = ${plan} where id = ${id}`)
      const makeFor = (plan: keyof typeof accounts, age: string) => make(accounts[plan], age)
      const [past, near, pro, oldPro, unlimited] = [
        await makeFor('free', '721 hours'), await makeFor('free', '719 hours'), await makeFor('pro', '721 hours'), await makeFor('pro', '366 days'), await makeFor('unlimited', '9000 days'),
      ]
      const failedOne = await failed(db, accounts.free, '60 days')
      const expiry = new OutputExpiry({ db, storage, realtime, retention, log: silentLogger() })
      assert.equal(await expiry.sweep(), 2)
      assert.equal(await expiry.sweep(), 0)
      assert.deepEqual(await missing(storage, [past, near, pro, oldPro, unlimited].flatMap(({ keys }) => keys)), [...past.keys, ...oldPro.keys])

      const view = await readGeneration({ db, retention }, past.id, accounts.free)
      assert.deepEqual(
        [view.status, view.outputs, view.outputsExpireAt, view.outputsKeptDays, view.credits.captured, view.charged.class, view.input.prompt],
        ['succeeded', [], null, 30, 1, 'delivered', 'a lighthouse'],
      )
      assert.notEqual(view.outputsRemovedAt, null)
      const other = await readGeneration({ db, retention }, near.id, accounts.free)
      assert.deepEqual([other.outputs.length, other.outputsRemovedAt, Date.parse(other.outputsExpireAt!) - Date.parse(other.finishedAt!)], [1, null, 30 * 86_400_000])
      assert.deepEqual((await readGeneration({ db, retention }, unlimited.id, accounts.unlimited)).outputsExpireAt, null)
      assert.equal((await readGeneration({ db, retention }, failedOne, accounts.free)).outputsRemovedAt, null)
      await assertBooks(db)
    })

    test('a long way is gone in steps, by several at once, each generation once', async () => {
      const { storage, realtime } = await openPlace(db)
      const make = await openStudio(db, storage)
      const plan = `plan-${newId().slice(-12)}`
      const other = `other-${newId().slice(-12)}`
      const first = await accountWith(db, 50n)
      await db.query(sql`update accounts set plan = ${other} where id = ${first}`)
      await make(first, '8 days')
      const ids: string[] = []
      for (let each = 0; each < 6; each += 1) {
        const account = await accountWith(db, 50n)
        await db.query(sql`update accounts set plan = ${plan} where id = ${account}`)
        ids.push((await make(account, '8 days')).id)
      }
      const open = () => new OutputExpiry({ db, storage, realtime, retention: new Map([['nobodys', 1], [other, 7], [plan, 7]]), log: silentLogger() })
      const stepwise = open()
      assert.deepEqual([await stepwise.sweep(1), await stepwise.sweep(0)], [1, 0])
      const removed = await Promise.all([stepwise.sweep(1), open().sweep(), open().sweep()])
      assert.equal(removed.reduce((sum, one) => sum + one, 0), 6)
      assert.deepEqual([await stepwise.sweep(1), await stepwise.sweep(1)], [0, 0])
      const rows = await db.query<{ days: number }>(sql`select outputs_kept_days as days from generation_sessions where id = any(${ids}::uuid[])`)
      assert.deepEqual(rows.map(({ days }) => days), [7, 7, 7, 7, 7, 7])
    })

    test('without a time for any plan nothing is removed', async () => {
      const { storage, realtime } = await openPlace(db)
      const make = await openStudio(db, storage)
      const account = await accountWith(db, 50n)
      const { keys } = await make(account, '5000 days')
      assert.equal(await new OutputExpiry({ db, storage, realtime, retention: new Map(), log: silentLogger() }).sweep(), 0)
      assert.deepEqual(await missing(storage, keys), [])
    })

    test('a failed generation that its owner deleted is opened again by nobody, one by one or in a batch', async () => {
      const { storage, realtime } = await openPlace(db)
      const account = await accountWith(db, 50n)
      const model = `model-${newId().slice(-8)}`
      const [gone, other] = [await failedGeneration(db, { accountId: account, outputs: 1, model }), await failedGeneration(db, { accountId: account, outputs: 1, model })]
      await deleteGeneration({ db, storage, realtime, log: silentLogger() }, gone.id, account)
      const retry = db.transaction((tx) => retryLetter(tx, { letterId: gone.letterId, waived: true, change: null, by: 'test', known: nothingKnown }))
      await assert.rejects(retry, GenerationDeleted)
      const batch = await db.transaction((tx) => startBatch(tx, { filter: { model }, waived: false, by: 'test' }))
      await workBatch({ db, known: nothingKnown, onReopened: () => undefined, onError: (error) => assert.fail(String(error)) }, batch!.id)
      const [counts] = await db.query(sql`select state, total, retried, unpayable, skipped from dead_letter_batches where id = ${batch!.id}`)
      assert.deepEqual(counts, { state: 'done', total: 2, retried: 1, unpayable: 0, skipped: 1 })
      const letters = await db.query(sql`select state, refusal from dead_letters where id = any(${[gone.letterId, other.letterId]}::uuid[]) order by id`)
      assert.deepEqual(letters, [{ state: 'open', refusal: 'generation.deleted' }, { state: 'retried', refusal: null }])
      await letItBeLate(db, other.id)
      await endOverdue(db)
      await assertBooks(db)
    })

    test('of a deletion and another try at one moment one wins', async () => {
      const { storage, realtime } = await openPlace(db)
      const account = await accountWith(db, 50n)
      for (let round = 0; round < 5; round += 1) {
        const { id, letterId } = await failedGeneration(db, { accountId: account, outputs: 1 })
        const [deleted, reopened] = await Promise.allSettled([
          deleteGeneration({ db, storage, realtime, log: silentLogger() }, id, account),
          db.transaction((tx) => retryLetter(tx, { letterId, waived: false, change: null, by: 'test', known: nothingKnown })),
        ])
        assert.notEqual(deleted.status, reopened.status, 'exactly one')
        await letItBeLate(db, id)
      }
      await endOverdue(db)
      await assertBooks(db)
    })
  })
}

/** A folder of the test's own: it would meet what others left. */
async function openPlace(db: Db) {
  const directory = mkdtempSync(join(tmpdir(), 'cooly-lifetimes-'))
  directories.push(directory)
  const storage = await openStorage({ directory })
  await db.query(sql`delete from storage_collections`)
  return { storage, realtime: new Realtime(db, () => undefined), parts: { db, storage, log: silentLogger() } }
}

/** The same storage, with something else for some of what it does. */
function changed(storage: Storage, change: Partial<Storage>): Storage {
  return new Proxy(storage, {
    get(target, name) {
      const value: unknown = Reflect.get(Object.hasOwn(change, name) ? change : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function put(storage: Storage, key: string): Promise<void> {
  await storage.put(key, Readable.from([Buffer.from('bytes')]), { maxBytes: 100 })
}

/** Which of these objects are not there. */
async function missing(storage: Storage, keys: readonly string[]): Promise<string[]> {
  const found = await Promise.all(keys.map((key) => storage.stat(key).then(() => true, (error: unknown) => {
    assert(error instanceof ObjectMissing, error instanceof Error ? error : undefined)
    return false
  })))
  return keys.filter((_, index) => !found[index])
}

async function endedAgo(db: Db, id: string, age: string): Promise<void> {
  await db.query(sql`update generation_sessions set finished_at = now() - ${age}::interval where id = ${id}`)
}

/** The id of a generation that failed so long ago. */
async function failed(db: Db, accountId: string, age: string): Promise<string> {
  const { id } = await failedGeneration(db, { accountId, outputs: 1 })
  await endedAgo(db, id, age)
  return id
}

/** Has a worker that uses this storage make it. */
async function work(db: Db, storage: Storage, id: string): Promise<void> {
  const { worker } = workshop.openWorker(db, { storage, concurrencyMax: 1 })
  await worker.serve(id)
  await untilStatus(db, id, 'succeeded')
  await worker.stop()
}

async function outputsOf(db: Db, id: string): Promise<{ status: string; keys: string[] }> {
  const [row] = await db.query<{ status: string; keys: string[] }>(sql`
    select s.status, array(select o.object_key from generation_outputs o where o.generation_id = s.id and o.state = 'stored' order by o.output_index) as keys
    from generation_sessions s where s.id = ${id}`)
  return row!
}

/** Makes pictures for accounts, ended so long ago. */
async function openStudio(db: Db, storage: Storage) {
  const ask = await openCounter(db)
  return async (accountId: string, age = '0 seconds') => {
    const id = await ask(accountId)
    await work(db, storage, id)
    await endedAgo(db, id, age)
    return { id, ...(await outputsOf(db, id)) }
  }
}
