/**
 * The operator's interface for commands: through the server that has the embedded database while it runs, else on the database. Either way the same
 * routes answer, so a command is written once.
 */
import { OPERATOR_HEADER, operatorActor } from '#domains/accounts'
import { adminRoutes, deadLetterRoutes, modelRoutes } from '#domains/admin'
import { Catalogue, PriceList } from '#domains/catalog'
import type { Db } from '#platform/db'
import { openHttpServer } from '#platform/http'
import { Realtime } from '#platform/realtime'
import { openMetrics, silentLogger } from '#platform/telemetry'
import { keyedReach } from '../app/open-vendors.ts'
import { readConfig } from '../config.ts'
import { type OperatorFile, readOperatorFile } from '../launch/operator-file.ts'
import { ApiRefusal } from './api-refusal.ts'
import { osUser } from './cli-actor.ts'

const TIMEOUT_MS = 60_000

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: object
  /** Does it once: the same call with the same key gets the first answer. */
  readonly key?: string
}

/** Answers the parsed body, undefined for none. Refuses `ApiRefusal` with what the interface refused. */
export type OperatorApi = <T>(call: Call) => Promise<T>

/**
 * The server that has the embedded database of the settings; null when none runs, or when there is a DATABASE_URL: any number of servers may be at
 * work on that, and so may a command.
 */
export async function findServer(): Promise<OperatorFile | null> {
  const { database, dataDirectory } = readConfig()
  const file = database.url === null ? readOperatorFile(dataDirectory) : null
  if (file === null) return null
  const answers = await fetch(`${file.address}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(({ ok }) => ok, () => false)
  return answers ? file : null
}

export function through(server: OperatorFile): OperatorApi {
  return (call) => callServer(server, call)
}

async function callServer<T>({ address, key: operatorKey }: OperatorFile, { method, path, body, key }: Call): Promise<T> {
  const headers = { authorization: `Bearer ${operatorKey}`, [OPERATOR_HEADER]: osUser(), ...headersOf(body, key) }
  const response = await fetch(`${address}${path}`, {
    method, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return read(response.status, await response.text())
}

/** The same routes, answered in this process. What has to go on afterwards, as batches do, is left to a server. */
export async function onDatabase<T>(db: Db, work: (api: OperatorApi) => Promise<T>): Promise<T> {
  const realtime = new Realtime(db, () => undefined)
  const onError = () => undefined
  // The command may run without the settings of the servers: that a key is not here does not say that it is nowhere.
  const known = { reach: keyedReach(readConfig()), isWhole: false }
  const [catalogue, prices] = [await Catalogue.open(db, onError), await PriceList.open(db, onError)]
  const server = await openHttpServer({
    routes: [...adminRoutes({ db, onRoleChanged: () => undefined }), ...modelRoutes({ db, catalogue, prices }), ...deadLetterRoutes({ db, catalogue, realtime, known, onMessages: () => undefined })],
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
    await Promise.all([catalogue.close(), prices.close()])
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
