/** The server under load: the product's routes, and two that do next to nothing, behind the same shell. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { Identifier } from '#domains/accounts'
import { Catalogue, PriceList, Quotes } from '#domains/catalog'
import { CallbackAddresses, generationRoutes } from '#domains/generations'
import { newId } from '#lib/ids'
import { migrate, openDatabase, sql } from '#platform/db'
import { openHttpServer, route } from '#platform/http'
import { Relay } from '#platform/outbox'
import { openQueue } from '#platform/queue'
import { Realtime } from '#platform/realtime'
import { openStorage } from '#platform/storage'
import { openLogger, openMetrics } from '#platform/telemetry'
import pg from 'pg'
import { findViolations } from '#test/ledger'

const ACCOUNTS = 1_000
const CREDITS = 1_000_000n
const SECRET = 'a secret for the benchmark alone, 32+'

const name = `cooly_bench_${process.pid}`
const admin = new pg.Client({ connectionString: process.argv[2]! })
await admin.connect()
await admin.query(`create database ${name}`)
const url = new URL(process.argv[2]!)
url.pathname = `/${name}`
let ending = false
const onError = (error: Error) => {
  // Connections that the dropped database takes with it are expected.
  if (!ending) console.error(error.message)
}
const db = await openDatabase({ url: url.href, directory: null, connectionsMax: 16, onIdleError: onError })
await migrate(db, new URL('../migrations', import.meta.url).pathname)
await db.raw('create table bench_rows (id uuid primary key, prompt text not null, created_at timestamptz not null default now())')
const cookies = await fill()

const queue = await openQueue({ kind: 'postgres' }, { db, onError })
const relay = new Relay({ db, queue, pollMs: 500, onError })
relay.start()
const realtime = new Realtime(db, onError)
await realtime.open()
const storage = await openStorage({ directory: '/tmp' })
const log = await openLogger({ level: 'info', format: 'json', destination: { write: () => undefined } })
const identifier = new Identifier(db, SECRET)
const prices = await PriceList.open(db, onError)
const catalogue = await Catalogue.open(db, onError)
const quotes = new Quotes(db, prices)
const Body = z.strictObject({ prompt: z.string().min(1).max(4_000) })
const shared = { method: 'POST', tags: ['bench'], access: 'public', body: Body, status: 200, errors: [] } as const
const server = await openHttpServer({
  routes: [
    ...generationRoutes({
      db, storage, realtime, catalogue, prices, quotes, uploads: { db, storage, quota: { uploadsMax: 0, bytesMax: 0 }, network: {} }, retention: new Map(), log,
      reach: { image: new Map([['bytedance', { simulated: true }]]), video: new Map() }, videoProviders: new Map(), callbacks: new CallbackAddresses(SECRET, null),
      signedDownloads: false, onAccepted: () => relay.poke(),
    }),
    route({
      ...shared,
      path: '/api/bench/hello', operation: 'hello', summary: 'answers',
      reply: z.object({ hello: z.string() }),
      handle: async () => ({ hello: 'world' }),
    }),
    route({
      ...shared,
      path: '/api/bench/insert', operation: 'insert', summary: 'inserts one row',
      reply: z.object({ id: z.string() }),
      handle: async ({ body }) => {
        const id = newId()
        await db.query(sql`/* bench.insert */ insert into bench_rows (id, prompt) values (${id}, ${body.prompt})`)
        return { id }
      },
    }),
  ],
  identify: (request) => identifier.identify(request.headers.cookie),
  checks: {}, log, metrics: openMetrics(), version: 'bench', role: 'api', production: true,
})
const address = await server.listen({ port: 0, host: '127.0.0.1' })
process.send!({ port: Number(new URL(address).port), cookies, databaseUrl: url.href })

async function report(): Promise<void> {
  const [row] = await db.query<{ accepted: number; held: number }>(sql`
    select (select count(*) from generation_sessions)::int as accepted, (select sum(held) from credit_lots)::int as held`)
  process.send!({ violations: Object.keys(await findViolations(db)).length, ...row })
}

async function end(): Promise<void> {
  ending = true
  await server.close(1_000)
  await relay.stop()
  await queue.close()
  await realtime.close()
  await prices.close()
  await db.close()
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
  process.exit(0)
}

process.on('message', () => void report())
process.on('SIGTERM', () => void end())

/** Accounts with credits and signed-in people, made in the database: signing up a thousand would take minutes. */
async function fill(): Promise<string[]> {
  const people = Array.from({ length: ACCOUNTS }, () => ({ id: newId(), session: newId(), token: `${newId()}${newId()}` }))
  const ids = people.map(({ id }) => id)
  await db.query(sql`insert into auth_users (id, name, email) select id, 'Bench', id || '@example.com' from unnest(${ids}::uuid[]) as id`)
  await db.query(sql`
    insert into auth_sessions (id, user_id, token, expires_at)
    select s, u, t, now() + interval '1 day'
    from unnest(${people.map(({ session }) => session)}::uuid[], ${ids}::uuid[], ${people.map(({ token }) => token)}::text[]) as p (s, u, t)`)
  await db.query(sql`
    with lot as (
      insert into credit_lots (id, account_id, source, spend_rank, granted, remaining)
      select gen_random_uuid(), id, 'admin', 0, ${CREDITS}, ${CREDITS} from unnest(${ids}::uuid[]) as id returning id, account_id, granted)
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
    select gen_random_uuid(), account_id, 'grant', granted, array[id], array[granted], 'bench', 'system' from lot`)
  return people.map(({ token }) => {
    const signature = createHmac('sha256', SECRET).update(token).digest('base64')
    return `cooly.session_token=${encodeURIComponent(`${token}.${signature}`)}`
  })
}
