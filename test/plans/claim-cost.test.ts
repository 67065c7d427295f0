/**
 * Taking the next generation, and telling somebody's place in line, cost the same however many wait. What is counted is pages that are looked at, which depends on
 * nothing but the data: time would depend on the machine.
 *
 * PLANS_WAITING sets how many wait in the end; a million takes a minute or two to fill.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitFromSettings } from '#domains/capacity'
import { newId } from '#lib/ids'
import { type Db, openDatabase, type Sql, sql } from '#platform/db'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { claimNext, listReady } from '../../src/domains/generations/sql-dispatch.ts'
import { countAhead } from '../../src/domains/generations/sql-line.ts'
import { Recorder } from './recorder.ts'

const FEW = 1_000
const MANY = Number(process.env['PLANS_WAITING'] ?? 100_000)
const ACCOUNTS = 500
/** An index grows by a level or two, and now and then a page is only half full. */
const GROWTH_MAX = 2

test(`with ${MANY} waiting it costs at most ${GROWTH_MAX} times what it costs with ${FEW}`, { skip: withoutPostgres }, async (t) => {
  const db = await openDatabase({ url: await cloneTemplate(), directory: null, connectionsMax: 2, onIdleError: () => undefined })
  t.after(() => db.close())
  await limitFromSettings(db, { provider: 'bytedance', kind: 'image', concurrencyMax: 3 })
  await db.query(sql`create table waiting_accounts as select gen_random_uuid() as id, n from generate_series(0, ${ACCOUNTS - 1}) n`)
  const costs = new Map<string, number[]>()
  for (const [from, to] of [[0, FEW], [FEW, MANY]] as const) {
    await addWaiting(db, from, to)
    for (const [name, cost] of await measure(db)) costs.set(name, [...(costs.get(name) ?? []), cost])
  }
  for (const [name, [few, many]] of costs) {
    await t.test(`${name}: ${few} pages with ${FEW}, ${many} with ${MANY}`, () => {
      assert(many! <= few! * GROWTH_MAX, `${few} pages became ${many}`)
    })
  }
})

/** One account has half of everything. */
async function addWaiting(db: Db, from: number, to: number): Promise<void> {
  await db.query(sql`
    insert into generation_sessions (id, account_id, user_id, kind, priority, model, provider, provider_model, simulated, input, outputs_wanted, price_credits,
      price_version, reservation_id, credits_held, deadline_at)
    select gen_random_uuid(), a.id, a.id, 'image', i % 10 / 9, 'seedream4', 'bytedance', 'x', true, '{"prompt":"a lighthouse"}', 1, 1, 1, gen_random_uuid(), 1, now() + interval '1 hour'
    from generate_series(${from}::int, ${to - 1}::int) i join waiting_accounts a on a.n = case when i % 2 = 0 then 0 else i % ${ACCOUNTS} end`)
  await db.raw('vacuum analyze generation_sessions')
}

async function measure(db: Db): Promise<[string, number][]> {
  const recorder = new Recorder(db)
  const [{ id, account }] = (await db.query(sql`
    select g.id, g.account_id as account from generation_sessions g join waiting_accounts a on a.id = g.account_id and a.n = 0
    where status = 'queued' order by g.id desc limit 1`)) as [{ id: string; account: string }]
  const cursor = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  await claimNext(recorder.db, { lane: 'image', owner: newId(), providers: ['bytedance'], simulated: ['bytedance'], cursor, named: newId(), leaseSeconds: 30 })
  await listReady(recorder.db, 'image', 10)
  // Of the account with the most, the newest: in both cases as far as it is counted.
  await countAhead(recorder.db, { id, accountId: account, kind: 'image', provider: 'bytedance', priority: 'bulk' })
  return Promise.all(['generations.claimNext', 'generations.listReady', 'generations.countAhead'].map(async (name) => [name, await pagesOf(db, recorder.find(name))] as [string, number]))
}

interface Explained {
  readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number }
}

/** Runs it for its cost alone: what it did is undone. */
async function pagesOf(db: Db, { text, values }: Sql): Promise<number> {
  let pages = 0
  const undo = new Error('undo')
  await db.transaction(async (tx) => {
    const [row] = await tx.query<{ 'QUERY PLAN': [Explained] }>({ name: undefined, text: `explain (analyze, buffers, format json) ${text}`, values })
    const { Plan } = row!['QUERY PLAN'][0]
    pages = Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']
    throw undo
  }).catch((error: unknown) => assert.equal(error, undo))
  return pages
}
