import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Clips } from '../clips/index.ts'
import {
  identify, lookAtPictures, openRuns, readBody, type RunCounts, type Runs, sendResult, SimulatedRefusal, Tally, type SimulatedVendor, type TallyReport, UnusablePicture, videoLatencyOf,
} from '../simulation/index.ts'
import { VEO_GEMINI_MODELS, VEO_MODELS } from './models.ts'
import { clipOf, interactionObject, operationObject, type VideoRun } from './simulator-answers.ts'
import { badField, badKey, internalError, refusal, refuseAtTheDoor, tooMany } from './simulator-refusals.ts'
import { type AskedVideo, readInteractionRequest, readOperationRequest, type VideoRequest } from './simulator-request.ts'

export interface GoogleSimulatorOptions {
  /** How long a video takes; 0 answers at once. Left out: about 40 s. */
  readonly latencyMs?: number | undefined
  /** The one key, and the one token, that is accepted. Left out: any. */
  readonly apiKey?: string | undefined
  /** `plain` encodes one clip for all: for load tests. */
  readonly pictures?: 'scenes' | 'plain' | undefined
  /** A file that keeps the videos over a restart, as a vendor would. Left out: they end with the process. */
  readonly tasksFile?: string | undefined
}

export interface GoogleSimulator extends SimulatedVendor {
  stats(): GoogleStats
}

export interface GoogleStats extends TallyReport {
  readonly videos: RunCounts
}

export const GOOGLE_PREFIX = '/google'
const BODY_BYTES_MAX = 64 * 1024 * 1024
const TOKEN_SECONDS = 3599

/**
 * Below `/google/v1beta` the Gemini API (interactions, operations, files), below `/google/vertex/v1` Vertex,
 * below `/google/storage/v1` its buckets; `/google/token` exchanges any statement for a token.
 */
export function googleSimulator(options: GoogleSimulatorOptions): GoogleSimulator {
  const tally = new Tally()
  const clips = new Clips()
  const plain = options.pictures === 'plain'
  const runs = openRuns<VideoRequest>({ tasksFile: options.tasksFile, clips, clipOf: (run) => clipOf(run, plain), tally })
  const studio: Studio = { tally, clips, runs, latencyMs: options.latencyMs, apiKey: options.apiKey, plain }
  return {
    prefix: GOOGLE_PREFIX,
    stats: () => ({ ...tally.report(), videos: runs.counts }),
    close: () => {
      runs.close()
      void clips.close()
    },
    handle: (request, response) => handle({ studio, request, response }),
  }
}

interface Studio {
  readonly tally: Tally
  readonly clips: Clips
  readonly runs: Runs<VideoRequest>
  readonly latencyMs: number | undefined
  readonly apiKey: string | undefined
  readonly plain: boolean
}

interface Exchange {
  readonly studio: Studio
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

type Route = readonly [method: string, path: RegExp, answer: (exchange: Exchange, parts: readonly string[]) => void | Promise<void>]

const ROUTES: readonly Route[] = [
  ['POST', /^\/v1beta\/interactions$/, (exchange) => beginInteraction(exchange)],
  ['GET', /^\/v1beta\/interactions\/([^/]+)$/, (exchange, [id]) => tell(exchange, id, tellInteraction)],
  ['POST', /^\/v1beta\/interactions\/([^/]+)\/cancel$/, (exchange, [id]) => cancelInteraction(exchange, id)],
  ['DELETE', /^\/v1beta\/interactions\/([^/]+)$/, (exchange, [id = '']) => removeInteraction(exchange, id)],
  ['POST', /^\/v1beta\/models\/([^/:]+):predictLongRunning$/, (exchange, [model]) => beginOperation(exchange, 'gemini', model, `models/${model}`)],
  ['GET', /^\/v1beta\/models\/([^/]+)\/operations\/([^/]+)$/, (exchange, [model, id]) => tell(exchange, id, (run) => tellOperation(exchange, run, 'gemini', `models/${model}`))],
  ['GET', /^\/v1beta\/files\/([^/:]+)$/, (exchange, [id]) => describeFile(exchange, id)],
  ['GET', /^\/v1beta\/files\/([^/:]+):download$/, (exchange, [id]) => redirectToBytes(exchange, id)],
  ['GET', /^\/v1beta\/bytes\/([^/]+)$/, (exchange, [id]) => sendVideo(exchange, id)],
  ['POST', /^\/vertex\/v1\/(projects\/.+\/models\/([^/:]+)):predictLongRunning$/, (exchange, [path, model]) => beginOperation(exchange, 'vertex', model, path)],
  ['POST', /^\/vertex\/v1\/(projects\/.+\/models\/[^/:]+):fetchPredictOperation$/, (exchange, [path]) => fetchOperation(exchange, path)],
  ['GET', /^\/storage\/v1\/b\/[^/]+\/o\/[^/]*?(op[0-9a-f]+)(?:%2F|\/)sample_0\.mp4$/, (exchange, [id]) => sendVideo(exchange, id)],
  ['POST', /^\/token$/, ({ response }) => sendJson(response, { access_token: 'simulated-token', expires_in: TOKEN_SECONDS, token_type: 'Bearer' })],
]

async function handle(exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  const path = new URL(`http://simulator${(request.url ?? '/').slice(GOOGLE_PREFIX.length)}`).pathname
  try {
    for (const [method, pattern, answer] of ROUTES) {
      const match = pattern.exec(path)
      if (match === null || request.method !== method) continue
      authenticate(exchange, path)
      return await answer(exchange, match.slice(1))
    }
    throw refusal(404, `There is nothing at ${path}`)
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    const { status, headers, body } = error instanceof SimulatedRefusal ? error : refusal(500, `The simulator failed: ${error instanceof Error ? error.message : String(error)}`)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}

/** A key on the Gemini API, a token elsewhere; addresses of bytes were signed by whoever gave them out. */
function authenticate({ studio, request }: Exchange, path: string): void {
  if (path === '/token' || path.startsWith('/v1beta/bytes/')) return
  if (path.startsWith('/v1beta/')) {
    const key = request.headers['x-goog-api-key']
    if (key === undefined) throw refusal(403, 'Method doesn\'t allow unregistered callers.')
    if (studio.apiKey !== undefined && key !== studio.apiKey) throw badKey()
    return
  }
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined || token === 'ended') throw refusal(401, 'Request had invalid authentication credentials.')
}

async function beginInteraction(exchange: Exchange): Promise<void> {
  const asked = readInteractionRequest(await readFields(exchange.request))
  await begin(exchange, asked, `int_${randomBytes(12).toString('hex')}`, (run) => tellInteraction(run, exchange))
}

async function beginOperation(exchange: Exchange, host: 'gemini' | 'vertex', model = '', path = ''): Promise<void> {
  const asked = readOperationRequest(model, await readFields(exchange.request), host, host === 'vertex' ? VEO_MODELS : VEO_GEMINI_MODELS)
  const id = `op${randomBytes(12).toString('hex')}`
  await begin(exchange, asked, id, () => Promise.resolve({ name: `${path}/operations/${id}` }))
}

async function begin({ studio, request, response }: Exchange, { asked, pictures }: AskedVideo, id: string, tellOf: (run: VideoRun) => Promise<unknown>): Promise<void> {
  const caller = identify(request, asked.prompt, studio.tally)
  const { directives, seed } = caller
  if (directives.has('reset')) return void request.socket.resetAndDestroy()
  if (directives.has('hang')) return // Until the caller gives up, or we close.
  refuseAtTheDoor(directives)
  const tint = await lookAtPictures(pictures, RULES).catch(refusePicture)
  const takesMs = directives.delayMs ?? videoLatencyOf(seed, studio.latencyMs)
  const answer = await tellOf(studio.runs.start({ id, caller, asked: tint === undefined ? asked : { ...asked, tint }, takesMs }))
  if (directives.has('lost-reply')) return void request.socket.destroy()
  sendJson(response, answer, directives.has('bad-json'))
}

/** The vendor's documents name no more than the length of a whole request. */
const RULES = { bytesMax: 20_000_000, pixelsMax: Infinity, sideMin: 1, sideMax: Infinity, ratioMax: Infinity }

function refusePicture(error: unknown): never {
  throw error instanceof UnusablePicture ? badField('image', `Unable to process input image: ${error.message}.`) : error
}

/** One question after a run, with the faults that were asked for. */
async function tell(exchange: Exchange, id: string | undefined, tellOf: (run: VideoRun, exchange: Exchange) => Promise<unknown>): Promise<void> {
  const run = exchange.studio.runs.ask(id ?? '')
  if (run === undefined) throw refusal(404, 'Requested entity was not found.')
  const { hasAt } = run.caller.directives
  if (hasAt('poll-429', run.polls)) throw tooMany()
  if (hasAt('poll-500', run.polls)) throw internalError()
  sendJson(exchange.response, await tellOf(run, exchange), hasAt('poll-bad-json', run.polls))
}

async function tellInteraction(run: VideoRun, exchange: Exchange): Promise<unknown> {
  if (run.end !== 'succeeded') return interactionObject(run, null)
  if (run.asked.delivery === 'inline') return interactionObject(run, { data: (await bytesOf(exchange, run)).toString('base64') })
  return interactionObject(run, { uri: `${originOf(exchange)}${GOOGLE_PREFIX}/v1beta/files/${run.id}` })
}

async function tellOperation(exchange: Exchange, run: VideoRun, host: 'gemini' | 'vertex', path: string): Promise<unknown> {
  const name = `${path}/operations/${run.id}`
  if (run.end !== 'succeeded') return operationObject(name, run, host, null)
  const { delivery } = run.asked
  if (delivery === 'inline') return operationObject(name, run, host, { bytesBase64Encoded: (await bytesOf(exchange, run)).toString('base64') })
  if (delivery === 'uri') return operationObject(name, run, host, { uri: `${originOf(exchange)}${GOOGLE_PREFIX}/v1beta/files/${run.id}:download?alt=media` })
  return operationObject(name, run, host, { gcsUri: `${delivery.bucket}/${run.id}/sample_0.mp4` })
}

async function fetchOperation(exchange: Exchange, path = ''): Promise<void> {
  const { operationName } = await readFields(exchange.request)
  const id = /\/operations\/([^/]+)$/.exec(String(operationName))?.[1]
  await tell(exchange, id, (run) => tellOperation(exchange, run, 'vertex', path))
}

async function cancelInteraction(exchange: Exchange, id = ''): Promise<void> {
  const run = exchange.studio.runs.find(id)
  if (run === undefined) throw refusal(404, 'Requested entity was not found.')
  if (!exchange.studio.runs.cancel(run)) throw refusal(400, 'The interaction has ended.')
  sendJson(exchange.response, await tellInteraction(run, exchange))
}

function removeInteraction({ studio, response }: Exchange, id: string): void {
  studio.runs.remove(id)
  sendJson(response, {})
}

function describeFile(exchange: Exchange, id: string | undefined): void {
  const run = madeRun(exchange, id)
  if (run.caller.directives.has('expired-url')) throw refusal(404, 'The file has expired.')
  sendJson(exchange.response, { name: `files/${run.id}`, mimeType: 'video/mp4', state: 'ACTIVE', downloadUri: `${originOf(exchange)}${GOOGLE_PREFIX}/v1beta/files/${run.id}:download?alt=media` })
}

function redirectToBytes(exchange: Exchange, id: string | undefined): void {
  exchange.response.writeHead(302, { location: `${GOOGLE_PREFIX}/v1beta/bytes/${madeRun(exchange, id).id}` }).end()
}

async function sendVideo(exchange: Exchange, id: string | undefined): Promise<void> {
  const run = madeRun(exchange, id)
  await sendResult(exchange.response, run.caller.directives, async () => ({ contentType: 'video/mp4', bytes: await bytesOf(exchange, run) }))
}

function madeRun({ studio }: Exchange, id = ''): VideoRun {
  const run = studio.runs.find(id)
  if (run?.end !== 'succeeded') throw refusal(404, 'Requested entity was not found.')
  return run
}

function bytesOf({ studio }: Exchange, run: VideoRun): Promise<Buffer> {
  return studio.clips.render(clipOf(run, studio.plain))
}

async function readFields(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await readBody(request, BODY_BYTES_MAX)
  if (body === null) throw refusal(413, 'Request payload size exceeds the limit.')
  try {
    const value: unknown = JSON.parse(body.toString())
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // As what is no object.
  }
  throw refusal(400, 'Invalid JSON payload received.')
}

function originOf({ request }: Exchange): string {
  return `http://${request.headers.host ?? 'localhost'}`
}

function sendJson(response: ServerResponse, value: unknown, cut = false): void {
  const text = JSON.stringify(value)
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(cut ? text.slice(0, Math.floor(text.length / 2)) : text)
}
