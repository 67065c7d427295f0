import type { TestContext } from 'node:test'
import { openLogger, openMetrics, type LogLevel } from '#platform/telemetry'
import type { Actor } from './actor.ts'
import { openHttpServer, type HttpServer, type HttpServerOptions } from './server.ts'

export interface TestServer extends HttpServer {
  /** Every log line so far, parsed. */
  readonly lines: Record<string, unknown>[]
  readonly metricsText: () => Promise<string>
}

const PEOPLE: Record<string, Actor> = {
  member: { userId: 'u-1', accountId: 'a-1', role: 'user', email: 'member@example.test', via: 'session' },
  admin: { userId: 'u-2', accountId: 'a-2', role: 'admin', email: 'admin@example.test', via: 'session' },
  viewer: { userId: 'u-3', accountId: 'a-3', role: 'viewer', email: 'viewer@example.test', via: 'session' },
  operator: { userId: 'u-4', accountId: 'a-4', role: 'operator', email: 'operator@example.test', via: 'session' },
  program: { userId: 'u-1', accountId: 'a-1', role: 'user', email: 'member@example.test', via: 'key' },
}

/**
 * A strict server for the tests of this folder, closed when the test ends. A session is the cookie
 * `session=` and a name of `PEOPLE`, an API key is `Bearer program`.
 */
export async function openTestServer(t: TestContext, options: Partial<HttpServerOptions> & { level?: LogLevel } = {}): Promise<TestServer> {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) }
  const metrics = openMetrics({ processMetrics: false })
  const server = await openHttpServer({
    routes: [],
    identify: async ({ headers }) => {
      const token = headers.authorization?.replace('Bearer ', '') ?? headers.cookie?.replace('session=', '')
      return PEOPLE[token ?? ''] ?? null
    },
    log: await openLogger({ level: options.level ?? 'debug', format: 'json', destination }),
    metrics,
    checks: {},
    version: '0.0.0-test',
    role: 'api',
    production: false,
    strict: true,
    ...options,
  })
  t.after(() => server.close(0))
  return Object.assign(Object.create(server) as HttpServer, { lines, metricsText: () => metrics.render() })
}

export const SESSION = { cookie: 'session=member' }
export const ADMIN = { cookie: 'session=admin' }
export const KEY = { authorization: 'Bearer program' }
