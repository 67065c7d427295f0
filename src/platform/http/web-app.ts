import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '#platform/telemetry'
import { PREPARING_POLICY, preparingPage } from './preparing-page.ts'
import { takeOver } from './exchange.ts'
import { pagePolicy } from './security-headers.ts'

/** Answers requests for pages, in Node's own terms. */
export type WebHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Opens the built web app in a directory. */
export type OpenWeb = (directory: string) => Promise<WebHandler>

/** The paths the API owns; all others belong to the web app. */
const API_PATHS = ['/api', '/v1', '/health', '/ready', '/metrics', '/docs', '/openapi.json']

/** True when a path, as it was sent, is the API's to answer. So is `*`, which means the server itself: no page has that name, and the web app fails on it. */
export function isApiPath(path: string): boolean {
  const clean = decoded(path)
  return clean === '*' || API_PATHS.some((owned) => clean === owned || clean.startsWith(`${owned}/`))
}

interface NextModule {
  readonly default: (options: { dev: false; dir: string }) => { prepare(): Promise<void>; getRequestHandler(): WebHandler }
}

interface RouterStateModule {
  /** Throws for what Next cannot read. */
  parseAndValidateFlightRouterState(header: string | string[]): unknown
}

/** By names the compiler does not follow: Next's types would change `process.env` for the whole server. */
const NEXT: string = 'next'
const NEXT_ROUTER_STATE: string = 'next/dist/server/app-render/parse-and-validate-flight-router-state.js'
/** What a page in the browser says it shows already. */
const ROUTER_STATE = 'next-router-state-tree'

/** Loads Next with its production build. The module is only loaded here, by a process that serves pages. */
export async function openNextApp(directory: string): Promise<WebHandler> {
  const { default: next } = (await import(NEXT)) as NextModule
  const { parseAndValidateFlightRouterState: readState } = (await import(NEXT_ROUTER_STATE)) as RouterStateModule
  const app = next({ dev: false, dir: directory })
  await app.prepare()
  const handle = app.getRequestHandler()
  return async (request, response) => {
    dropUnreadable(request, readState)
    await handle(request, response)
  }
}

/** Next answers 500 to a state it cannot read; to one who says nothing of what it shows it gives the whole page. */
function dropUnreadable({ headers }: IncomingMessage, readState: RouterStateModule['parseAndValidateFlightRouterState']): void {
  const state = headers[ROUTER_STATE]
  if (state === undefined) return
  try {
    readState(state)
  } catch {
    delete headers[ROUTER_STATE]
  }
}

/** Hands page requests to the web app, and asks for patience until it is built. */
export class WebGate {
  readonly #log: Logger
  #handle: WebHandler | null = null
  #failed = false

  /** Never rejects: a web app that cannot be opened is logged and said to whoever asks for a page. */
  constructor(webReady: Promise<string>, open: OpenWeb, log: Logger) {
    this.#log = log
    webReady.then(open).then(
      (handle) => (this.#handle = handle),
      (error: unknown) => {
        this.#failed = true
        log.error({ err: error }, 'the web app could not be opened')
      },
    )
  }

  /** Answers a page request outside the framework; the shell's headers go along. */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { raw } = request
    const policy = this.#handle === null ? PREPARING_POLICY : givePolicy(raw)
    reply.header('content-security-policy', policy)
    const response = takeOver(reply)
    try {
      if (this.#handle === null) answerPreparing(raw, response, this.#failed)
      else await this.#handle(raw, response)
    } catch (error) {
      this.#log.error({ err: error, requestId: request.id }, 'the web app failed on a page')
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end('The page could not be made.\n')
    }
  }
}

/**
 * Next reads the nonce for its scripts from the policy on the request. What a client sends under these
 * names is dropped: the first would choose the nonce, the last once made Next skip its own middleware.
 */
function givePolicy(request: IncomingMessage): string {
  const nonce = randomBytes(16).toString('base64')
  const policy = pagePolicy(nonce)
  request.headers['x-nonce'] = nonce
  request.headers['content-security-policy'] = policy
  delete request.headers['content-security-policy-report-only']
  delete request.headers['x-middleware-subrequest']
  return policy
}

function answerPreparing(request: IncomingMessage, response: ServerResponse, failed: boolean): void {
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const body = preparingPage(failed)
  const status = reading && !failed ? 200 : 503
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '2' })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
