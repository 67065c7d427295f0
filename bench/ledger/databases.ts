/** Databases of the benchmark: made, filled, and gone at the end. */
import pg from 'pg'
import { newId } from '#lib/ids'
import { type Db, migrate, openDatabase, sql } from '#platform/db'

const MIGRATIONS = new URL('../../migrations', import.meta.url).pathname
const CREDITS = 1_000_000_000_000n

/** Where databases may be made. Ends the program with 2, and says how to begin it, where none is named. */
export function findPostgres(benchmark: string): string {
  const adminUrl = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL']
  if (adminUrl !== undefined) return adminUrl
  console.error(`It needs Postgres: run \`npm run bench -- ${benchmark}\`, or set DATABASE_URL.`)
  process.exit(2)
}

export interface BenchDatabase {
  readonly url: string
  readonly db: Db
  close(): Promise<void>
}

export async function openBenchDatabase(adminUrl: string, connectionsMax: number): Promise<BenchDatabase> {
  const name = `cooly_bench_${newId().replaceAll('-', '')}`
  await asAdmin(adminUrl, `create database ${name}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  let closing = false
  const onIdleError = (error: Error) => {
    if (!closing) console.error(error.message)
  }
  const db = await openDatabase({ url: url.href, directory: null, connectionsMax, onIdleError })
  await migrate(db, MIGRATIONS)
  const close = async () => {
    closing = true
    await db.close()
    await asAdmin(adminUrl, `drop database ${name} with (force)`)
  }
  return { url: url.href, db, close }
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Accounts with that many lots each, more credits than will ever be spent. Answers their ids. */
export async function addAccounts(db: Db, count: number, lotsEach: number): Promise<string[]> {
  const ids = Array.from({ length: count }, newId)
  await db.query(sql`
    /* bench.addPeople */ insert into auth_users (id, name, email) select id, 'Bench', id || '@example.com' from unnest(${ids}::uuid[]) as id`)
  await db.query(sql`
    /* bench.addLots */
    with lot as (
      insert into credit_lots (id, account_id, source, spend_rank, granted, remaining, expires_at)
      select new_uuid_by_time(), id, 'admin', 0, ${CREDITS}, ${CREDITS}, now() + interval '1 year' + n * interval '1 day'
      from unnest(${ids}::uuid[]) as id, generate_series(1, ${lotsEach}::int) n returning id, account_id, granted)
    insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor)
    select new_uuid_by_time(), account_id, 'grant', granted, array[id], array[granted], 'bench', 'system' from lot`)
  await db.raw('vacuum analyze')
  return ids
}
