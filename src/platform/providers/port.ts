import type { Readable } from 'node:stream'
import type { ModelLife } from './capabilities.ts'

/**
 * What the rest of the house may assume about a provider of generated media, whichever vendor it is.
 *
 * A provider is asked for one output at a time. It never retries on its own: only the caller knows
 * what has been paid for. Every failure leaves as a `ProviderFailure` with one of a fixed list of
 * reasons; nothing a vendor wrote reaches a client except through `publicMessage`.
 */
export interface ImageProvider {
  /** The vendor, as it stands in the catalogue: `bytedance`. */
  readonly name: string
  /** True when the answers come from our simulator. Shown wherever a result is shown. */
  readonly simulated: boolean

  /**
   * Makes one image and waits for it. Not safe to repeat: each call may be billed.
   *
   * Rejects with `ProviderFailure`. Reason `outcome_unknown` means the request may have reached the
   * vendor and may have been billed. Reason `bad_response` means the vendor answered and nothing can
   * be had from the answer; it may have been billed too. Every other reason is a definite "not made".
   */
  generateImage(call: ImageCall, options: CallOptions): Promise<ImageResult>

  /**
   * Opens the bytes behind a result. Safe to repeat until the vendor's address expires, which
   * rejects with reason `output_gone`. The caller consumes or destroys the body.
   */
  fetchOutput(result: ImageResult, options: CallOptions): Promise<FetchedOutput>

  /**
   * Lets go of what was kept for an `inline` result, once its bytes are safe elsewhere. Safe to repeat.
   * Absent where the vendor keeps the results.
   */
  discardOutput?(result: ImageResult): Promise<void>

  /**
   * Makes up to `imagesMax` images of one idea in a single call, where the vendor can. Each place of
   * the answer is an image or the reason why there is none. Fails like `generateImage` when nothing was made.
   */
  generateGroup?(call: ImageCall & { readonly imagesMax: number }, options: CallOptions): Promise<readonly GroupItem[]>

  /** Asks the vendor what it offers now and until when, where it has such a list. Safe to repeat. */
  listModels?(options: CallOptions): Promise<readonly ListedModel[]>
}

export type GroupItem =
  | { readonly kind: 'image'; readonly result: ImageResult }
  | { readonly kind: 'failed'; readonly failure: FailureRecord }

export type ListedModel = Pick<ModelLife, 'id' | 'shutdownAt'>

export interface CallOptions {
  readonly signal: AbortSignal
}

/** One image. The caller has validated every field against the catalogue. */
export interface ImageCall {
  /** The dated id of the vendor, e.g. `seedream-4-0-250828`. */
  readonly providerModel: string
  readonly prompt: string
  /** A preset of the vendor (`1K`, `2K`, `4K`) or exact pixels (`2048x1152`). */
  readonly size: string
  /** `png`, `jpeg` or `webp`. Left out, here and below: the vendor's default. */
  readonly outputFormat?: string | undefined
  /** Pictures to work from: https addresses that the vendor can reach, or data URLs. */
  readonly referenceImages?: readonly string[] | undefined
  readonly seed?: number | undefined
  readonly negativePrompt?: string | undefined
  readonly quality?: string | undefined
  readonly background?: string | undefined
  /** From 0 to 100, for formats that lose something. */
  readonly outputCompression?: number | undefined
  /** As in `VideoCall`. */
  readonly endUser?: string | undefined
  /** Which of the request's images this is, from 0. */
  readonly index: number
  /** The id of the generation this call is for. Only simulators are told; a vendor never sees it. */
  readonly requestId: string
  /**
   * Counts every call made for the request, over retries and restarts, from 1. Only simulators are
   * told: a fault can be aimed at the third call, and each call draws another take.
   */
  readonly callNumber: number
}

/** A finished image, still at the vendor. Plain JSON: it is stored before the transfer starts. */
export interface ImageResult {
  readonly url: string
  /** True when the vendor sent the bytes and has no address for them: they are where the adapter was told to keep them. */
  readonly inline?: boolean | undefined
  readonly width: number | null
  readonly height: number | null
  /** The vendor's request id, for the operator. Never shown to clients. */
  readonly requestId: string | null
  readonly usage: {
    readonly images: number
    /** Of the output. */
    readonly tokens: number | null
    /** Where words and pictures that were sent have prices of their own. */
    readonly inputTextTokens?: number | null | undefined
    readonly inputImageTokens?: number | null | undefined
  }
}

/**
 * What the rest of the house may assume about a provider of generated videos.
 *
 * A video takes minutes, so it is submitted, asked after, and fetched. Only the vendor's task id has
 * to survive a restart. Nothing is retried here: `submit` may be billed each time, everything else
 * is safe to repeat and is the caller's to pace.
 */
export interface VideoProvider {
  readonly name: string
  readonly simulated: boolean

  /**
   * Asks for one video. Not safe to repeat. Answers with the vendor's task id, or with the video
   * where the vendor made it while we waited.
   *
   * Rejects with `ProviderFailure`. Reasons `outcome_unknown` and `bad_response` mean that a task may
   * be under way and be billed: `reconcile` before any other submit. Every other reason is a definite
   * "not begun". What the model cannot do is `invalid` with the field's name, and is never sent.
   */
  submit(call: VideoCall, options: CallOptions): Promise<VideoSubmission>

  /**
   * Asks after a task. A task that failed is an answer, not a rejection; so is one that the vendor
   * does not know (any more): `gone`. Rejects with `ProviderFailure` when the asking failed, which
   * says nothing about the task.
   */
  poll(taskId: string, options: CallOptions): Promise<VideoTask>

  /**
   * Asks after many tasks at once, where the vendor can. One that the answer does not name is left out, and
   * has to be polled by itself: a list may be behind, and only `poll` may call a task `gone`.
   */
  pollMany?(taskIds: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, VideoTask>>

  /**
   * Asks the vendor to stop. `cancelled`: it will never be billed, unless the model's `cancellation` says
   * otherwise. `too_late`: it runs on or has ended, and is billed if it succeeds; keep polling.
   * `unsupported`: the vendor has no such thing, and nothing was sent.
   */
  cancel(taskId: string, options: CallOptions): Promise<CancelOutcome>

  /**
   * Looks for the task of a submit whose answer was lost. `never_arrived` is only said where the
   * vendor can be asked and had time to know; until then it is `ask_later`. Vendors that keep nothing to
   * recognise a submit by are `cannot_be_asked`.
   */
  reconcile(submit: SubmitReference, options: CallOptions): Promise<Reconciliation>

  /** Opens the bytes of the video, or of its poster if `posterUrl` is set. As `ImageProvider.fetchOutput`. */
  fetchOutput(result: VideoResult, part: VideoPart, options: CallOptions): Promise<FetchedOutput>

  /**
   * Reads what a vendor posted to `callbackUrl`; null when it is none of its messages. Only a hint that
   * it is time to poll: nobody can say who sent it.
   */
  readCallback?(message: CallbackMessage): CallbackHint | null

  listModels?(options: CallOptions): Promise<readonly ListedModel[]>
}

/** What identifies one submit, when its answer was lost. */
export interface SubmitReference {
  /** Ours, another one for each submit. A vendor sees at most a digest of it. */
  readonly clientReference: string
  readonly providerModel: string
  /** When the submit began, as an ISO instant. */
  readonly submittedAt: string
}

/** One video. Everything that is left out is the vendor's to decide. */
export interface VideoCall {
  readonly providerModel: string
  readonly prompt: string
  readonly clientReference: string
  /** `480p`, `720p`, `1080p`, `4k`; where a model wants pixels, its capabilities list those (`1280x720`). */
  readonly resolution?: string | undefined
  /** `16:9`, or `adaptive` where the model may choose. */
  readonly ratio?: string | undefined
  /** Seconds; -1 where the model may choose. */
  readonly durationSeconds?: number | undefined
  readonly framesPerSecond?: number | undefined
  readonly audio?: boolean | undefined
  readonly watermark?: boolean | undefined
  readonly seed?: number | undefined
  readonly negativePrompt?: string | undefined
  /** Pictures: https addresses that the vendor can reach, or data URLs. */
  readonly firstFrame?: string | undefined
  readonly lastFrame?: string | undefined
  readonly referenceImages?: readonly string[] | undefined
  /** Where the vendor may tell of changes. Carries a secret of ours: whoever knows it can only make us poll. */
  readonly callbackUrl?: string | undefined
  /** Stands for the person to the vendor's abuse desk: a digest, the same for all their requests. */
  readonly endUser?: string | undefined
  /** As in `ImageCall`: only simulators are told. */
  readonly requestId: string
  readonly callNumber: number
}

export type VideoSubmission =
  | { readonly kind: 'task'; readonly taskId: string; readonly providerStatus: string; readonly requestId: string | null }
  | { readonly kind: 'result'; readonly result: VideoResult }

interface TaskReport {
  readonly taskId: string
  /** The vendor's own word for the state, for the operator and for `provider_status`. */
  readonly providerStatus: string
  /** From 0 to 1; null where the vendor tells nothing. */
  readonly progress: number | null
  /** When the vendor wants to be asked again. */
  readonly retryAfterSeconds: number | null
}

/** Plain JSON, as everything in it. `gone`: the vendor does not know the task, or has forgotten it. */
export type VideoTask =
  | (TaskReport & { readonly state: 'queued' | 'running' | 'cancelled' | 'gone' })
  | (TaskReport & { readonly state: 'succeeded'; readonly result: VideoResult })
  | (TaskReport & { readonly state: 'failed'; readonly failure: FailureRecord })

export type CancelOutcome = 'cancelled' | 'too_late' | 'unsupported'

export type Reconciliation =
  | { readonly kind: 'found'; readonly task: VideoTask }
  | { readonly kind: 'never_arrived' | 'cannot_be_asked' }
  | { readonly kind: 'ask_later'; readonly afterSeconds: number }

/** A finished video, still at the vendor. */
export interface VideoResult {
  readonly url: string
  /** A picture that the vendor made of the video, if it did. */
  readonly posterUrl: string | null
  readonly width: number | null
  readonly height: number | null
  readonly durationSeconds: number | null
  readonly framesPerSecond: number | null
  readonly audio: boolean | null
  readonly seed: number | null
  /** When the addresses end, as an ISO instant, as far as it is known. */
  readonly expiresAt: string | null
  readonly requestId: string | null
  readonly usage: { readonly seconds: number | null; readonly tokens: number | null }
}

export type VideoPart = 'video' | 'poster'

export interface CallbackMessage {
  /** The body as it came, because signatures are over bytes. */
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface CallbackHint {
  readonly taskId: string
  readonly providerStatus: string
}

export interface FetchedOutput {
  readonly body: Readable
  /** What the vendor claims; the storage path sniffs the bytes and believes those. */
  readonly contentType: string | null
  readonly contentLength: number | null
}

export type ProviderFailureReason =
  | 'auth' // bad key or account
  | 'permission' // unpaid, not allowed, model not activated
  | 'quota' // spend cap reached
  | 'rate' // too many requests; see retryAfterSeconds
  | 'invalid' // the vendor refused a parameter; see field
  | 'content_input' // the prompt was refused by moderation, before the run
  | 'content_output' // the result was refused by moderation, after the run
  | 'model_retired' // the model is unknown or gone
  | 'too_large' // the request body is too large
  | 'provider_fault' // the vendor says it failed (5xx)
  | 'bad_response' // the answer cannot be understood
  | 'network' // the request certainly never reached the vendor
  | 'outcome_unknown' // it may have; nobody can be asked
  | 'output_gone' // the result's address has expired or answers 403/404/410
  | 'bad_output' // the bytes are not what was promised

/** A failure as plain JSON. `publicMessage` is ours; `message` is the vendor's, for the log. */
export interface FailureRecord {
  readonly reason: ProviderFailureReason
  readonly publicMessage: string
  readonly message: string
  readonly field: string | null
  readonly retryAfterSeconds: number | null
}

export function toFailureRecord({ reason, publicMessage, message, field, retryAfterSeconds }: ProviderFailure): FailureRecord {
  return { reason, publicMessage, message, field, retryAfterSeconds }
}

export class ProviderFailure extends Error {
  readonly reason: ProviderFailureReason
  /** A sentence for the person who asked. Ours, never the vendor's text. */
  readonly publicMessage: string
  /** As told by the vendor's Retry-After, when it told. */
  readonly retryAfterSeconds: number | null
  /** The request field the vendor objected to, in its own naming. For the log. */
  readonly field: string | null

  constructor(
    reason: ProviderFailureReason,
    detail: {
      publicMessage: string
      retryAfterSeconds?: number | null
      field?: string | null
      /** What the vendor said, for the log. */
      message?: string
      cause?: unknown
    },
  ) {
    super(detail.message ?? detail.publicMessage, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'ProviderFailure'
    this.reason = reason
    this.publicMessage = detail.publicMessage
    this.retryAfterSeconds = detail.retryAfterSeconds ?? null
    this.field = detail.field ?? null
  }
}
