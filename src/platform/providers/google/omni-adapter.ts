import { createHash } from 'node:crypto'
import {
  toFailureRecord, type CallOptions, type CancelOutcome, type FailureRecord, type FetchedOutput, type Reconciliation, type VideoCall, type VideoPart, type VideoProvider, type VideoResult, type VideoSubmission,
  type VideoTask,
} from '../port.ts'
import { readReference } from '../reference-image.ts'
import { toldToWaitSeconds, type Answer } from '../transport/index.ts'
import { badResponse, parseJson, vendorFailure } from '../vendor-failure.ts'
import { GoogleConnection, QUESTION_TIMEOUT_MS, SUBMIT_TIMEOUT_MS } from './connection.ts'
import { isFaultOfVendor, isUnknownThere, taskFailure } from './failures.ts'
import { decodedOutput, fetchGoogleOutput } from './fetch-google-output.ts'
import { refuseOmni } from './models.ts'
import { InteractionReply, type VideoPartReply } from './replies.ts'
import type { GeminiSettings } from './settings.ts'

/** Only small videos come inside an answer, and only when the vendor overrules what was asked for. */
const INLINE_BYTES_MAX = 64 * 1024 * 1024
/** An address of ours for a video that is inside the answer about its interaction. */
const INLINE_SCHEME = 'interaction:'

/** Gemini Omni through Interactions: `POST {base}/interactions` in the background, then `GET {base}/interactions/{id}`. */
export class OmniVideos implements VideoProvider {
  readonly name = 'google'
  readonly simulated: boolean
  readonly #connection: GoogleConnection
  readonly #timeoutMs: number

  constructor({ apiKey, baseUrl, simulated, timeoutMs = SUBMIT_TIMEOUT_MS }: GeminiSettings) {
    this.simulated = simulated
    this.#connection = new GoogleConnection({ baseUrl, simulated, credentials: { kind: 'key', apiKey } })
    this.#timeoutMs = timeoutMs
  }

  async submit(call: VideoCall, { signal }: CallOptions): Promise<VideoSubmission> {
    const refusal = refuseOmni(call)
    if (refusal !== null) throw vendorFailure('invalid', `${refusal.field}: ${refusal.message}`, { field: refusal.field })
    const answer = await this.#connection.ask({ method: 'POST', path: '/interactions', json: interactionOf(call), told: call, timeoutMs: this.#timeoutMs, signal, repeatable: false })
    if (answer.status < 200 || answer.status > 202) throw this.#connection.refusal(answer)
    const { id, status } = readInteraction(answer)
    return { kind: 'task', taskId: id, providerStatus: status, requestId: null }
  }

  async poll(taskId: string, { signal }: CallOptions): Promise<VideoTask> {
    const answer = await this.#look(taskId, signal)
    if (isUnknownThere(answer)) return { taskId, state: 'gone', providerStatus: 'not_found', progress: null, retryAfterSeconds: null }
    if (answer.status !== 200) throw this.#connection.refusal(answer)
    return toTask(taskId, readInteraction(answer), answer)
  }

  async cancel(taskId: string, { signal }: CallOptions): Promise<CancelOutcome> {
    const path = `/interactions/${encodeURIComponent(taskId)}/cancel`
    const answer = await this.#connection.ask({ method: 'POST', path, json: {}, timeoutMs: QUESTION_TIMEOUT_MS, signal, repeatable: true })
    // Those that have ended, and those that are gone, are refused: there is nothing left to cancel.
    if ([400, 404, 409].includes(answer.status)) return 'too_late'
    if (answer.status !== 200) throw this.#connection.refusal(answer)
    return readInteraction(answer).status === 'cancelled' ? 'cancelled' : 'too_late'
  }

  /** The label that each submit carries is for the operator: whether it can be searched for is not documented. */
  reconcile(): Promise<Reconciliation> {
    return Promise.resolve({ kind: 'cannot_be_asked' })
  }

  async fetchOutput({ url }: VideoResult, part: VideoPart, { signal }: CallOptions): Promise<FetchedOutput> {
    if (part === 'poster') throw vendorFailure('output_gone', 'the vendor makes no posters')
    if (url.startsWith(INLINE_SCHEME)) return this.#fetchInline(url.slice(INLINE_SCHEME.length), signal)
    const headers = await this.#connection.headers(signal)
    return fetchGoogleOutput({ url: new URL(url), origin: this.#connection.baseUrl.origin, simulated: this.simulated, headers, signal })
  }

  /** Removes an interaction and what it made. Safe to repeat. */
  async remove(taskId: string, { signal }: CallOptions): Promise<void> {
    const answer = await this.#connection.ask({ method: 'DELETE', path: `/interactions/${encodeURIComponent(taskId)}`, timeoutMs: QUESTION_TIMEOUT_MS, signal, repeatable: true })
    if (answer.status >= 300 && answer.status !== 404) throw this.#connection.refusal(answer)
  }

  #look(taskId: string, signal: AbortSignal): Promise<Answer> {
    const path = `/interactions/${encodeURIComponent(taskId)}`
    return this.#connection.ask({ method: 'GET', path, timeoutMs: QUESTION_TIMEOUT_MS, signal, repeatable: true, answerBytesMax: INLINE_BYTES_MAX })
  }

  /** The vendor is the keeper of these bytes too: nothing of them is in the stored result. */
  async #fetchInline(taskId: string, signal: AbortSignal): Promise<FetchedOutput> {
    const answer = await this.#look(taskId, signal)
    if (isUnknownThere(answer)) throw vendorFailure('output_gone', 'the interaction is gone')
    if (answer.status !== 200) throw this.#connection.refusal(answer)
    const video = videoOf(readInteraction(answer))
    if (video?.data == null) throw vendorFailure('output_gone', 'the interaction holds no video any more')
    return decodedOutput(video.data, video.mime_type ?? null)
  }
}

/** By address and not inline: an answer takes about 4 MB, which a few seconds of video fill. */
function interactionOf(call: VideoCall): Record<string, unknown> {
  const images = (call.referenceImages ?? []).map((address) => {
    const { contentType, base64 } = readReference(address, 'referenceImages')
    return { type: 'image', data: base64, mime_type: contentType }
  })
  const optional = {
    aspect_ratio: call.ratio,
    resolution: call.resolution,
    duration: call.durationSeconds === undefined ? undefined : `${call.durationSeconds}s`,
  }
  return {
    model: call.providerModel,
    input: images.length === 0 ? call.prompt : [{ type: 'text', text: call.prompt }, ...images],
    response_format: { type: 'video', ...optional, delivery: 'uri' },
    background: true,
    store: true,
    labels: { reference: createHash('sha256').update(call.clientReference).digest('hex').slice(0, 32) },
  }
}

function readInteraction(answer: Answer): InteractionReply {
  const reply = InteractionReply.safeParse(parseJson(answer.text))
  if (!reply.success) throw badResponse('the answer is no interaction of the documented shape', reply.error)
  return reply.data
}

function toTask(taskId: string, reply: InteractionReply, answer: Answer): VideoTask {
  const report = { taskId, providerStatus: reply.status.slice(0, 100), progress: null, retryAfterSeconds: toldToWaitSeconds(answer.headers) }
  const failed = (failure: FailureRecord): VideoTask => ({ ...report, state: 'failed', failure })
  switch (reply.status) {
    case 'queued':
      return { ...report, state: 'queued' }
    case 'cancelled':
      return { ...report, state: 'cancelled' }
    case 'completed': {
      const video = videoOf(reply)
      return video === undefined ? failed(failureOf(reply)) : { ...report, state: 'succeeded', result: toResult(taskId, video, reply) }
    }
    case 'failed':
      return failed(failureOf(reply))
    case 'budget_exceeded':
      return failed(toFailureRecord(vendorFailure('quota', 'the interaction ended as budget_exceeded')))
    case 'incomplete':
    // Nobody is there to answer, and each turn would be billed.
    case 'requires_action':
    case 'requires_continuation':
      return failed(toFailureRecord(vendorFailure('provider_fault', `the interaction ended as ${reply.status}`)))
    default:
      // The list is open: a word that is new to us is no end. Ours is the deadline.
      return { ...report, state: 'running' }
  }
}

/** The last video of the model's own steps, as the vendor's library finds it. */
function videoOf({ steps, output_video }: InteractionReply): VideoPartReply | undefined {
  const parts = (steps ?? []).filter(({ type }) => type === 'model_output').flatMap(({ content }) => content ?? [])
  const found = parts.findLast((part) => part.type === 'video' && (isFilled(part.uri) || isFilled(part.data)))
  return found ?? (output_video != null && (isFilled(output_video.uri) || isFilled(output_video.data)) ? output_video : undefined)
}

function isFilled(text: string | null | undefined): text is string {
  return text != null && text !== ''
}

/**
 * How a blocked video is told is not documented: by `failed` with errors, by an error of a step, or by
 * nothing at all. Whatever is not plainly the vendor's fault is taken for a refusal by its content rules.
 */
function failureOf({ status, errors, steps }: InteractionReply): FailureRecord {
  const told = [...(errors ?? []), ...(steps ?? []).flatMap(({ error }) => error ?? [])]
  const [first] = told
  if (first !== undefined && isFaultOfVendor(first)) return toFailureRecord(taskFailure(first))
  const words = told.map(({ code, message }) => `${code ?? ''}: ${message ?? ''}`).join('; ')
  return toFailureRecord(vendorFailure('content_output', `${status} without a video. ${words}`))
}

function toResult(taskId: string, { uri }: VideoPartReply, { usage }: InteractionReply): VideoResult {
  if (isFilled(uri) && !URL.canParse(uri)) throw badResponse('the address of the video is not a URL')
  return { ...UNTOLD, url: isFilled(uri) ? uri : INLINE_SCHEME + taskId, usage: { seconds: null, tokens: usage?.total_tokens ?? null } }
}

/** The vendor says nothing of what it made but where it is. */
export const UNTOLD = {
  posterUrl: null,
  width: null,
  height: null,
  durationSeconds: null,
  framesPerSecond: null,
  audio: null,
  seed: null,
  expiresAt: null,
  requestId: null,
} as const
