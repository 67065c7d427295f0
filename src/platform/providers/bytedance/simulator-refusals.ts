/** A refusal in the vendor's own words and form. */
export class VendorRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly param: string | null
  readonly retryAfterSeconds: number | null

  constructor(status: number, code: string, detail: { message: string; param?: string; retryAfterSeconds?: number }) {
    super(detail.message)
    this.status = status
    this.code = code
    this.param = detail.param ?? null
    this.retryAfterSeconds = detail.retryAfterSeconds ?? null
  }
}

const KINDS: Readonly<Record<number, string>> = { 400: 'BadRequest', 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound', 413: 'BadRequest', 429: 'TooManyRequests' }

export function badParameter(param: string, message: string): VendorRefusal {
  return new VendorRefusal(400, 'InvalidParameter', { message, param })
}

/** The error object of an envelope, of a failed item, and of a streamed failure. */
export function errorBody(refusal: VendorRefusal, requestId: string): Record<string, unknown> {
  return {
    code: refusal.code,
    message: `${refusal.message}. Request id: ${requestId}`,
    param: refusal.param ?? '',
    type: KINDS[refusal.status] ?? 'InternalServerError',
  }
}
