import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { RefusalType } from '#lib/errors'
import type { Logger, Metrics } from '#platform/telemetry'
import type { Identify } from './actor.ts'
import { registerOtherMethods } from './allowed-methods.ts'
import { acceptJson } from './body-parsers.ts'
import { answerClientError } from './client-error.ts'
import { registerDocsPage } from './docs-page.ts'
import { addLifecycle, answerBadAddress } from './lifecycle.ts'
import { describeRoutes } from './openapi.ts'
import { operationRoutes, type ReadinessCheck } from './operations.ts'
import { registerRoutes } from './register-routes.ts'
import { requestIdOf } from './request-id.ts'
import { checkRoutes } from './check-routes.ts'
import type { Route } from './route.ts'
import { SECURITY_HEADERS, STRICT_TRANSPORT } from './security-headers.ts'
import { Traffic } from './traffic.ts'
import { openNextApp, WebGate, type OpenWeb } from './web-app.ts'

const HEADERS_TIMEOUT_MS = 15_000
/** Node looks for late requests this often, and by itself only twice a minute. */
const TIMEOUT_CHECK_MS = 5_000
/** Long enough for a large upload over a slow line, short enough that a stalled one does not stay. */
const REQUEST_TIMEOUT_MS = 300_000
/** How long a connection may stand still in the middle of an answer: whoever does not read it would hold what it is read from for good. Live streams send more often. */
const STILL_MS_MAX = 120_000
const PATH_PARAMETER_LENGTH_MAX = 500
const HEARTBEAT_MS = 15_000

export interface HttpServerOptions {
  readonly routes: readonly Route[]
  readonly identify: Identify
  readonly log: Logger
  readonly metrics: Metrics
  /** What must work before requests are welcome, by name. */
  readonly checks: Readonly<Record<string, ReadinessCheck>>
  readonly version: string
  readonly role: string
  readonly production: boolean
  /** The address people use. Its origin counts as our own; over https, browsers are told to stay there. */
  readonly publicUrl?: string | null
  /** Further origins whose pages may act for a signed-in person. */
  readonly trustedOrigins?: readonly string[]
  /** Whose forwarding headers are believed: nobody's, a number of hops, or networks. */
  readonly trustProxy?: false | number | readonly string[]
  readonly metricsToken?: string | null
  /** The directory of the built web app, once it is built. Without it every path is the API's. */
  readonly webReady?: Promise<string> | null
  /** What opens the web app; Next unless told. */
  readonly openWeb?: OpenWeb
  /** The session cookie's name, for the OpenAPI document. */
  readonly sessionCookie?: string
  /** Refusals of the shell that every route may give, for the OpenAPI document. */
  readonly sharedErrors?: readonly RefusalType<never>[]
  /** Holds handlers to their declarations: undeclared refusals and replies of another shape become 500. */
  readonly strict?: boolean
  readonly heartbeatMs?: number
  readonly checkLimitMs?: number
  readonly headersTimeoutMs?: number
  readonly stillMsMax?: number
}

export interface HttpServer {
  /** Starts listening; port 0 picks a free one. Rejects when the address is taken. */
  listen(where: { port: number; host: string }): Promise<string>
  /** Says from now on that it is not ready, and goes on answering. Safe to repeat. */
  drain(): void
  /**
   * Ends live streams, lets running requests end within the grace, then cuts off the rest. Resolves true
   * when nothing was cut off. Safe to repeat: later calls get the first outcome.
   */
  close(graceMs: number): Promise<boolean>
  /** Answers a request without a socket. */
  readonly inject: FastifyInstance['inject']
  openapi(): Record<string, unknown>
  /** Where it listens; null before and after. */
  readonly address: AddressInfo | null
  /** For protocols that share the port, such as WebSocket. */
  readonly nodeServer: Server
}

/** Opens the listener's parts: routes, identity, operations, docs and, when there is one, the web app. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { log, production } = options
  const publicUrl = options.publicUrl ?? undefined
  const https = production && publicUrl?.startsWith('https:') === true
  const headers = { ...SECURITY_HEADERS, ...(https ? STRICT_TRANSPORT : {}) }
  const app = await openFastify(options, headers)
  const traffic = new Traffic(app.server)
  const openapi = lazily((): Record<string, unknown> => describeRoutes({ ...described(options), routes }))
  const routes = [...operationRoutes({ ...options, metricsToken: options.metricsToken ?? undefined, traffic, openapi }), ...options.routes]
  checkRoutes(routes)

  const webReady = options.webReady ?? null
  const web = webReady === null ? undefined : new WebGate(webReady, options.openWeb ?? openNextApp, log)
  addLifecycle(app, { headers, production, traffic, metrics: options.metrics, web })
  acceptJson(app)
  registerRoutes(app, routes, {
    identify: options.identify,
    origins: { publicUrl, trusted: options.trustedOrigins ?? [] },
    strict: options.strict ?? false,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    traffic,
  })
  registerDocsPage(app)
  registerOtherMethods(app, routes)
  await app.ready()
  return serve(app, traffic, openapi)
}

async function openFastify(options: HttpServerOptions, headers: Readonly<Record<string, string>>): Promise<FastifyInstance> {
  const { default: fastify, LogController } = await import('fastify')
  const { log, trustProxy = false, headersTimeoutMs = HEADERS_TIMEOUT_MS, stillMsMax = STILL_MS_MAX } = options
  return fastify<Server>({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    trustProxy: proxyTrust(trustProxy),
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: stillMsMax,
    http: {
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, headersTimeoutMs),
      // We speak no other protocol, and a client that offers one goes on in this one. The web app listens for upgrades of its own and leaves all others unanswered, open for good:
      // every request of clients that offer HTTP/2 without TLS, such as curl --http2 and Java's.
      shouldUpgradeCallback: () => false,
      requireHostHeader: false, // We check it ourselves: Node's own refusal has no body and no request id.
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket as Socket, headers, log),
    frameworkErrors: (error, request, reply) => answerBadAddress(error, request, reply, headers),
  })
}

/** The framework reads no number of hops. The operator who gives one says that no client gets past those proxies. */
function proxyTrust(trust: NonNullable<HttpServerOptions['trustProxy']>) {
  if (typeof trust === 'number') return (_address: string, hop: number) => hop < trust
  return trust === false ? false : [...trust]
}

function described({ version, sessionCookie = 'session', sharedErrors = [] }: HttpServerOptions) {
  return { version, sessionCookie, sharedErrors }
}

function serve(app: FastifyInstance, traffic: Traffic, openapi: () => Record<string, unknown>): HttpServer {
  const { server } = app
  let closing: Promise<boolean> | undefined
  const close = async (graceMs: number) => {
    const clean = await traffic.close(graceMs)
    await app.close()
    return clean
  }
  return {
    listen: (where) => listen(server, where),
    drain: () => traffic.drain(),
    close: (graceMs) => (closing ??= close(graceMs)),
    inject: app.inject.bind(app),
    openapi,
    get address() {
      return server.address() as AddressInfo | null
    },
    nodeServer: server,
  }
}

async function listen(server: Server, where: { port: number; host: string }): Promise<string> {
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen(where, listening.resolve)
  await listening.promise
  server.off('error', listening.reject)
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined
  return () => (value ??= make())
}
