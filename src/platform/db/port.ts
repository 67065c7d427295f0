import type { Kysely } from 'kysely'
import type { Sql } from './sql.ts'

export type Row = Record<string, unknown>

/** Something statements can be sent to: the database itself, or one open transaction. */
export interface Queryable {
  /** Runs one statement and answers its rows. `bigint` columns arrive as BigInt, times as Date. */
  query<R extends object = Row>(statement: Sql): Promise<R[]>
}

/** One open transaction. It ends with the callback that received it and must not outlive it. */
export interface Tx extends Queryable {
  /** Runs after a successful commit, never after a rollback. For pokes and hints, which may be lost. */
  afterCommit(effect: () => void): void
}

/** The database, whichever one is installed. */
export interface Db extends Queryable {
  readonly kind: 'embedded' | 'postgres'

  /**
   * Runs the callback in one transaction and commits when it resolves.
   *
   * Deadlocks and serialization failures roll back and run the callback again (at most five times,
   * with jitter), so the callback may only do things the rollback undoes. Using `db` inside it
   * instead of `tx` is refused: on the embedded database it would wait for itself.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>

  /** Runs a script of several statements without parameters, in one transaction. For migrations. */
  script(text: string): Promise<void>

  /**
   * Runs the callback while holding a cluster-wide lock of that name. Other holders wait.
   * The callback may use `db` freely.
   */
  exclusively<T>(lockName: string, work: () => Promise<T>): Promise<T>

  /**
   * Calls back for every NOTIFY on the channel until `close`. After a lost connection it listens again by
   * itself and calls `onGap`, because notifications sent meanwhile are gone.
   */
  listen(channel: string, onPayload: (payload: string) => void, onGap: () => void): Promise<{ close(): Promise<void> }>

  /** For libraries that bring their own statements (sign-in). Ours are plain SQL. */
  readonly kysely: Kysely<unknown>

  /**
   * The same for a library that speaks raw SQL (the queue). Without values the text may hold several statements,
   * whose rows are joined; a failure leaves no transaction of the text open.
   */
  raw(text: string, values?: readonly unknown[]): Promise<Row[]>

  close(): Promise<void>
}

/** What an adapter must offer; `Db` is built on it once for all of them. */
export interface Connector {
  readonly kind: 'embedded' | 'postgres'
  run(statement: Statement): Promise<Result>
  acquire(): Promise<Connection>
  listen(channel: string, onPayload: (payload: string) => void, onGap: () => void): Promise<{ close(): Promise<void> }>
  close(): Promise<void>
}

export interface Connection {
  run(statement: Statement): Promise<Result>
  /** Several statements without parameters; answers the rows of all of them. */
  script(text: string): Promise<Row[]>
  /** Gives the connection back; a broken one is thrown away. */
  release(broken?: boolean): void
}

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  readonly name?: string | undefined
}

export interface Result {
  readonly rows: Row[]
  readonly affectedRows: number
}
