import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Logger, Metrics } from '#platform/telemetry'
import { answer, bytes } from './answer.ts'
import { NotFound } from './errors.ts'
import { rawRoute, route, type Route } from './route.ts'
import type { Traffic } from './traffic.ts'

const CHECK_LIMIT_MS = 2_000

/** Proves that one thing the server needs is there: resolves when it is, rejects when not. */
export type ReadinessCheck = (signal: AbortSignal) => Promise<unknown>

export interface OperationsParts {
  readonly version: string
  readonly role: string
  readonly production: boolean
  readonly metricsToken: string | undefined
  readonly checks: Readonly<Record<string, ReadinessCheck>>
  readonly metrics: Metrics
  readonly log: Logger
  readonly traffic: Traffic
  readonly openapi: () => unknown
  /** How long a check may take; told by tests. */
  readonly checkLimitMs?: number
}

const Health = z
  .object({ status: z.literal('ok'), version: z.string(), role: z.string(), uptimeSeconds: z.number() })
  .meta({ id: 'Health' })

const Readiness = z
  .object({
    status: z.enum(['ready', 'unready', 'draining']),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), latencyMs: z.number(), error: z.string().optional() })),
  })
  .meta({ id: 'Readiness' })

type CheckResult = z.output<typeof Readiness>['checks'][string]

const shared = { method: 'GET', tags: ['operations'], access: 'public', errors: [], operational: true } as const

/** What operators and their machines ask: is it alive, is it ready, how is it doing, what can it do. */
export function operationRoutes(parts: OperationsParts): Route[] {
  return [healthRoute(parts), readinessRoute(parts), metricsRoute(parts), openapiRoute(parts)]
}

function healthRoute({ version, role }: OperationsParts): Route {
  return route({
    ...shared,
    path: '/health',
    operation: 'getHealth',
    summary: 'Whether the process is alive; touches nothing outside it',
    status: 200,
    reply: Health,
    handle: async () => ({ status: 'ok' as const, version, role, uptimeSeconds: Math.floor(process.uptime()) }),
  })
}

function readinessRoute({ checks, log, traffic, checkLimitMs = CHECK_LIMIT_MS }: OperationsParts): Route {
  return route({
    ...shared,
    path: '/ready',
    operation: 'getReadiness',
    summary: 'Whether the process can take requests; 503 when not, and while it shuts down',
    status: 200,
    alsoStatus: [503],
    reply: Readiness,
    handle: async () => {
      const names = Object.keys(checks)
      const results = await Promise.all(names.map((name) => runCheck(name, checks[name]!, checkLimitMs, log)))
      const allOk = results.every(({ ok }) => ok)
      const status = traffic.state !== 'serving' ? 'draining' : allOk ? 'ready' : 'unready'
      const body = { status, checks: Object.fromEntries(names.map((name, at) => [name, results[at]!])) } as const
      return answer({ status: status === 'ready' ? 200 : 503, body })
    },
  })
}

/** What went wrong goes to the log: strangers may read the page, and errors name hosts. */
async function runCheck(name: string, check: ReadinessCheck, limitMs: number, log: Logger): Promise<CheckResult> {
  const started = performance.now()
  const latencyMs = () => Math.round((performance.now() - started) * 10) / 10
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), limitMs)
  try {
    await Promise.race([check(late.signal), rejectsWhen(late.signal)])
    return { ok: true, latencyMs: latencyMs() }
  } catch (error) {
    log.warn({ err: error, check: name }, 'readiness check failed')
    return { ok: false, latencyMs: latencyMs(), error: late.signal.aborted ? 'timed out' : 'failed' }
  } finally {
    clearTimeout(timer)
  }
}

function rejectsWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the check took too long')), { once: true })
  })
}

function metricsRoute(parts: OperationsParts): Route {
  return rawRoute({
    ...shared,
    path: '/metrics',
    operation: 'getMetrics',
    summary: 'Figures in the Prometheus text format; in production for this machine or with the metrics token',
    status: 200,
    produces: ['text/plain'],
    handle: async ({ request }) => {
      if (!mayReadMetrics(request, parts)) throw new NotFound({})
      return bytes({ body: await parts.metrics.render(), contentType: parts.metrics.contentType })
    },
  })
}

function mayReadMetrics(request: FastifyRequest, { production, metricsToken }: OperationsParts): boolean {
  if (!production) return true
  if (metricsToken === undefined) return isDirectLoopback(request)
  return sameSecret(request.headers.authorization ?? '', `Bearer ${metricsToken}`)
}

/** A proxy on the same machine also connects from loopback, but says for whom. */
function isDirectLoopback({ headers, socket }: FastifyRequest): boolean {
  const address = socket.remoteAddress ?? ''
  const loopback = address === '::1' || /^(::ffff:)?127\./.test(address)
  return loopback && !['forwarded', 'via', 'x-real-ip', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'].some((name) => name in headers)
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function openapiRoute({ openapi }: OperationsParts): Route {
  return rawRoute({
    ...shared,
    path: '/openapi.json',
    operation: 'getOpenApi',
    summary: 'This interface as an OpenAPI document',
    status: 200,
    produces: ['application/json'],
    handle: async () => bytes({ body: JSON.stringify(openapi()), contentType: 'application/json; charset=utf-8' }),
  })
}
