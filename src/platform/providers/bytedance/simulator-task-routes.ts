import type { IncomingMessage, ServerResponse } from 'node:http'
import { identify, type Tally } from '../simulation/index.ts'
import { refuseAtTheDoor } from './simulator-generation.ts'
import { VendorRefusal } from './simulator-refusals.ts'
import { taskBody, type TaskView } from './simulator-task-body.ts'
import type { Task, Tasks } from './simulator-tasks.ts'
import { readVideoRequest } from './simulator-video-request.ts'

export interface TaskDesk {
  readonly tasks: Tasks
  readonly tally: Tally
  readonly view: TaskView
}

export interface TaskExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The request's body, read and parsed, for POST. */
  readonly body: unknown
}

const PAGE_SIZE = 20
const PAGE_SIZE_MAX = 500
const PAGES_MAX = 500

/** `tint` is the colour of the pictures it is made from. */
export function submitTask({ tasks, tally }: TaskDesk, { request, response, body }: TaskExchange, tint: string | undefined): void {
  const asked = { ...readVideoRequest(body), ...(tint === undefined ? {} : { tint }) }
  const caller = identify(request, asked.prompt, tally)
  const { directives } = caller
  if (directives.has('reset')) return void request.socket.resetAndDestroy()
  if (directives.has('hang')) return // Until the caller gives up, or we close.
  refuseAtTheDoor(directives)
  const { id } = tasks.submit({ asked, caller, origin: `http://${request.headers.host ?? 'localhost'}` })
  if (directives.has('lost-reply')) return void request.socket.destroy()
  const answer = JSON.stringify({ id })
  sendJson(response, directives.has('bad-json') ? answer.slice(0, Math.floor(answer.length / 2)) : answer)
}

export function showTask({ tasks, view }: TaskDesk, { response }: TaskExchange, id: string): void {
  const task = known(tasks, id)
  task.polls += 1
  const { directives } = task.caller
  if (directives.hasAt('poll-429', task.polls)) {
    throw new VendorRefusal(429, 'AccountRateLimitExceeded', { message: 'Too many questions a second', retryAfterSeconds: 1 })
  }
  if (directives.hasAt('poll-500', task.polls)) throw new VendorRefusal(500, 'InternalServiceError', { message: 'The service met an internal error' })
  const answer = JSON.stringify(taskBody(task, view))
  sendJson(response, directives.hasAt('poll-bad-json', task.polls) ? answer.slice(0, Math.floor(answer.length / 2)) : answer)
}

export function listTasks({ tasks, view }: TaskDesk, { response }: TaskExchange, query: URLSearchParams): void {
  const [page, size] = [count(query, 'page_num', 1, PAGES_MAX), count(query, 'page_size', PAGE_SIZE, PAGE_SIZE_MAX)]
  const ids = query.getAll('filter.task_ids')
  const fitting = tasks.list().filter((task) => (ids.length === 0 || ids.includes(task.id)) && fits(task, query) && !task.caller.directives.has('task-lost'))
  const items = fitting.slice((page - 1) * size, page * size).map((task) => taskBody(task, view))
  sendJson(response, JSON.stringify({ total: fitting.length, items }))
}

/** What a refusal looks like is not documented; 409 is our guess, and nothing may depend on it. */
export function removeTask({ tasks }: TaskDesk, { response }: TaskExchange, id: string): void {
  const task = known(tasks, id)
  const { state } = task
  if (!tasks.remove(task)) throw new VendorRefusal(409, 'InvalidAction.TaskState', { message: `A task that is ${state} cannot be cancelled or deleted` })
  sendJson(response, '{}')
}

function known(tasks: Tasks, id: string): Task {
  const task = tasks.find(id)
  if (task === undefined) throw new VendorRefusal(404, 'NotFound.Task', { message: 'The task does not exist' })
  return task
}

function fits({ asked, state }: Task, query: URLSearchParams): boolean {
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value) === value
  return wanted('filter.status', state) && wanted('filter.model', asked.model) && wanted('filter.service_tier', 'default')
}

function count(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const value = Number(query.get(name) ?? fallback)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new VendorRefusal(400, 'InvalidParameter', { message: `${name} is not a whole number from 1 to ${max}`, param: name })
}

function sendJson(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}
