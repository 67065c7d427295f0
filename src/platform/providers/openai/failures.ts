import type { IncomingHttpHeaders } from 'node:http'
import type { ProviderFailure, ProviderFailureReason } from '../port.ts'
import { readLifeNotice, retryAfterSeconds, toldToWaitSeconds, type Answer } from '../transport/index.ts'
import { badResponse, tryParseJson, vendorFailure } from '../vendor-failure.ts'
import { exhaustedForSeconds } from './rate-limits.ts'
import { ErrorReply, type VendorError } from './replies.ts'

/** What the vendor's codes mean to us; the first that fits wins. The list is open: the status decides what is not in it. */
const REASON_BY_CODE: readonly (readonly [RegExp, ProviderFailureReason])[] = [
  [/moderation|content_policy/, 'content_input'],
  [/^(insufficient_quota|billing_hard_limit_reached|billing_not_active)$/, 'quota'],
  [/^rate_limit_exceeded$/, 'rate'],
  [/^(invalid_api_key|invalid_organization|account_deactivated)$/, 'auth'],
  [/^(model_not_found|model_deprecated|model_retired|model_not_available)$/, 'model_retired'],
  [/^(unknown_parameter|invalid_value|missing_required_parameter|unsupported_parameter|unsupported_value|invalid_type)$/, 'invalid'],
]

const REASON_BY_STATUS: Readonly<Record<number, ProviderFailureReason>> = {
  401: 'auth',
  402: 'quota',
  403: 'permission',
  404: 'model_retired',
  410: 'model_retired',
  413: 'too_large',
  429: 'rate',
  // The vendor, or a gateway before it, gave up waiting: an image may have been made nevertheless.
  408: 'outcome_unknown',
  // Another request holds a lock: nothing was made, and it may go better next time.
  409: 'provider_fault',
  502: 'outcome_unknown',
  504: 'outcome_unknown',
  // The same of Cloudflare, which stands before the vendor.
  520: 'outcome_unknown',
  524: 'outcome_unknown',
}

/** Translates an answer that is not a success. `secret` is removed from what goes to the log. */
export function readRefusal(answer: Answer, secret: string): ProviderFailure {
  if (answer.status < 400) return badResponse(`the answer has status ${answer.status}`)
  const error = ErrorReply.safeParse(tryParseJson(answer.text.replaceAll(secret, '[secret]'))).data?.error ?? {}
  return vendorFailure(reasonOf(error, answer), wordsOf(error, answer), { retryAfterSeconds: waitOf(answer.headers), field: error.param ?? null })
}

/** The reason of an error that came inside a successful answer: a task that failed. By then something had begun to run. */
export function reasonOfTask({ code }: VendorError): ProviderFailureReason {
  const known = REASON_BY_CODE.find(([pattern]) => pattern.test(code ?? ''))?.[1] ?? 'provider_fault'
  return known === 'content_input' ? 'content_output' : known
}

/** True when the vendor says that there is no such thing (any more). Only its own words count: a proxy's 404 must not make every task look lost. */
export function isUnknownThere({ status, text }: Answer): boolean {
  return (status === 404 || status === 410) && ErrorReply.safeParse(tryParseJson(text)).success
}

/** What is due when the vendor told: to the millisecond, as a header, or by its own limits. */
function waitOf(headers: IncomingHttpHeaders): number | null {
  const ms = headers['retry-after-ms']
  if (typeof ms === 'string' && /^\d{1,9}(\.\d+)?$/.test(ms.trim())) return retryAfterSeconds(String(Math.ceil(Number(ms) / 1000)), Date.now())
  return toldToWaitSeconds(headers) ?? exhaustedForSeconds(headers)
}

function reasonOf({ code, type }: VendorError, { status, headers }: Answer): ProviderFailureReason {
  const known = REASON_BY_CODE.find(([pattern]) => pattern.test(code ?? ''))?.[1]
  if (known !== undefined) return known
  if (type === 'insufficient_quota') return 'quota'
  // A 429 that the vendor asks not to repeat is no matter of patience.
  if (status === 429 && headers['x-should-retry'] === 'false') return 'quota'
  return REASON_BY_STATUS[status] ?? (status >= 500 ? 'provider_fault' : 'invalid')
}

/** For the operator: what was said, and that the model is about to end, when the vendor says so. */
function wordsOf({ code, type, message }: VendorError, { status, headers }: Answer): string {
  const life = readLifeNotice(headers)
  const end = life?.sunsetAt == null ? '' : ` (ends ${life.sunsetAt})`
  return `${status} ${code ?? type ?? ''}${end}: ${message ?? ''}`
}
