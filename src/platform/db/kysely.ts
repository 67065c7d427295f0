import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Connection, Connector } from './port.ts'

/** A Kysely over our own connector, so that libraries share the pool and the embedded database's one connection. */
export function openKysely(connector: Connector): Kysely<unknown> {
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createDriver: () => new ConnectorDriver(connector),
  }
  return new Kysely<unknown>({ dialect })
}

class ConnectorDriver implements Driver {
  readonly #connector: Connector

  constructor(connector: Connector) {
    this.#connector = connector
  }

  async init(): Promise<void> {}
  async destroy(): Promise<void> {}

  async acquireConnection(): Promise<KyselyConnection> {
    return new KyselyConnection(await this.#connector.acquire())
  }

  async releaseConnection(connection: KyselyConnection): Promise<void> {
    connection.inner.release()
  }

  async beginTransaction(connection: KyselyConnection): Promise<void> {
    await connection.inner.run({ text: 'begin', values: [] })
  }

  async commitTransaction(connection: KyselyConnection): Promise<void> {
    await connection.inner.run({ text: 'commit', values: [] })
  }

  async rollbackTransaction(connection: KyselyConnection): Promise<void> {
    await connection.inner.run({ text: 'rollback', values: [] })
  }
}

class KyselyConnection implements DatabaseConnection {
  readonly inner: Connection

  constructor(inner: Connection) {
    this.inner = inner
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affectedRows } = await this.inner.run({ text: query.sql, values: query.parameters })
    return { rows: rows as R[], numAffectedRows: BigInt(affectedRows) }
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming queries are not used')
  }
}
