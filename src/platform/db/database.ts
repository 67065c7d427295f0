import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { wantsRetry } from './errors.ts'
import { openKysely } from './kysely.ts'
import type { Connection, Connector, Db, Row, Tx } from './port.ts'
import { sql, type Sql } from './sql.ts'

const RETRIES_MAX = 5

/** The one implementation of `Db`, over any connector. */
export class Database implements Db {
  readonly kind: 'embedded' | 'postgres'
  readonly #connector: Connector
  readonly #openTransaction = new AsyncLocalStorage<true>()
  #kysely: Kysely<unknown> | undefined

  constructor(connector: Connector) {
    this.kind = connector.kind
    this.#connector = connector
  }

  get kysely(): Kysely<unknown> {
    this.#kysely ??= openKysely(this.#connector)
    return this.#kysely
  }

  async query<R extends object = Row>(statement: Sql): Promise<R[]> {
    this.#refuseInsideTransaction()
    const { rows } = await this.#connector.run(statement)
    return rows as R[]
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#refuseInsideTransaction()
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#transactOnce(work)
      } catch (error) {
        if (!wantsRetry(error) || attempt > RETRIES_MAX) throw error
        await delay(Math.random() * 10 * 2 ** attempt)
      }
    }
  }

  async script(text: string): Promise<void> {
    await this.raw(`begin;\n${text}\n;commit;`)
  }

  async raw(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (values.length > 0) return (await this.#connector.run({ text, values })).rows
    const connection = await this.#connector.acquire()
    try {
      return await connection.script(text)
    } catch (error) {
      await connection.script('rollback').catch(() => undefined)
      throw error
    } finally {
      connection.release()
    }
  }

  async exclusively<T>(lockName: string, work: () => Promise<T>): Promise<T> {
    // The embedded database has one connection and one process: holding it here would lock `work` out.
    if (this.kind === 'embedded') return work()
    const connection = await this.#connector.acquire()
    try {
      await connection.run(sql`/* db.lock */ select pg_advisory_lock(hashtextextended(${lockName}, 0))`)
      return await work()
    } finally {
      // Closing the session lets go of the lock even when the unlock statement cannot get through.
      await connection
        .run(sql`/* db.unlock */ select pg_advisory_unlock(hashtextextended(${lockName}, 0))`)
        .then(() => connection.release(), () => connection.release(true))
    }
  }

  listen(channel: string, onPayload: (payload: string) => void, onGap: () => void): Promise<{ close(): Promise<void> }> {
    return this.#connector.listen(channel, onPayload, onGap)
  }

  close(): Promise<void> {
    return this.#connector.close()
  }

  async #transactOnce<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const connection = await this.#connector.acquire()
    const tx = new Transaction(connection)
    let broken = false
    try {
      await connection.run({ text: 'begin', values: [] })
      const outcome = await this.#openTransaction.run(true, () => work(tx))
      tx.end()
      await connection.run({ text: 'commit', values: [] })
      connection.release()
      tx.runAfterCommit()
      return outcome
    } catch (error) {
      tx.end()
      await connection.run({ text: 'rollback', values: [] }).catch(() => {
        broken = true
      })
      connection.release(broken)
      throw error
    }
  }

  #refuseInsideTransaction(): void {
    if (this.#openTransaction.getStore() === true) {
      throw new Error('the database was used inside an open transaction; use the transaction instead')
    }
  }
}

class Transaction implements Tx {
  readonly #connection: Connection
  readonly #effects: (() => void)[] = []
  #ended = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async query<R extends object = Row>(statement: Sql): Promise<R[]> {
    if (this.#ended) throw new Error('the transaction has ended')
    const { rows } = await this.#connection.run(statement)
    return rows as R[]
  }

  afterCommit(effect: () => void): void {
    this.#effects.push(effect)
  }

  end(): void {
    this.#ended = true
  }

  runAfterCommit(): void {
    for (const effect of this.#effects) effect()
  }
}
