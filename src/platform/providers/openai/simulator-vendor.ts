import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Clips } from '../clips/index.ts'
import { identify, openRuns, PictureDesk, type Run, type RunCounts, type Runs, sendResult, SimulatedRefusal, Tally, type SimulatedVendor, type TallyReport, videoLatencyOf } from '../simulation/index.ts'
import type { ListedModel } from '../port.ts'
import { IMAGE_MODELS, VIDEO_MODELS } from './models.ts'
import { makeImages, type Studio, tintOf } from './simulator-images.ts'
import { refuseAtTheDoor, refusal } from './simulator-refusals.ts'
import { readFields, readImageRequest } from './simulator-request.ts'
import { clipOf, contentOf, readVideoRequest, startVideo, videoObject, type VideoRequest } from './simulator-videos.ts'

export interface OpenaiSimulatorOptions {
  /** How long an image or a video takes; 0 answers at once. Left out: a vendor's spread. */
  readonly latencyMs?: number | undefined
  /** The one key that is accepted. Left out: any. */
  readonly apiKey?: string | undefined
  /** Its list of models with the day on which each ends, read anew for each question. Left out: those that its adapter knows. */
  readonly listed?: (() => readonly ListedModel[]) | undefined
  /** `plain` draws nothing worth looking at, in a few milliseconds: for load tests. */
  readonly pictures?: 'scenes' | 'plain' | undefined
  /** A file that keeps the videos over a restart, as a vendor would. Left out: they end with the process. */
  readonly tasksFile?: string | undefined
}

export interface OpenaiSimulator extends SimulatedVendor {
  stats(): OpenaiStats
}

export interface OpenaiStats extends TallyReport {
  readonly videos: RunCounts
}

export const OPENAI_PREFIX = '/openai'

/** The vendor's protocol below `/openai/v1`. */
export function openaiSimulator(options: OpenaiSimulatorOptions): OpenaiSimulator {
  const closing = new AbortController()
  const tally = new Tally()
  const clips = new Clips()
  const plain = options.pictures === 'plain'
  const runs = openRuns<VideoRequest>({ tasksFile: options.tasksFile, clips, clipOf: (run) => clipOf(run, plain), tally })
  const studio: Studio = { desk: new PictureDesk(options.pictures ?? 'scenes'), tally, latencyMs: options.latencyMs, signal: closing.signal }
  return {
    prefix: OPENAI_PREFIX,
    stats: () => ({ ...tally.report(), videos: runs.counts }),
    close: () => {
      closing.abort()
      runs.close()
      void clips.close()
    },
    handle: (request, response) => handle({ studio, runs, clips, plain, apiKey: options.apiKey, listed: options.listed ?? listKnown, request, response }),
  }
}

interface Exchange {
  readonly studio: Studio
  readonly runs: Runs<VideoRequest>
  readonly clips: Clips
  readonly plain: boolean
  readonly apiKey: string | undefined
  readonly listed: () => readonly ListedModel[]
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function handle(exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  response.setHeader('x-request-id', `req_${randomBytes(16).toString('hex')}`)
  try {
    authenticate(exchange)
    await route(exchange, new URL(`http://simulator${(request.url ?? '/').slice(OPENAI_PREFIX.length)}`))
  } catch (error) {
    if (response.headersSent || exchange.studio.signal.aborted) response.destroy()
    else sendRefusal(response, error instanceof SimulatedRefusal ? error : internal(error))
  }
}

async function route(exchange: Exchange, { pathname, searchParams }: URL): Promise<void> {
  const { request, response } = exchange
  const call = `${request.method} ${pathname.replace(/^(\/v1\/videos)\/[^/]+/, '$1/:id')}`
  const id = /^\/v1\/videos\/([^/]+)/.exec(pathname)?.[1] ?? ''
  if (call === 'POST /v1/images/generations') return answerImages(exchange, 'generations')
  if (call === 'POST /v1/images/edits') return answerImages(exchange, 'edits')
  if (call === 'GET /v1/models') return sendJson(response, JSON.stringify(modelList(exchange.listed())))
  if (call === 'POST /v1/videos') {
    const fields = await readFields(request)
    return beginVideo(exchange, { ...readVideoRequest(fields), ...(await tintOf(fields.files)) })
  }
  if (call === 'POST /v1/videos/:id/remix') return remix(exchange, findRun(exchange, id))
  if (call === 'GET /v1/videos') return listVideos(exchange, searchParams)
  if (call === 'GET /v1/videos/:id') return tellVideo(exchange, id)
  if (call === 'DELETE /v1/videos/:id') return removeVideo(exchange, findRun(exchange, id))
  if (call === 'GET /v1/videos/:id/content') return sendContent(exchange, findRun(exchange, id), searchParams.get('variant') ?? 'video')
  throw refusal(404, { code: null, message: `Invalid URL (${request.method} ${pathname})` })
}

function beginVideo({ studio, runs, request, response }: Exchange, asked: VideoRequest): void {
  const caller = identify(request, asked.prompt, studio.tally)
  const { directives, seed } = caller
  if (directives.has('reset')) return void request.socket.resetAndDestroy()
  if (directives.has('hang')) return // Until the caller gives up, or we close.
  refuseAtTheDoor(directives)
  const takesMs = directives.delayMs ?? videoLatencyOf(seed, studio.latencyMs)
  const answer = JSON.stringify(videoObject(startVideo(runs, asked, caller, takesMs)))
  if (directives.has('lost-reply')) return void request.socket.destroy()
  sendJson(response, directives.has('bad-json') ? answer.slice(0, Math.floor(answer.length / 2)) : answer)
}

async function remix(exchange: Exchange, run: Run<VideoRequest>): Promise<void> {
  const { values } = await readFields(exchange.request)
  const fields = { values: { model: run.asked.model, seconds: String(run.asked.seconds), size: run.asked.size, ...values }, files: [] }
  beginVideo(exchange, { ...readVideoRequest(fields), remixOf: run.id })
}

function tellVideo({ runs, response }: Exchange, id: string): void {
  const run = runs.ask(id)
  if (run === undefined) throw noSuchVideo(id)
  const strikes = (fault: 'poll-429' | 'poll-500' | 'poll-bad-json'): boolean => run.caller.directives.hasAt(fault, run.polls)
  if (strikes('poll-429')) throw refusal(429, { code: 'rate_limit_exceeded', message: 'Rate limit reached for requests.', type: 'requests' }, { 'retry-after': '1' })
  if (strikes('poll-500')) throw refusal(500, { code: 'server_error', message: 'The server had an internal error while processing your request.' })
  const answer = JSON.stringify(videoObject(run))
  sendJson(response, strikes('poll-bad-json') ? answer.slice(0, Math.floor(answer.length / 2)) : answer)
}

function listVideos({ runs, response }: Exchange, query: URLSearchParams): void {
  const all = query.get('order') === 'asc' ? runs.list().toReversed() : runs.list()
  const after = query.get('after')
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  const page = all.slice(from, from + Math.min(Math.max(Number(query.get('limit') ?? 20), 1), 100))
  const more = from + page.length < all.length
  sendJson(response, JSON.stringify({ object: 'list', data: page.map(videoObject), first_id: page[0]?.id ?? null, last_id: page.at(-1)?.id ?? null, has_more: more }))
}

function removeVideo({ runs, response }: Exchange, run: Run<VideoRequest>): void {
  runs.remove(run.id)
  sendJson(response, JSON.stringify({ id: run.id, object: 'video.deleted', deleted: true }))
}

async function sendContent({ clips, plain, response }: Exchange, run: Run<VideoRequest>, variant: string): Promise<void> {
  if (run.end !== 'succeeded') throw refusal(404, { code: null, message: 'The video is not ready yet.' })
  await sendResult(response, run.caller.directives, () => contentOf(clips, run, variant, plain))
}

function findRun({ runs }: Exchange, id: string): Run<VideoRequest> {
  const run = runs.find(id)
  if (run === undefined) throw noSuchVideo(id)
  return run
}

function noSuchVideo(id: string): SimulatedRefusal {
  return refusal(404, { code: null, message: `Video with id '${id}' not found.`, param: 'video_id' })
}

async function answerImages({ studio, request, response }: Exchange, kind: 'generations' | 'edits'): Promise<void> {
  const asked = readImageRequest(await readFields(request), kind)
  response.once('close', studio.tally.began())
  const caller = identify(request, asked.prompt, studio.tally)
  const { directives } = caller
  if (directives.has('reset')) return void request.socket.resetAndDestroy()
  if (directives.has('hang') || directives.has('endless')) return // Until the caller gives up, or we close.
  refuseAtTheDoor(directives)
  const answer = await makeImages(studio, asked, caller)
  if (directives.has('lost-reply')) return void request.socket.destroy()
  announceEnd(response, directives.has('sunset') ? endOfNextMonth() : asked.model.shutdownAt)
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

/** The same for a whole month: what is announced twice is the same announcement. */
function endOfNextMonth(): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1)).toISOString()
}

function listKnown(): readonly ListedModel[] {
  return [...IMAGE_MODELS, ...VIDEO_MODELS].flatMap(({ id, aliases, shutdownAt }) => [id, ...(aliases ?? [])].map((each) => ({ id: each, shutdownAt })))
}

function modelList(models: readonly ListedModel[]): unknown {
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
