/**
 * The operator's interface for commands: the server of the settings' data directory while it runs, else the database. Either way the same routes
 * answer, so a command is written once.
 */
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { OPERATOR_HEADER, operatorActor } from '#domains/accounts'
import { adminRoutes, deadLetterRoutes } from '#domains/admin'
import { type Db, DatabaseMissing, openDatabase, requireMigrated } from '#platform/db'
import { openHttpServer } from '#platform/http'
import { Realtime } from '#platform/realtime'
import { openMetrics, silentLogger } from '#platform/telemetry'
import { readConfig } from '../config.ts'
import { type OperatorFile, readOperatorFile } from '../launch/operator-file.ts'
import { ApiRefusal } from './api-refusal.ts'

const MIGRATIONS = new URL('../../migrations', import.meta.url).pathname
const CONNECTIONS = 2
const TIMEOUT_MS = 60_000

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: object
  /** Does it once: the same call with the same key gets the first answer. */
  readonly key?: string
}

/** Answers the parsed body, undefined for none. Refuses `ApiRefusal` with what the interface refused. */
export type OperatorApi = <T>(call: Call) => Promise<T>

/**
 * Runs the work through the server that has the embedded database, or on the database. `tell` is told which, before anything happens.
 *
 * With DATABASE_URL it is the database: any number of servers may be at work on it. What has to go on afterwards is left to a server.
 */
export async function withOperatorApi<T>(tell: (message: string) => void, work: (api: OperatorApi) => Promise<T>): Promise<T> {
  const { database, dataDirectory } = readConfig()
  const server = database.url === null ? await findServer(dataDirectory) : null
  if (server !== null) {
    tell(`server: ${server.address}`)
    return work((call) => callServer(server, call))
  }
  const directory = join(dataDirectory, 'database')
  tell(database.url === null ? `database: embedded, in ${directory}` : `database: ${withoutSecrets(database.url)}`)
  // Opening the embedded database would make a new one.
  if (database.url === null && !existsSync(directory)) throw new DatabaseMissing({ directory })
  const db = await openDatabase({ url: database.url, directory, connectionsMax: CONNECTIONS, onIdleError: () => undefined })
  try {
    await requireMigrated(db, MIGRATIONS)
    return await onDatabase(db, work)
  } finally {
    await db.close()
  }
}

/** The server, if the one that wrote the file still answers. */
async function findServer(dataDirectory: string): Promise<OperatorFile | null> {
  const file = readOperatorFile(dataDirectory)
  if (file === null) return null
  const answers = await fetch(`${file.address}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(({ ok }) => ok, () => false)
  return answers ? file : null
}

async function callServer<T>({ address, key: operatorKey }: OperatorFile, { method, path, body, key }: Call): Promise<T> {
  const headers = { authorization: `Bearer ${operatorKey}`, [OPERATOR_HEADER]: osUser(), ...headersOf(body, key) }
  const response = await fetch(`${address}${path}`, {
    method, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return read(response.status, await response.text())
}

/** The same routes, answered in this process. */
async function onDatabase<T>(db: Db, work: (api: OperatorApi) => Promise<T>): Promise<T> {
  const realtime = new Realtime(db, () => undefined)
  const server = await openHttpServer({
    routes: [...adminRoutes({ db, onRoleChanged: () => undefined }), ...deadLetterRoutes({ db, realtime, onMessages: () => undefined })],
    identify: () => Promise.resolve(operatorActor(osUser())),
    log: silentLogger(), metrics: openMetrics({ processMetrics: false }), checks: {}, version: 'cli', role: 'api', production: false,
  })
  try {
    return await work(async ({ method, path, body, key }) => {
      const { statusCode, body: text } = await server.inject({ method, url: path, headers: headersOf(body, key), ...(body === undefined ? {} : { payload: JSON.stringify(body) }) })
      return read(statusCode, text)
    })
  } finally {
    await server.close(0)
    await realtime.close()
  }
}

function headersOf(body: object | undefined, key: string | undefined): Record<string, string> {
  return { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(key === undefined ? {} : { 'idempotency-key': key }) }
}

function read<T>(status: number, text: string): T {
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  if (status >= 400) throw new ApiRefusal(status, body)
  return body as T
}

export function osUser(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that has no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}

export function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
