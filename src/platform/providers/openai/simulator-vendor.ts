import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { identify, PictureDesk, SimulatedRefusal, Tally, type SimulatedVendor, type TallyReport } from '../simulation/index.ts'
import { IMAGE_MODELS } from './models.ts'
import { makeImages, type Studio } from './simulator-images.ts'
import { refuseAtTheDoor, refusal } from './simulator-refusals.ts'
import { readFields, readImageRequest } from './simulator-request.ts'

export interface OpenaiSimulatorOptions {
  /** How long an image or a video takes; 0 answers at once. Left out: a vendor's spread. */
  readonly latencyMs?: number | undefined
  /** The one key that is accepted. Left out: any. */
  readonly apiKey?: string | undefined
  /** `plain` draws nothing worth looking at, in a few milliseconds: for load tests. */
  readonly pictures?: 'scenes' | 'plain' | undefined
}

export interface OpenaiSimulator extends SimulatedVendor {
  stats(): TallyReport
}

export const OPENAI_PREFIX = '/openai'

/** The vendor's protocol below `/openai/v1`. */
export function openaiSimulator(options: OpenaiSimulatorOptions): OpenaiSimulator {
  const closing = new AbortController()
  const tally = new Tally()
  const studio: Studio = { desk: new PictureDesk(options.pictures ?? 'scenes'), tally, latencyMs: options.latencyMs, signal: closing.signal }
  return {
    prefix: OPENAI_PREFIX,
    stats: () => tally.report(),
    close: () => closing.abort(),
    handle: (request, response) => handle({ studio, apiKey: options.apiKey, request, response }),
  }
}

interface Exchange {
  readonly studio: Studio
  readonly apiKey: string | undefined
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function handle(exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  response.setHeader('x-request-id', `req_${randomBytes(16).toString('hex')}`)
  try {
    authenticate(exchange)
    const path = new URL(request.url ?? '/', 'http://simulator').pathname.slice(OPENAI_PREFIX.length)
    const kind = /^\/v1\/images\/(generations|edits)$/.exec(path)?.[1]
    if (request.method === 'POST' && kind !== undefined) await answerImages(exchange, kind as 'generations' | 'edits')
    else if (request.method === 'GET' && path === '/v1/models') sendJson(response, JSON.stringify(modelList()))
    else throw refusal(404, { code: null, message: `Invalid URL (${request.method} ${path})` })
  } catch (error) {
    if (response.headersSent || exchange.studio.signal.aborted) response.destroy()
    else sendRefusal(response, error instanceof SimulatedRefusal ? error : internal(error))
  }
}

async function answerImages({ studio, request, response }: Exchange, kind: 'generations' | 'edits'): Promise<void> {
  const asked = readImageRequest(await readFields(request), kind)
  const caller = identify(request, asked.prompt, studio.tally)
  const { directives } = caller
  if (directives.has('reset')) return void request.socket.resetAndDestroy()
  if (directives.has('hang') || directives.has('endless')) return // Until the caller gives up, or we close.
  refuseAtTheDoor(directives)
  const answer = await makeImages(studio, asked, caller)
  if (directives.has('lost-reply')) return void request.socket.destroy()
  announceEnd(response, asked.model.shutdownAt)
  sendJson(response, directives.has('bad-json') ? answer.slice(0, Math.floor(answer.length / 2)) : answer)
}

/** As the vendor's other interfaces do for models with a date. */
function announceEnd(response: ServerResponse, shutdownAt: string | null): void {
  if (shutdownAt === null) return
  response.setHeader('deprecation', 'true')
  response.setHeader('sunset', new Date(shutdownAt).toUTCString())
}

function authenticate({ request, apiKey }: Exchange): void {
  const given = /^Bearer\s+(\S.*)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given !== undefined && (apiKey === undefined || given === apiKey)) return
  throw refusal(401, { code: 'invalid_api_key', message: 'Incorrect API key provided.' })
}

function modelList(): unknown {
  const models = IMAGE_MODELS.flatMap(({ id, aliases, shutdownAt }) => [id, ...(aliases ?? [])].map((each) => ({ id: each, shutdownAt })))
  return {
    object: 'list',
    data: models.map(({ id, shutdownAt }) => ({ id, object: 'model', created: 1_795_340_000, owned_by: 'simulator', shutdown_date: shutdownAt })),
  }
}

function sendRefusal(response: ServerResponse, { status, headers, body }: SimulatedRefusal): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export function sendJson(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

function internal(cause: unknown): SimulatedRefusal {
  return refusal(500, { code: 'server_error', message: `The simulator failed: ${cause instanceof Error ? cause.message : String(cause)}` })
}
