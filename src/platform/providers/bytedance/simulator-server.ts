import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Journal, readBody as readBytes, sendFlawed, serveVendors, Tally, type Directives, type SimulatedVendor, type SimulatorServer, type TallyReport } from '../simulation/index.ts'
import { answerStream, answerWhole, sendRefusal, type Answering } from './simulator-answers.ts'
import { postCallback } from './simulator-callbacks.ts'
import { colourOfFrames, colourOfReferences } from './simulator-looks.ts'
import { badParameter, VendorRefusal } from './simulator-refusals.ts'
import { directivesOf, makeImages, refuseAtTheDoor, type Caller, type Studio } from './simulator-generation.ts'
import { readImageRequest, type ImageRequest } from './simulator-request.ts'
import { Outputs } from './simulator-outputs.ts'
import { clipOf, taskBody, type TaskView } from './simulator-task-body.ts'
import { listTasks, removeTask, showTask, submitTask, type TaskDesk } from './simulator-task-routes.ts'
import { Tasks, type Task } from './simulator-tasks.ts'

export interface BytedanceSimulatorOptions {
  /** How long an image or a video takes; 0 answers at once. Left out: 6 to 8 s an image, 34 to 46 s a video. */
  readonly latencyMs?: number | undefined
  readonly urlTtlSeconds: number
  /** The one key that is accepted. Left out: any. */
  readonly apiKey?: string | undefined
  /** `plain` draws nothing worth looking at, in a few milliseconds: for load tests. */
  readonly pictures?: 'scenes' | 'plain' | undefined
  /** How many videos are made at once; others wait. Left out: no limit. */
  readonly videosAtOnceMax?: number | undefined
  /** How many videos may wait; beyond that 429. Left out: no limit. */
  readonly videosQueuedMax?: number | undefined
  /** A file that keeps the tasks over a restart, as a vendor would. Left out: they end with the process. */
  readonly tasksFile?: string | undefined
  /** How much too late the fault `late-callback` is. Left out: a minute. */
  readonly lateCallbackMs?: number | undefined
}

export interface BytedanceStats extends TallyReport {
  readonly videos: { readonly submitted: number; readonly running: number; readonly runningMost: number; readonly queued: number }
}

export interface BytedanceVendor extends SimulatedVendor {
  /** What the vendor would have billed so far, and what it has under way. */
  stats(): BytedanceStats
}

/** The simulator on a port of its own. The vendor's base URL is its origin and `/api/v3`. */
export interface BytedanceSimulator extends SimulatorServer {
  stats(): BytedanceStats
}

const BODY_BYTES_MAX = 64 * 1024 * 1024
const LATE_CALLBACK_MS = 60_000

/** Starts a simulator. Rejects when the port is taken. */
export async function startBytedanceSimulator({ host, port, ...options }: BytedanceSimulatorOptions & { host: string; port: number }): Promise<BytedanceSimulator> {
  const vendor = bytedanceSimulator(options)
  return { ...(await serveVendors([vendor], { host, port })), stats: () => vendor.stats() }
}

/** The vendor's protocol below `/api/v3`, and its results below `/simulator/outputs`. */
export function bytedanceSimulator(options: BytedanceSimulatorOptions): BytedanceVendor {
  const closing = new AbortController()
  const tally = new Tally()
  const plain = options.pictures === 'plain'
  const outputs = new Outputs(plain ? 'plain' : 'scenes')
  const studio: Studio = { outputs, plain, tally, latencyMs: options.latencyMs, urlTtlSeconds: options.urlTtlSeconds, signal: closing.signal }
  const desk = openTaskDesk(studio, options)
  return {
    prefix: '',
    handle: (request, response) => handle({ studio, desk, apiKey: options.apiKey, request, response }),
    stats: () => ({ ...tally.report(), videos: { submitted: desk.submitted(), ...desk.tasks.underWay } }),
    close: () => {
      closing.abort()
      desk.tasks.close()
      void outputs.close()
    },
  }
}

function openTaskDesk(studio: Studio, options: BytedanceSimulatorOptions): TaskDesk & { submitted(): number } {
  const { outputs, plain, tally, signal } = studio
  const view: TaskView = { outputs, plain, urlTtlSeconds: options.urlTtlSeconds }
  let submitted = 0
  /** The callbacks of a task go out one after the other, in the order of its states. */
  const told = new WeakMap<Task, Promise<void>>()
  const onChange = (task: Task): void => {
    if (task.state === 'queued') submitted += 1
    // What takes its time is encoded meanwhile; at no latency, when it is fetched.
    if (task.state === 'running' && options.latencyMs !== 0) void outputs.render(clipOf(task, 'video', plain)).catch(() => undefined)
    if (task.state === 'succeeded') tally.billedVideo(task.caller.request)
    const body = taskBody(task, view)
    const lateMs = options.lateCallbackMs ?? LATE_CALLBACK_MS
    told.set(task, (told.get(task) ?? Promise.resolve()).then(() => postCallback(task, body, { signal, lateMs })).catch(() => undefined))
  }
  const { videosAtOnceMax = Infinity, videosQueuedMax = Infinity } = options
  const journal = options.tasksFile === undefined ? null : new Journal<Task>(options.tasksFile)
  const tasks = new Tasks({ latencyMs: options.latencyMs, journal, runningMax: videosAtOnceMax, queuedMax: videosQueuedMax, onChange })
  return { tasks, tally, view, submitted: () => submitted }
}

interface Exchange {
  readonly studio: Studio
  readonly desk: TaskDesk
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
    const task = /\/contents\/generations\/tasks(?:\/([^/]+))?$/.exec(url.pathname)
    if (request.method === 'POST' && url.pathname.endsWith('/images/generations')) await generate(exchange, requestId)
    else if (task !== null) await answerTask(exchange, url, task[1])
    else if (request.method === 'GET' && Outputs.isAddress(url.pathname)) await sendOutput(exchange, url)
    else throw new VendorRefusal(404, 'NotFound.Path', { message: 'There is nothing at this path' })
  } catch (error) {
    if (response.headersSent || exchange.studio.signal.aborted) response.destroy()
    else sendRefusal(response, error instanceof VendorRefusal ? error : internal(error), requestId)
  }
}

async function answerTask(exchange: Exchange, url: URL, id: string | undefined): Promise<void> {
  authenticate(exchange)
  const { desk, request, response } = exchange
  const body = request.method === 'POST' ? await readBody(request) : null
  const asked = { request, response, body }
  if (request.method === 'POST' && id === undefined) submitTask(desk, asked, await colourOfFrames(body))
  else if (request.method === 'GET' && id === undefined) listTasks(desk, asked, url.searchParams)
  else if (request.method === 'GET' && id !== undefined) showTask(desk, asked, id)
  else if (request.method === 'DELETE' && id !== undefined) removeTask(desk, asked, id)
  else throw new VendorRefusal(405, 'MethodNotAllowed', { message: 'There is no such method here' })
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
  const tint = await colourOfReferences(asked.references)
  const answering: Answering = { response, request: asked, requestId, origin: `http://${request.headers.host ?? 'localhost'}`, outputs: studio.outputs }
  const items = makeImages(studio, { ...asked, tint }, caller)
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
  return { request: name, callNumber: Number.isInteger(told) && told > 0 ? told : count, named: named !== undefined, faults: header(request, 'x-fault') ?? '' }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request, BODY_BYTES_MAX)
  if (bytes === null) throw new VendorRefusal(413, 'RequestTooLarge', { message: 'The request body is larger than 64 MB' })
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw badParameter('body', 'the body is not valid JSON')
  }
}

async function sendOutput({ studio, response }: Exchange, url: URL): Promise<void> {
  const fetched = await studio.outputs.fetch(url, Date.now())
  if (fetched.kind === 'flawed') return sendFlawed(response, fetched.flaw, fetched.contentType)
  if (fetched.kind === 'output') {
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
