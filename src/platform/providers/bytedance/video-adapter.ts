import { setTimeout as delay } from 'node:timers/promises'
import { refuseVideo, type Refusal, type VideoModel } from '../capabilities.ts'
import type {
  CallbackMessage, CallbackHint, CallOptions, CancelOutcome, FetchedOutput, Reconciliation, SubmitReference, VideoCall, VideoPart, VideoProvider, VideoResult,
  VideoSubmission, VideoTask,
} from '../port.ts'
import { VIDEO_BYTES_MAX, type Answer } from '../transport/index.ts'
import { badResponse, parseJson, tryParseJson, vendorFailure } from '../vendor-failure.ts'
import { BytedanceConnection, readRefusal, requestIdOf, type BytedanceSettings } from './connection.ts'
import { VIDEO_MODELS } from './models.ts'
import { refuseBefore } from './refuse.ts'
import { ErrorReply, SubmittedReply, TaskListReply, TaskReply } from './replies.ts'
import { toVideoBody } from './video-body.ts'
import { endsBefore, findSubmit, SETTLED_AFTER_MS } from './video-reconcile.ts'
import { goneTask, readCallback, toTask, toTaskOrNull } from './video-tasks.ts'

const TASKS = '/contents/generations/tasks'
/** Submitting only queues; a data URL of 30 MB takes its time on the way. */
const SUBMIT_TIMEOUT_MS = 2 * 60_000
const QUESTION_TIMEOUT_MS = 30_000
const PAGE_SIZE = 500
const PAGES_MAX = 10
/** The vendor allows one list a second. */
const BETWEEN_PAGES_MS = 1_100
/** So that an address with all of them stays within what proxies take. */
const TOGETHER_MAX = 50
const ASK_AGAIN_SECONDS = 15

/** Seedance over `{base}/contents/generations/tasks`. */
export class BytedanceVideos implements VideoProvider {
  readonly name = 'bytedance'
  readonly simulated: boolean
  readonly #connection: BytedanceConnection
  readonly #timeoutMs: number | undefined

  constructor(settings: BytedanceSettings) {
    this.simulated = settings.simulated
    this.#connection = new BytedanceConnection(settings)
    this.#timeoutMs = settings.timeoutMs
  }

  async submit(call: VideoCall, { signal }: CallOptions): Promise<VideoSubmission> {
    const { negativePrompt, framesPerSecond } = call
    refuseBefore(call.providerModel, {
      models: VIDEO_MODELS,
      refuse: (model) => refuseVideo(model, call) ?? refuseFrameRatio(model, call),
      unsayable: { negativePrompt, framesPerSecond },
    })
    const timeoutMs = this.#timeoutMs ?? SUBMIT_TIMEOUT_MS
    const answer = await this.#connection.ask({ method: 'POST', path: TASKS, body: toVideoBody(call), told: call, timeoutMs, signal, repeatable: false })
    if (answer.status !== 200) throw readRefusal(answer)
    const reply = SubmittedReply.safeParse(parseJson(answer.text))
    if (!reply.success) throw badResponse('the answer names no task', reply.error)
    return { kind: 'task', taskId: reply.data.id, providerStatus: 'queued', requestId: requestIdOf(answer) }
  }

  async poll(taskId: string, options: CallOptions): Promise<VideoTask> {
    const answer = await this.#ask('GET', pathOf(taskId), options)
    if (isUnknownTask(answer)) return goneTask(taskId)
    if (answer.status !== 200) throw readRefusal(answer)
    return toTask(readTask(answer), requestIdOf(answer))
  }

  /** One question of the few that the vendor allows a second, for up to fifty tasks. */
  async pollMany(taskIds: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, VideoTask>> {
    const found = new Map<string, VideoTask>()
    for (let from = 0; from < taskIds.length; from += TOGETHER_MAX) {
      const wanted = taskIds.slice(from, from + TOGETHER_MAX)
      const { tasks, answer } = await this.#list([...wanted.map((id): [string, string] => ['filter.task_ids', id]), ['page_size', String(TOGETHER_MAX)]], options)
      for (const task of tasks) {
        const told = wanted.includes(task.id) ? toTaskOrNull(task, requestIdOf(answer)) : null
        if (told !== null) found.set(task.id, told)
      }
    }
    return found
  }

  /** Looks first: for a task that has ended the same request means "delete", and its result would be lost. */
  async cancel(taskId: string, options: CallOptions): Promise<CancelOutcome> {
    const { state } = await this.poll(taskId, options)
    if (state === 'cancelled') return 'cancelled'
    if (state !== 'queued') return 'too_late'
    const answer = await this.#ask('DELETE', pathOf(taskId), options)
    if (answer.status === 200 || answer.status === 204) return 'cancelled'
    // Which refusal says that it has started meanwhile is not documented; none of these says that it was stopped.
    if ([400, 404, 409].includes(answer.status)) return 'too_late'
    throw readRefusal(answer)
  }

  async reconcile(submit: SubmitReference, options: CallOptions): Promise<Reconciliation> {
    const { tasks, complete, answer, clockAheadMs } = await this.#listAround(submit, options)
    const found = findSubmit(tasks, submit, clockAheadMs)
    if (found === 'several') return { kind: 'cannot_be_asked' }
    if (found !== null) return { kind: 'found', task: toTask(found, requestIdOf(answer)) }
    // More tasks than can be looked through: that it is not among these proves nothing.
    if (!complete) return { kind: 'cannot_be_asked' }
    const waitedMs = Date.now() - Date.parse(submit.submittedAt)
    return waitedMs < SETTLED_AFTER_MS ? { kind: 'ask_later', afterSeconds: ASK_AGAIN_SECONDS } : { kind: 'never_arrived' }
  }

  async fetchOutput(result: VideoResult, part: VideoPart, { signal }: CallOptions): Promise<FetchedOutput> {
    const address = part === 'video' ? result.url : result.posterUrl
    if (address === null) throw vendorFailure('output_gone', 'the vendor made no poster')
    return this.#connection.open(address, { signal, ...(part === 'video' ? { bytesMax: VIDEO_BYTES_MAX } : {}) })
  }

  readCallback(message: CallbackMessage): CallbackHint | null {
    return readCallback(message)
  }

  /** Pages through the model's tasks until they are older than the submit, or there are no more. */
  async #listAround(submit: SubmitReference, options: CallOptions): Promise<Listing> {
    const filters: [string, string][] = submit.providerModel.startsWith('ep-') ? [] : [['filter.model', submit.providerModel]]
    const tasks: TaskReply[] = []
    for (let page = 1; ; page += 1) {
      const listed = await this.#list([...filters, ['page_num', String(page)], ['page_size', String(PAGE_SIZE)]], options)
      tasks.push(...listed.tasks)
      const clockAheadMs = clockAheadOf(listed.answer)
      const complete = listed.tasks.length < PAGE_SIZE || endsBefore(listed.tasks, submit, clockAheadMs)
      if (complete || page >= PAGES_MAX) return { tasks, complete, answer: listed.answer, clockAheadMs }
      await delay(BETWEEN_PAGES_MS, undefined, options)
    }
  }

  #ask(method: 'GET' | 'DELETE', path: string, { signal }: CallOptions): Promise<Answer> {
    return this.#connection.ask({ method, path, timeoutMs: this.#timeoutMs ?? QUESTION_TIMEOUT_MS, signal, repeatable: true })
  }

  async #list(query: [string, string][], options: CallOptions): Promise<{ tasks: TaskReply[]; answer: Answer }> {
    const answer = await this.#ask('GET', `${TASKS}?${new URLSearchParams(query).toString()}`, options)
    if (answer.status !== 200) throw readRefusal(answer)
    const reply = TaskListReply.safeParse(parseJson(answer.text))
    if (!reply.success) throw badResponse('the list of tasks is not of the documented shape', reply.error)
    return { tasks: reply.data.items ?? [], answer }
  }
}

interface Listing {
  readonly tasks: readonly TaskReply[]
  /** False when there are tasks of that time which were not listed. */
  readonly complete: boolean
  readonly answer: Answer
  readonly clockAheadMs: number
}

/** With a first frame 2.5 takes its ratio from it, and fails minutes later when told another one. */
function refuseFrameRatio(model: VideoModel, { firstFrame, ratio }: VideoCall): Refusal | null {
  if (!model.id.startsWith('dreamina-seedance-2-5') || firstFrame === undefined || ratio === undefined || ratio === 'adaptive') return null
  return { field: 'ratio', message: 'With a first frame this model takes its ratio from it.' }
}

function pathOf(taskId: string): string {
  return `${TASKS}/${encodeURIComponent(taskId)}`
}

/** Only the vendor's own words count: a proxy's 404 must not make every task look lost. */
function isUnknownTask({ status, text }: Answer): boolean {
  return status === 404 && ErrorReply.safeParse(tryParseJson(text)).data?.error.code != null
}

function readTask(answer: Answer): TaskReply {
  const reply = TaskReply.safeParse(parseJson(answer.text))
  if (!reply.success) throw badResponse('the answer is not a task of the documented shape', reply.error)
  return reply.data
}

/** How far the vendor's clock is ahead of ours, as its answer tells. */
function clockAheadOf({ headers }: Answer): number {
  const ahead = Date.parse(headers.date ?? '') - Date.now()
  return Number.isNaN(ahead) ? 0 : ahead
}
