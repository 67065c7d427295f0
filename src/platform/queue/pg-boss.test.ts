import { randomUUID } from 'node:crypto'
import { describe } from 'node:test'
import { type Db, openDatabase, sql } from '#platform/db'
import { layCable } from '#test/cable'
import { createClone, openTestDatabase, withoutPostgres } from '#test/database'
import { type Broker, type Line, queueConformance } from './conformance.ts'
import { openPgBossQueue } from './pg-boss.ts'

/** pg-boss takes no less than 10 s from us; its tables take what the tests have the patience for. */
const SILENCE_SECONDS = 4

describe('the queue on Postgres', { skip: withoutPostgres, concurrency: 4 }, () => {
  queueConformance(openOnPostgres, { silenceMs: SILENCE_SECONDS * 1_000, dropsDoubles: true })
})

const embedded = await openTestDatabase('embedded')

describe('the queue on the embedded database', () => {
  queueConformance(openOnEmbedded, { silenceMs: SILENCE_SECONDS * 1_000, dropsDoubles: true, withoutWire: 'the embedded database is in the process' })
})

/** A database of its own, and every line a wire of its own to it. */
async function openOnPostgres(): Promise<Broker> {
  const { url, drop } = await createClone()
  const direct = await openAt(url)
  const wires: { close(): Promise<void> }[] = []
  const open = async (): Promise<Line> => {
    const address = new URL(url)
    const wire = await layCable(address.hostname, Number(address.port || 5432))
    wires.push(wire)
    address.hostname = '127.0.0.1'
    address.port = String(wire.port)
    const db = await openAt(address.href)
    const queue = await openQueueOn(db)
    const close = async () => {
      await queue.close()
      await db.close()
    }
    return { queue, cut: wire.cut, mend: wire.mend, close }
  }
  const close = async () => {
    for (const wire of wires) await wire.close()
    await direct.close()
    await drop()
  }
  return { open, close, publishText: (queue, text) => insertText(direct, queue, text) }
}

/** The one embedded database, emptied after each. */
async function openOnEmbedded(): Promise<Broker> {
  const open = async (): Promise<Line> => {
    const { db, cut, mend } = cuttable(embedded)
    const queue = await openQueueOn(db)
    return { queue, cut, mend, close: () => queue.close() }
  }
  const close = async () => void (await embedded.query(sql`delete from pgboss.job`))
  return { open, close, publishText: (queue, text) => insertText(embedded, queue, text) }
}

async function openQueueOn(db: Db) {
  const queue = await openPgBossQueue({ db, onError: () => undefined, beatMs: 500, superviseSeconds: 1 })
  await db.query(sql`update pgboss.queue set heartbeat_seconds = ${SILENCE_SECONDS}`)
  return queue
}

function openAt(url: string): Promise<Db> {
  return openDatabase({ url, directory: null, connectionsMax: 4, onIdleError: () => undefined })
}

async function insertText(db: Db, queue: string, text: string): Promise<void> {
  await db.query(sql`
    insert into pgboss.job (id, name, data, policy, retry_limit, expire_seconds, deletion_seconds, keep_until)
    select ${randomUUID()}::uuid, name, to_jsonb(${text}::text), policy, retry_limit, expire_seconds, deletion_seconds, now() + interval '1 day'
    from pgboss.queue where name = ${queue}`)
}

/** A database that one line of several loses, in the place of a network there is none of. */
function cuttable(db: Db): { db: Db; cut: () => void; mend: () => void } {
  let lost = false
  const guarded = ['query', 'raw', 'transaction', 'script'] as const
  const through = new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (!guarded.some((method) => method === name)) return value.bind(target)
      return async (...parts: unknown[]) => {
        if (lost) throw new Error('the database is away')
        return (value as (...parts: unknown[]) => Promise<unknown>).apply(target, parts)
      }
    },
  })
  return { db: through, cut: () => void (lost = true), mend: () => void (lost = false) }
}
