/** Opens the database that the settings name, for one command. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Db, DatabaseMissing, openDatabase, requireMigrated } from '#platform/db'
import { readConfig } from '../config.ts'

const MIGRATIONS = new URL('../../migrations', import.meta.url).pathname
const CONNECTIONS = 2

/**
 * Runs the work on the database of the settings and closes it again. `tell` is told which one it is, before anything happens to it.
 *
 * Refuses settings that are wrong, a database that is not there, one that another process has for itself, and one whose schema is not this version's.
 */
export async function withBooks<T>(tell: (message: string) => void, work: (db: Db) => Promise<T>): Promise<T> {
  const { database, dataDirectory } = readConfig()
  const directory = join(dataDirectory, 'database')
  tell(database.url === null ? `database: embedded, in ${directory}` : `database: ${withoutSecrets(database.url)}`)
  // Opening the embedded database would make a new one.
  if (database.url === null && !existsSync(directory)) throw new DatabaseMissing({ directory })
  const db = await openDatabase({ url: database.url, directory, connectionsMax: CONNECTIONS, onIdleError: () => undefined })
  try {
    await requireMigrated(db, MIGRATIONS)
    return await work(db)
  } finally {
    await db.close()
  }
}

function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
