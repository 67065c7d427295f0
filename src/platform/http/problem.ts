import { Refusal, type ErrorKind } from '#lib/errors'
import {
  BadEncoding,
  BodyTooLarge,
  HeadersTooLarge,
  MalformedHttp,
  MalformedJson,
  MethodNotAllowed,
  MethodUnknown,
  NotFound,
  RangeNotSatisfiable,
  RequestTimeout,
  ServerError,
  ServerUnavailable,
  UnsupportedMediaType,
} from './errors.ts'

export const PROBLEM_TYPE = 'application/problem+json'

const STATUS_OF_KIND: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  unpaid: 402,
  forbidden: 403,
  missing: 404,
  gone: 410,
  conflict: 409,
  refused: 422,
  limited: 429,
  unavailable: 503,
  bug: 500,
}

/** What HTTP itself has a number for, and our kinds do not. */
const STATUS_OF_CODE = new Map<string, number>([
  [MethodNotAllowed.code, 405],
  [RequestTimeout.code, 408],
  [BodyTooLarge.code, 413],
  [UnsupportedMediaType.code, 415],
  [RangeNotSatisfiable.code, 416],
  [HeadersTooLarge.code, 431],
  [MethodUnknown.code, 501],
])

const RETRY_AFTER_SECONDS = 5

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId: string
  readonly [member: string]: unknown
}

export interface RenderedProblem {
  readonly problem: Problem
  readonly headers: Record<string, string>
}

/** The HTTP status that a refusal of this code and kind is answered with. */
export function statusOf(refusal: { code: string; kind: ErrorKind }): number {
  return STATUS_OF_CODE.get(refusal.code) ?? STATUS_OF_KIND[refusal.kind]
}

/**
 * Names the problem in RFC 9457's `type`. A URN, so that it is the same on every installation and
 * promises no page; the reference page is keyed by the same code.
 */
export function problemType(code: string): string {
  return `urn:cooly:error:${code}`
}

/**
 * The one place where a refusal becomes an HTTP answer. A refusal may say when to come back with a
 * member `retryAfterSeconds`. Nothing but title, message and members of the refusal is shown.
 */
export function renderProblem(refusal: Refusal, requestId: string): RenderedProblem {
  const status = statusOf(refusal)
  const problem = {
    ...refusal.members,
    type: problemType(refusal.code),
    title: refusal.title,
    status,
    detail: refusal.message,
    code: refusal.code,
    requestId,
  }
  return { problem, headers: headersOf(refusal, status) }
}

/** What the route in question takes, for the refusals that name it. */
export interface AcceptedBody {
  readonly bytesMax: number
  readonly mediaTypes: readonly string[]
}

/**
 * Whatever was thrown, as a refusal fit for strangers: ours as it is, the framework's translated, all
 * else `server.error`. A refusal of kind `bug` was written for the operator, so it goes to the log as
 * the cause.
 */
export function toRefusal(error: unknown, accepted: AcceptedBody): Refusal {
  if (error instanceof Refusal && (error.kind !== 'bug' || error.code === ServerError.code)) return error
  return translateFramework(error, accepted) ?? new ServerError({}, { cause: error })
}

function headersOf(refusal: Refusal, status: number): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  // The rest of what was being sent is not waited for either.
  if (status === 408) headers.connection = 'close'
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="cooly"'
  const { retryAfterSeconds, allow, bytes } = refusal.members
  if (status === 429 || status === 503 || typeof retryAfterSeconds === 'number') {
    const seconds = typeof retryAfterSeconds === 'number' ? retryAfterSeconds : RETRY_AFTER_SECONDS
    headers['retry-after'] = String(Math.max(1, Math.ceil(seconds)))
  }
  if (status === 405 && Array.isArray(allow)) headers.allow = allow.join(', ')
  if (status === 416) headers['content-range'] = `bytes */${String(bytes)}`
  return headers
}

/** Fastify's own refusals, by its error codes. What is not listed here is our mistake, not the caller's. */
function translateFramework(error: unknown, accepted: AcceptedBody): Refusal | undefined {
  const { code } = (error ?? {}) as { code?: unknown }
  const cause = { cause: error }
  switch (code) {
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new MalformedJson({ reason: 'The body is empty.' }, cause)
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new MalformedJson({ reason: 'The body is not valid JSON.' }, cause)
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new BodyTooLarge({ bytesMax: accepted.bytesMax }, cause)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new UnsupportedMediaType({ accepted: accepted.mediaTypes }, cause)
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new MalformedHttp({ reason: 'The body is not as long as Content-Length says.' }, cause)
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return new MalformedHttp({ reason: 'The Content-Type header is missing.' }, cause)
    case 'FST_ERR_BAD_URL':
      return new BadEncoding({ where: 'path' }, cause)
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new NotFound({}, cause)
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new ServerUnavailable({ retryAfterSeconds: RETRY_AFTER_SECONDS }, cause)
    case 'ECONNRESET':
      return new MalformedHttp({ reason: 'The connection ended before the body did.' }, cause)
    default:
      return undefined
  }
}
