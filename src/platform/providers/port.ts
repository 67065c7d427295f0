import type { Readable } from 'node:stream'

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
}

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
  readonly width: number | null
  readonly height: number | null
  /** The vendor's request id, for the operator. Never shown to clients. */
  readonly requestId: string | null
  readonly usage: { readonly images: number; readonly tokens: number | null }
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
