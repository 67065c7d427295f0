import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Tally, type Directives, type TallyReport } from '../simulation/index.ts'
import { answerStream, answerWhole, sendRefusal, type Answering } from './simulator-answers.ts'
import { badParameter, VendorRefusal } from './simulator-refusals.ts'
import { directivesOf, makeImages, refuseAtTheDoor, type Caller, type Studio } from './simulator-generation.ts'
import { readImageRequest, type ImageRequest } from './simulator-request.ts'
import { Outputs } from './simulator-outputs.ts'

export interface BytedanceSimulatorOptions {
  readonly host: string
  /** 0 for a free one. */
  readonly port: number
  /** How long an image takes; 0 answers at once. Left out: 6 to 8 s. */
  readonly latencyMs?: number | undefined
  readonly urlTtlSeconds: number
  /** The one key that is accepted. Left out: any. */
  readonly apiKey?: string | undefined
  /** `plain` draws nothing worth looking at, in a few milliseconds: for load tests. */
  readonly pictures?: 'scenes' | 'plain' | undefined
}

export interface BytedanceSimulator {
  /** Its origin. The vendor's base URL is this and `/api/v3`. */
  readonly url: string
  readonly port: number
  /** Ends every call under way; their callers see the connection break. */
  close(): Promise<void>
  /** What the vendor would have billed so far; the same as `GET /simulator/stats`. */
  stats(): TallyReport
}

const BODY_BYTES_MAX = 64 * 1024 * 1024

/** Starts a simulator. Rejects when the port is taken. */
export async function startBytedanceSimulator(options: BytedanceSimulatorOptions): Promise<BytedanceSimulator> {
  const closing = new AbortController()
  const tally = new Tally()
  const outputs = new Outputs(options.pictures ?? 'scenes')
  const studio: Studio = { outputs, tally, latencyMs: options.latencyMs, urlTtlSeconds: options.urlTtlSeconds, signal: closing.signal }
  const server = createServer((request, response) => void handle({ studio, apiKey: options.apiKey, request, response }))
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, close: () => close(server, closing), stats: () => tally.report() }
}

async function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort()
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

interface Exchange {
  readonly studio: Studio
  readonly apiKey: string | undefined
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function handle(exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  const requestId = `02${Date.now()}${randomBytes(8).toString('hex')}`
  response.setHeader('x-request-id', requestId)
  try {
    const url = new URL(request.url ?? '/', 'http://simulator')
    if (request.method === 'POST' && url.pathname.endsWith('/images/generations')) await generate(exchange, requestId)
    else if (request.method === 'GET' && Outputs.isAddress(url.pathname)) await sendOutput(exchange, url)
    else if (request.method === 'GET' && url.pathname === '/simulator/stats') sendJson(response, JSON.stringify(exchange.studio.tally.report()))
    else throw new VendorRefusal(404, 'NotFound.Path', { message: 'There is nothing at this path' })
  } catch (error) {
    if (response.headersSent || exchange.studio.signal.aborted) response.destroy()
    else sendRefusal(response, error instanceof VendorRefusal ? error : internal(error), requestId)
  }
}

async function generate(exchange: Exchange, requestId: string): Promise<void> {
  const { studio, request, response } = exchange
  response.once('close', studio.tally.began())
  authenticate(exchange)
  const asked = readImageRequest(await readBody(request))
  const caller = identify(exchange, asked)
  const directives = directivesOf(asked, caller)
  if (directives.has('reset')) return void request.socket.resetAndDestroy()
  if (directives.has('hang') || directives.has('endless')) return // Until the caller gives up, or we close.
  refuseAtTheDoor(directives)
  const answering: Answering = { response, request: asked, requestId, origin: `http://${request.headers.host ?? 'localhost'}`, outputs: studio.outputs }
  const items = makeImages(studio, asked, caller)
  if (asked.stream) return answerStream(answering, items)
  deliver(exchange, directives, await answerWhole(answering, items))
}

/** By here the images are made and billed, whatever becomes of the answer. */
function deliver({ request, response }: Exchange, directives: Directives, answer: string): void {
  if (directives.has('lost-reply')) return void request.socket.destroy()
  sendJson(response, directives.has('bad-json') ? answer.slice(0, Math.floor(answer.length / 2)) : answer)
}

function authenticate({ request, apiKey }: Exchange): void {
  const given = /^Bearer\s+(\S.*)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given !== undefined && (apiKey === undefined || given === apiKey)) return
  throw new VendorRefusal(401, 'AuthenticationError', { message: 'The API key or AK/SK in the request is missing or invalid' })
}

function identify({ studio, request }: Exchange, { prompt }: ImageRequest): Caller {
  const named = header(request, 'x-simulator-request')
  const name = named ?? prompt
  const count = studio.tally.called(name)
  const told = Number(header(request, 'x-simulator-call'))
  return { request: name, callNumber: Number.isInteger(told) && told > 0 ? told : count, named: named !== undefined }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) throw new VendorRefusal(413, 'RequestTooLarge', { message: 'The request body is larger than 64 MB' })
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw badParameter('body', 'the body is not valid JSON')
  }
}

async function sendOutput({ studio, response }: Exchange, url: URL): Promise<void> {
  const fetched = await studio.outputs.fetch(url, Date.now())
  if (fetched.kind === 'picture') {
    response.writeHead(200, { 'content-type': fetched.contentType, 'content-length': fetched.bytes.length })
    return void response.end(fetched.bytes)
  }
  response.writeHead(403, { 'content-type': 'application/xml' })
  response.end(`<Error><Code>${fetched.kind === 'expired' ? 'AccessDenied' : 'SignatureDoesNotMatch'}</Code></Error>`)
}

function sendJson(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(body)
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function internal(cause: unknown): VendorRefusal {
  return new VendorRefusal(500, 'InternalServiceError', { message: `The simulator failed: ${cause instanceof Error ? cause.message : String(cause)}` })
}
