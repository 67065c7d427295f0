import {
  toFailureRecord, type CallOptions, type CancelOutcome, type FailureRecord, type FetchedOutput, type ListedModel, type Reconciliation, type VideoCall, type VideoPart, type VideoProvider, type VideoResult,
  type VideoSubmission, type VideoTask,
} from '../port.ts'
import { openOutput, toldToWaitSeconds, VIDEO_BYTES_MAX, type Answer } from '../transport/index.ts'
import { badResponse, parseJson, vendorFailure } from '../vendor-failure.ts'
import { OpenaiConnection, requestIdOf, type Asked } from './connection.ts'
import { isUnknownThere, reasonOfTask } from './failures.ts'
import { VideoList, VideoReply } from './replies.ts'
import type { OpenaiSettings } from './settings.ts'
import { refuseVideoCall, videoBody } from './video-body.ts'

const SUBMIT_TIMEOUT_MS = 2 * 60_000
const QUESTION_TIMEOUT_MS = 30_000
const ANSWER_BYTES_MAX = 1024 * 1024

export type VideoVariant = 'video' | 'thumbnail' | 'spritesheet'

/** A task as the vendor lists it. */
export interface ListedVideo {
  readonly task: VideoTask
  readonly providerModel: string | null
  readonly createdAt: string | null
}

/**
 * The protocol of OpenAI's Videos: `POST {base}/videos`, then `GET {base}/videos/{id}`. The vendor
 * ended it, models and all; gateways still speak it, with models of their own.
 */
export class OpenaiVideos implements VideoProvider {
  readonly name = 'openai'
  readonly simulated: boolean
  readonly #connection: OpenaiConnection
  readonly #timeoutMs: number

  constructor(settings: OpenaiSettings) {
    this.simulated = settings.simulated
    this.#connection = new OpenaiConnection(settings)
    this.#timeoutMs = settings.timeoutMs ?? SUBMIT_TIMEOUT_MS
  }

  async submit(call: VideoCall, { signal }: CallOptions): Promise<VideoSubmission> {
    refuseVideoCall(call)
    const body = await videoBody(call)
    const answer = await this.#connection.ask({
      method: 'POST', path: '/videos', body, told: call, timeoutMs: this.#timeoutMs, signal, answerBytesMax: ANSWER_BYTES_MAX, repeatable: false,
    })
    this.#connection.listenFor(call.providerModel, answer)
    if (answer.status < 200 || answer.status > 202) throw this.#connection.refusal(answer)
    const { id, status } = readVideo(answer)
    return { kind: 'task', taskId: id, providerStatus: status, requestId: requestIdOf(answer) }
  }

  async poll(taskId: string, { signal }: CallOptions): Promise<VideoTask> {
    const answer = await this.#question('GET', pathOf(taskId), signal)
    if (isUnknownThere(answer)) return { taskId, state: 'gone', providerStatus: 'not_found', progress: null, retryAfterSeconds: null }
    if (answer.status !== 200) throw this.#connection.refusal(answer)
    return this.#toTask(readVideo(answer), answer)
  }

  /** What deleting a video does to a run under way is not documented, so it is not used for that. */
  cancel(): Promise<CancelOutcome> {
    return Promise.resolve('unsupported')
  }

  /** The vendor's list holds nothing of ours to recognise a submit by, and two people may ask for the same. */
  reconcile(): Promise<Reconciliation> {
    return Promise.resolve({ kind: 'cannot_be_asked' })
  }

  async fetchOutput(result: VideoResult, part: VideoPart, { signal }: CallOptions): Promise<FetchedOutput> {
    const address = part === 'video' ? result.url : result.posterUrl
    if (address === null) throw vendorFailure('output_gone', 'there is no poster')
    return openOutput({
      url: this.#addressOf(new URL(address)),
      plainOrigin: this.simulated ? this.#connection.baseUrl.origin : null,
      headers: this.#connection.headers(),
      bytesMax: VIDEO_BYTES_MAX,
      signal,
    })
  }

  /** One page of the account's videos, the newest first. Safe to repeat. */
  async list({ limit, after }: { limit: number; after?: string }, { signal }: CallOptions): Promise<{ videos: readonly ListedVideo[]; next: string | null }> {
    const query = new URLSearchParams({ limit: String(limit), order: 'desc', ...(after === undefined ? {} : { after }) })
    const answer = await this.#question('GET', `/videos?${query.toString()}`, signal)
    if (answer.status !== 200) throw this.#connection.refusal(answer)
    const page = VideoList.safeParse(parseJson(answer.text))
    if (!page.success) throw badResponse('the list of videos is not of the documented shape', page.error)
    const { data, has_more, last_id } = page.data
    const videos = data.map((video) => ({ task: this.#toTask(video, answer), providerModel: video.model ?? null, createdAt: instantOf(video.created_at) }))
    return { videos, next: has_more === true ? (last_id ?? data.at(-1)?.id ?? null) : null }
  }

  /** Removes a finished video at the vendor. Safe to repeat: one that is not there is removed. */
  async remove(taskId: string, { signal }: CallOptions): Promise<void> {
    const answer = await this.#question('DELETE', pathOf(taskId), signal)
    if (answer.status !== 200 && answer.status !== 204 && answer.status !== 404) throw this.#connection.refusal(answer)
  }

  listModels({ signal }: CallOptions): Promise<readonly ListedModel[]> {
    return this.#connection.listModels(signal)
  }

  /** Where the vendor keeps the video, a still of it, or many stills on one sheet. It needs the key. */
  contentUrl(taskId: string, variant: VideoVariant): string {
    return this.#connection.urlOf(`${pathOf(taskId)}/content?variant=${variant}`).href
  }

  #question(method: Asked['method'], path: string, signal: AbortSignal): Promise<Answer> {
    return this.#connection.ask({ method, path, timeoutMs: QUESTION_TIMEOUT_MS, signal, answerBytesMax: ANSWER_BYTES_MAX, repeatable: true })
  }

  /** The key is for the vendor alone; a simulator may stand elsewhere after a restart. */
  #addressOf(url: URL): URL {
    const { origin } = this.#connection.baseUrl
    if (this.simulated) return new URL(url.pathname + url.search, origin)
    if (url.origin === origin) return url
    throw vendorFailure('bad_output', `the result is not at ${origin}`)
  }

  #toTask(video: VideoReply, answer: Answer): VideoTask {
    const report = {
      taskId: video.id,
      providerStatus: video.status.slice(0, 100),
      progress: video.progress == null ? null : Math.min(Math.max(video.progress / 100, 0), 1),
      retryAfterSeconds: toldToWaitSeconds(answer.headers),
    }
    if (video.status === 'completed') return { ...report, state: 'succeeded', result: this.#toResult(video, answer) }
    if (video.status === 'failed') return { ...report, state: 'failed', failure: toFailure(video) }
    if (video.status === 'cancelled') return { ...report, state: 'cancelled' }
    // A word that is new to us is no end; ours is the deadline.
    return { ...report, state: video.status === 'queued' ? 'queued' : 'running' }
  }

  #toResult(video: VideoReply, answer: Answer): VideoResult {
    const match = /^(\d{1,5})x(\d{1,5})$/.exec(video.size ?? '')
    const seconds = Number(video.seconds)
    const durationSeconds = video.seconds != null && Number.isFinite(seconds) && seconds > 0 ? seconds : null
    return {
      url: this.contentUrl(video.id, 'video'),
      posterUrl: this.contentUrl(video.id, 'thumbnail'),
      width: match === null ? null : Number(match[1]),
      height: match === null ? null : Number(match[2]),
      durationSeconds,
      framesPerSecond: null,
      audio: null,
      seed: null,
      expiresAt: instantOf(video.expires_at),
      requestId: requestIdOf(answer),
      usage: { seconds: durationSeconds, tokens: null },
    }
  }
}

function readVideo(answer: Answer): VideoReply {
  const reply = VideoReply.safeParse(parseJson(answer.text))
  if (!reply.success) throw badResponse('the answer is no video of the documented shape', reply.error)
  return reply.data
}

function toFailure({ error }: VideoReply): FailureRecord {
  const { code, message } = error ?? {}
  return toFailureRecord(vendorFailure(reasonOfTask(error ?? {}), `${code ?? 'failed'}: ${message ?? ''}`, { field: error?.param ?? null }))
}

function pathOf(taskId: string): string {
  return `/videos/${encodeURIComponent(taskId)}`
}

function instantOf(seconds: number | null | undefined): string | null {
  const date = new Date((seconds ?? Number.NaN) * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
