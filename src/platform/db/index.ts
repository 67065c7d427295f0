/**
 * The database: Postgres when an address is given, else the embedded one in a directory of ours.
 *
 * Both speak the same SQL (floor: Postgres 15) and answer the same JavaScript types. Nobody above knows which it is.
 */
import type { Db } from './port.ts'

export interface DatabaseConfig {
  readonly url: string | null
  readonly directory: string | null
  readonly connectionsMax: number
  readonly onIdleError: (error: Error) => void
}

/** Opens the configured database. Loads only the chosen driver. */
export async function openDatabase(config: DatabaseConfig): Promise<Db> {
  if (config.url !== null) {
    const { openPostgres } = await import('./postgres.ts')
    return openPostgres({ url: config.url, connectionsMax: config.connectionsMax, onIdleError: config.onIdleError })
  }
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded({ directory: config.directory })
}

export { DatabaseMissing, DataDirectoryInUse, isConnectionLoss, sqlState, violatedConstraint } from './errors.ts'
export { migrate, readMigrations, requireMigrated } from './migrate.ts'
export type { Db, Queryable, Tx } from './port.ts'
export { json, sql, type Sql } from './sql.ts'
