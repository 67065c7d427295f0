import { defineError } from '#lib/errors'

export const DataDirectoryInUse = defineError<{ directory: string; pid: number }>({
  code: 'database.directory_in_use',
  kind: 'conflict',
  title: 'Another Cooly already uses this data directory',
  describe: ({ directory, pid }) =>
    `Process ${pid} has ${directory} open. Two processes on one directory would destroy it. ` +
    'Stop that process, or choose another directory with COOLY_DATA_DIR.',
})

export const SchemaTooNew = defineError<{ migration: string }>({
  code: 'database.schema_too_new',
  kind: 'unavailable',
  title: 'This version is too old for the database',
  describe: ({ migration }) =>
    `The database has been changed by ${migration}, which this version does not know and which it cannot work with. Start a newer version.`,
})

export const MigrationChanged = defineError<{ migration: string }>({
  code: 'database.migration_changed',
  kind: 'bug',
  title: 'A migration was edited after it had been applied',
  describe: ({ migration }) => `${migration} differs from what was applied. Restore it and write a new migration instead.`,
})

export const SchemaBehind = defineError<{ migration: string }>({
  code: 'database.schema_behind',
  kind: 'unavailable',
  title: 'The database is older than this version',
  describe: ({ migration }) => `${migration} has not been applied to it. Start this version of the server once: it brings the database up to date.`,
})

export const DatabaseMissing = defineError<{ directory: string }>({
  code: 'database.missing',
  kind: 'missing',
  title: 'There is no database',
  describe: ({ directory }) => `Nothing lies in ${directory}. Start Cooly once, or name a database with DATABASE_URL or another directory with COOLY_DATA_DIR.`,
})

/** SQLSTATE of an error the database raised, whichever driver carried it; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const { code } = error
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** The violated constraint's name, when the error is a constraint violation. */
export function violatedConstraint(error: unknown): string | undefined {
  if (sqlState(error)?.startsWith('23') !== true) return undefined
  return (error as { constraint?: string }).constraint
}

/** Deadlock or serialization failure: the database asks for the transaction to be run again. */
export function wantsRetry(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40P01' || state === '40001'
}

/** The connection is gone or was never had; nothing is known to be wrong with the statement. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P') || state === '53300'
  return (
    error instanceof Error &&
    /ECONNREFUSED|ECONNRESET|EPIPE|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      `${(error as { code?: string }).code ?? ''} ${error.message}`,
    )
  )
}
