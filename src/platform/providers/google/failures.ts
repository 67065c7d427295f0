import type { ProviderFailure, ProviderFailureReason } from '../port.ts'
import { retryAfterSeconds, toldToWaitSeconds, type Answer } from '../transport/index.ts'
import { badResponse, tryParseJson, vendorFailure } from '../vendor-failure.ts'
import { ErrorReply, type VendorStatus } from './replies.ts'

/** By the word of google.rpc. */
const REASON_BY_STATUS: Readonly<Record<string, ProviderFailureReason>> = {
  CANCELLED: 'provider_fault',
  UNKNOWN: 'provider_fault',
  INVALID_ARGUMENT: 'invalid',
  DEADLINE_EXCEEDED: 'outcome_unknown',
  NOT_FOUND: 'model_retired',
  PERMISSION_DENIED: 'permission',
  RESOURCE_EXHAUSTED: 'rate',
  // Billing is off, or the region is not served.
  FAILED_PRECONDITION: 'permission',
  ABORTED: 'provider_fault',
  DATA_LOSS: 'provider_fault',
  OUT_OF_RANGE: 'invalid',
  UNIMPLEMENTED: 'model_retired',
  INTERNAL: 'provider_fault',
  UNAVAILABLE: 'provider_fault',
  UNAUTHENTICATED: 'auth',
}

/** The numbers of google.rpc, which operations use in place of the words. */
const STATUS_BY_NUMBER = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
] as const

/** Interactions use these numbers, too. */
const STATUS_BY_HTTP: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 408: 'DEADLINE_EXCEEDED', 429: 'RESOURCE_EXHAUSTED', 499: 'CANCELLED', 504: 'DEADLINE_EXCEEDED',
}

const REASON_BY_HTTP: Readonly<Record<number, ProviderFailureReason>> = {
  400: 'invalid',
  401: 'auth',
  402: 'quota',
  403: 'permission',
  404: 'model_retired',
  // Somebody on the way gave up waiting, or took it that we had: it may be made nevertheless.
  408: 'outcome_unknown',
  413: 'too_large',
  429: 'rate',
  499: 'outcome_unknown',
  502: 'outcome_unknown',
  504: 'outcome_unknown',
}

/** The vendor has no code of its own for its content rules. */
const CONTENT = /\b(safety|responsible ai|usage guidelines|prohibited|sensitive words|violat\w+)\b/i

/** Translates an answer that is not a success. `secret` is removed from what goes to the log. */
export function readRefusal(answer: Answer, secret: string): ProviderFailure {
  if (answer.status < 400) return badResponse(`the answer has status ${answer.status}`)
  const error = ErrorReply.safeParse(tryParseJson(answer.text.replaceAll(secret, '[secret]'))).data?.error ?? {}
  const waits = toldToWaitSeconds(answer.headers) ?? retryDelayOf(error)
  return vendorFailure(reasonOf(error, answer.status), `${answer.status} ${wordsOf(error)}`, { retryAfterSeconds: waits, field: fieldOf(error) })
}

/** A task that ended with an error. By then something had begun to run, and nothing more can be found out. */
export function taskFailure(error: VendorStatus): ProviderFailure {
  const word = statusWord(error)
  const known = tellsOfContent(error) ? 'content_output' : (REASON_BY_STATUS[word] ?? 'provider_fault')
  // What was not found, or took too long, was so for the vendor's own work: the model answered us before.
  const reason = known === 'outcome_unknown' || known === 'model_retired' ? 'provider_fault' : known === 'rate' ? rateOrQuota(error) : known
  return vendorFailure(reason, wordsOf(error), { field: fieldOf(error) })
}

/** True for an error that tells of the vendor's machines, or of our account there, and not of what was asked for. */
export function isFaultOfVendor(error: VendorStatus): boolean {
  const known = REASON_BY_STATUS[statusWord(error)]
  return !tellsOfContent(error) && known !== undefined && known !== 'invalid'
}

/** Only the vendor's own words count: a proxy's 404 must not make every task look lost. */
export function isUnknownThere({ status, text }: Answer): boolean {
  const error = status === 404 ? ErrorReply.safeParse(tryParseJson(text)).data?.error : undefined
  return error?.code != null || error?.status != null
}

function reasonOf(error: VendorStatus, status: number): ProviderFailureReason {
  if (reasonsIn(error).includes('API_KEY_INVALID')) return 'auth'
  if (status === 400 && tellsOfContent(error)) return 'content_input'
  if (status === 429) return rateOrQuota(error)
  const byStatus = REASON_BY_HTTP[status]
  if (byStatus === 'invalid' && error.status === 'FAILED_PRECONDITION') return 'permission'
  return byStatus ?? (status >= 500 ? 'provider_fault' : 'invalid')
}

/** Not where a field is named: what it violates is a rule of another kind. */
function tellsOfContent(error: VendorStatus): boolean {
  return CONTENT.test(error.message ?? '') && fieldOf(error) === null
}

/** A limit of the day or of money is not over when the delay is. */
function rateOrQuota(error: VendorStatus): 'rate' | 'quota' {
  const told = JSON.stringify(error.details ?? [])
  return /PerDay|per day|SPEND|billing/i.test(told) ? 'quota' : 'rate'
}

function statusWord({ status, code }: VendorStatus): string {
  const number = Number(code)
  if (status != null) return status
  if (Number.isInteger(number)) return STATUS_BY_NUMBER[number] ?? STATUS_BY_HTTP[number] ?? (number >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT')
  return String(code ?? '').toUpperCase()
}

function reasonsIn({ details }: VendorStatus): readonly unknown[] {
  return (details ?? []).map((detail) => detail['reason'])
}

/** `google.rpc.RetryInfo` says `37s`. */
function retryDelayOf({ details }: VendorStatus): number | null {
  const delay = (details ?? []).map((detail) => detail['retryDelay']).find((value) => typeof value === 'string')
  const seconds = /^(\d{1,6}(?:\.\d+)?)s$/.exec(delay ?? '')?.[1]
  return seconds === undefined ? null : retryAfterSeconds(String(Math.ceil(Number(seconds))), Date.now())
}

/** `google.rpc.BadRequest` names the field. */
function fieldOf({ details }: VendorStatus): string | null {
  for (const detail of details ?? []) {
    const violations = detail['fieldViolations']
    const field: unknown = Array.isArray(violations) ? (violations[0] as { field?: unknown } | undefined)?.field : undefined
    if (typeof field === 'string') return field.slice(0, 200)
  }
  return null
}

function wordsOf(error: VendorStatus): string {
  return `${error.status ?? error.code ?? ''}: ${error.message ?? ''}`
}
