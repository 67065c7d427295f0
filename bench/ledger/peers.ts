/** What the ledger is held against: one bare statement, and the code that comes to mind first. */
import pg from 'pg'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'

/** One row updated and one inserted, as one prepared statement through the product's own client: about what a database can do at all. */
export async function openBare(db: Db, accounts: readonly string[]): Promise<(turn: number) => Promise<unknown>> {
  await db.raw(`
    create table bench_accounts (id uuid primary key, balance bigint not null) with (fillfactor = 70);
    create table bench_entries (id uuid primary key, account_id uuid not null, amount bigint not null, created_at timestamptz not null default now())`)
  await db.query(sql`/* bench.addBare */ insert into bench_accounts select id, 1000000000000 from unnest(${accounts}::uuid[]) as id`)
  return (turn) =>
    db.query(sql`
      /* bench.bare */
      with spent as (
        update bench_accounts set balance = balance - 1 where id = ${accounts[turn % accounts.length]!} and balance >= 1 returning id)
      insert into bench_entries (id, account_id, amount) select ${newId()}::uuid, id, 1 from spent returning id`)
}

/** Lots, holds and a journal, with a transaction per call and a query per step, none of them prepared. Correct: it locks the account's row. */
export class Naive {
  readonly #pool: pg.Pool
  readonly #accounts: readonly string[]

  private constructor(pool: pg.Pool, accounts: readonly string[]) {
    this.#pool = pool
    this.#accounts = accounts
  }

  static async open(url: string, accounts: readonly string[], lotsEach: number, connectionsMax: number): Promise<Naive> {
    const pool = new pg.Pool({ connectionString: url, max: connectionsMax })
    await pool.query(`
      create table naive_accounts (id uuid primary key);
      create table naive_lots (id uuid primary key, account_id uuid not null, remaining bigint not null, expires_at timestamptz not null);
      create index on naive_lots (account_id, expires_at);
      create table naive_holds (id uuid primary key, account_id uuid not null, lot_id uuid not null, amount bigint not null, status text not null);
      create index on naive_holds (account_id, status);
      create table naive_entries (id uuid primary key, account_id uuid not null, hold_id uuid not null, amount bigint not null, created_at timestamptz default now());
      create index on naive_entries (account_id, created_at)`)
    await pool.query('insert into naive_accounts select unnest($1::uuid[])', [accounts])
    await pool.query(
      `insert into naive_lots select gen_random_uuid(), a, 1000000000000, now() + interval '1 year' + n * interval '1 day'
       from unnest($1::uuid[]) a, generate_series(1, $2::int) n`, [accounts, lotsEach])
    await pool.query('analyze')
    return new Naive(pool, accounts)
  }

  /** Four queries. */
  async reserve(turn: number): Promise<string> {
    const id = newId()
    const accountId = this.#accounts[turn % this.#accounts.length]!
    await this.#transact(async (client) => {
      await client.query('select id from naive_accounts where id = $1 for update', [accountId])
      const { rows } = await client.query(
        'select id, remaining from naive_lots where account_id = $1 and remaining > 0 and expires_at > now() order by expires_at', [accountId])
      const lot = rows.find(({ remaining }) => BigInt(remaining as string) >= 1n) as { id: string } | undefined
      if (lot === undefined) throw new Error('not enough credits')
      await client.query('update naive_lots set remaining = remaining - 1 where id = $1', [lot.id])
      await client.query(`insert into naive_holds values ($1, $2, $3, 1, 'held')`, [id, accountId, lot.id])
    })
    return id
  }

  /** Three queries. */
  async capture(id: string): Promise<void> {
    await this.#transact(async (client) => {
      const { rows } = await client.query('select account_id, amount from naive_holds where id = $1 and status = $2 for update', [id, 'held'])
      await client.query(`update naive_holds set status = 'captured' where id = $1`, [id])
      const { account_id, amount } = rows[0] as { account_id: string; amount: string }
      await client.query('insert into naive_entries values ($1, $2, $3, $4)', [newId(), account_id, id, amount])
    })
  }

  /** Two queries. */
  async available(turn: number): Promise<void> {
    const accountId = this.#accounts[turn % this.#accounts.length]!
    await this.#pool.query('select sum(remaining) from naive_lots where account_id = $1 and expires_at > now()', [accountId])
    await this.#pool.query(`select sum(amount) from naive_holds where account_id = $1 and status = 'held'`, [accountId])
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  async #transact(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      await work(client)
      await client.query('commit')
    } finally {
      client.release()
    }
  }
}
