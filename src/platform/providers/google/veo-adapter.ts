import {
  toFailureRecord, type CallOptions, type CancelOutcome, type FetchedOutput, type ProviderFailure, type Reconciliation, type VideoCall, type VideoPart, type VideoProvider, type VideoResult, type VideoSubmission, type VideoTask,
} from '../port.ts'
import { readReference } from '../reference-image.ts'
import { openOutput, VIDEO_BYTES_MAX, type Answer } from '../transport/index.ts'
import { badResponse, parseJson, vendorFailure } from '../vendor-failure.ts'
import { QUESTION_TIMEOUT_MS, SUBMIT_TIMEOUT_MS } from './connection.ts'
import { isUnknownThere, taskFailure } from './failures.ts'
import { decodedOutput, fetchGoogleOutput } from './fetch-google-output.ts'
import { refuseVeo } from './models.ts'
import { UNTOLD } from './omni-adapter.ts'
import { OperationReply } from './replies.ts'
import type { VeoHost } from './veo-hosts.ts'

/** Eight seconds of 4K as base64 fit well; only answers without a bucket are anywhere near. */
const INLINE_BYTES_MAX = 192 * 1024 * 1024
/** An address of ours for a video that is inside the answer about its operation. */
const INLINE_SCHEME = 'operation:'

/** Veo's long-running operations. There is no progress and nothing can be cancelled; what is blocked is not billed. */
export class VeoVideos implements VideoProvider {
  readonly name: string
  readonly simulated: boolean
  readonly #host: VeoHost
  readonly #timeoutMs: number

  constructor(host: VeoHost, { timeoutMs = SUBMIT_TIMEOUT_MS }: { timeoutMs?: number | undefined } = {}) {
    this.name = host.name
    this.simulated = host.connection.simulated
    this.#host = host
    this.#timeoutMs = timeoutMs
  }

  async submit(call: VideoCall, { signal }: CallOptions): Promise<VideoSubmission> {
    const refusal = refuseVeo(this.#host.models, call)
    if (refusal !== null) throw vendorFailure('invalid', `${refusal.field}: ${refusal.message}`, { field: refusal.field })
    const { connection } = this.#host
    const json = { instances: [instanceOf(call)], parameters: { ...this.#parametersOf(call), ...this.#host.parameters } }
    const answer = await connection.ask({ method: 'POST', path: this.#host.submitPath(call.providerModel), json, told: call, timeoutMs: this.#timeoutMs, signal, repeatable: false })
    if (answer.status !== 200) throw connection.refusal(answer)
    return { kind: 'task', taskId: readOperation(answer).name, providerStatus: 'accepted', requestId: null }
  }

  async poll(taskId: string, { signal }: CallOptions): Promise<VideoTask> {
    const report = { taskId, progress: null, retryAfterSeconds: null }
    const reply = await this.#look(taskId, signal)
    if (reply === null) return { ...report, state: 'gone', providerStatus: 'not_found' }
    if (reply.done !== true) return { ...report, state: 'running', providerStatus: 'running' }
    if (reply.error != null) return { ...report, state: 'failed', providerStatus: 'error', failure: toFailureRecord(taskFailure(reply.error)) }
    const video = videoOf(reply)
    if (video !== undefined) return { ...report, state: 'succeeded', providerStatus: 'done', result: { ...UNTOLD, url: addressOf(video, taskId), usage: { seconds: null, tokens: null } } }
    return { ...report, state: 'failed', providerStatus: 'done', failure: toFailureRecord(withoutVideo(reply)) }
  }

  cancel(): Promise<CancelOutcome> {
    return Promise.resolve('unsupported')
  }

  /** Operations carry nothing of ours, and are not listed. */
  reconcile(): Promise<Reconciliation> {
    return Promise.resolve({ kind: 'cannot_be_asked' })
  }

  async fetchOutput({ url }: VideoResult, part: VideoPart, { signal }: CallOptions): Promise<FetchedOutput> {
    if (part === 'poster') throw vendorFailure('output_gone', 'the vendor makes no posters')
    if (url.startsWith(INLINE_SCHEME)) return this.#fetchInline(url.slice(INLINE_SCHEME.length), signal)
    const { connection } = this.#host
    const headers = await connection.headers(signal)
    if (url.startsWith('gs://')) return this.#fetchFromBucket(url, headers, signal)
    return fetchGoogleOutput({ url: new URL(url), origin: connection.baseUrl.origin, simulated: this.simulated, headers, signal })
  }

  /** Null when the vendor does not know the operation. */
  async #look(taskId: string, signal: AbortSignal): Promise<OperationReply | null> {
    const question = this.#host.question(taskId)
    if (question === null) return null
    const { connection } = this.#host
    const answer = await connection.ask({ ...question, timeoutMs: QUESTION_TIMEOUT_MS, signal, repeatable: true, answerBytesMax: INLINE_BYTES_MAX })
    if (isUnknownThere(answer)) return null
    if (answer.status !== 200) throw connection.refusal(answer)
    return readOperation(answer)
  }

  #parametersOf(call: VideoCall): Record<string, unknown> {
    const told = this.#host.tellsAudio ? { generateAudio: call.audio, seed: call.seed } : {}
    return { aspectRatio: call.ratio, resolution: call.resolution, durationSeconds: call.durationSeconds, sampleCount: 1, negativePrompt: call.negativePrompt, ...told }
  }

  /** The vendor keeps these bytes for as long as the operation: nothing of them is in the stored result. */
  async #fetchInline(taskId: string, signal: AbortSignal): Promise<FetchedOutput> {
    const reply = await this.#look(taskId, signal)
    const video = reply === null ? undefined : videoOf(reply)
    if (video?.bytesBase64Encoded == null) throw vendorFailure('output_gone', 'the operation holds no video any more')
    return decodedOutput(video.bytesBase64Encoded, video.mimeType ?? null)
  }

  /** Out of our own bucket only: the answer may not lead our token anywhere else. */
  async #fetchFromBucket(uri: string, headers: Record<string, string>, signal: AbortSignal): Promise<FetchedOutput> {
    const { bucket } = this.#host
    const [, name, object] = /^gs:\/\/([^/]+)\/(.+)$/.exec(uri) ?? []
    if (bucket === null || name !== bucket.name || object === undefined) throw vendorFailure('bad_output', 'the result is not in the bucket of the settings')
    const base = bucket.baseUrl.href.replace(/\/+$/, '')
    const url = new URL(`${base}/storage/v1/b/${encodeURIComponent(name)}/o/${encodeURIComponent(object)}?alt=media`)
    return openOutput({ url, plainOrigin: this.simulated ? url.origin : null, headers, signal, bytesMax: VIDEO_BYTES_MAX })
  }
}

function instanceOf(call: VideoCall): Record<string, unknown> {
  const picture = (address: string, field: string): Record<string, string> => {
    const { contentType, base64 } = readReference(address, field)
    return { bytesBase64Encoded: base64, mimeType: contentType }
  }
  const references = call.referenceImages ?? []
  return {
    prompt: call.prompt,
    ...(call.firstFrame === undefined ? {} : { image: picture(call.firstFrame, 'firstFrame') }),
    ...(call.lastFrame === undefined ? {} : { lastFrame: picture(call.lastFrame, 'lastFrame') }),
    ...(references.length === 0 ? {} : { referenceImages: references.map((address) => ({ image: picture(address, 'referenceImages'), referenceType: 'asset' })) }),
  }
}

function readOperation(answer: Answer): OperationReply {
  const reply = OperationReply.safeParse(parseJson(answer.text))
  if (!reply.success) throw badResponse('the answer is no operation of the documented shape', reply.error)
  return reply.data
}

type Video = NonNullable<NonNullable<OperationReply['response']>['videos']>[number]

function videoOf({ response }: OperationReply): Video | undefined {
  const samples = response?.generateVideoResponse?.generatedSamples?.map(({ video }) => video) ?? []
  return [...(response?.videos ?? []), ...samples].find((video): video is Video => video != null && (video.uri ?? video.gcsUri ?? video.bytesBase64Encoded ?? '') !== '')
}

function addressOf({ uri, gcsUri }: Video, taskId: string): string {
  const address = uri ?? gcsUri
  if (address == null) return INLINE_SCHEME + taskId
  if (!URL.canParse(address)) throw badResponse('the address of the video is not a URL')
  return address
}

/** The filter answers with success and without a video: a count, and sometimes why. */
function withoutVideo({ response }: OperationReply): ProviderFailure {
  const { raiMediaFilteredCount, raiMediaFilteredReasons } = response?.generateVideoResponse ?? response ?? {}
  const reasons = raiMediaFilteredReasons ?? []
  if ((raiMediaFilteredCount ?? 0) > 0 || reasons.length > 0) return vendorFailure('content_output', `filtered ${raiMediaFilteredCount ?? ''}: ${reasons.join('; ')}`)
  return vendorFailure('provider_fault', 'the operation is done without a video or a reason')
}
