import type { ProviderFailure, ProviderFailureReason } from '../port.ts'
import { vendorFailure } from '../vendor-failure.ts'
import type { VendorError } from './replies.ts'

/**
 * What the vendor's codes mean to us; the first pattern that fits wins. The vendor's list is open,
 * so an unknown code falls through to its HTTP status.
 */
const REASON_BY_CODE: readonly (readonly [RegExp, ProviderFailureReason])[] = [
  [/^Output\w*SensitiveContentDetected/, 'content_output'],
  [/^(Input\w*)?SensitiveContentDetected/, 'content_input'],
  [/^(AuthenticationError|InvalidAccountStatus)/, 'auth'],
  [/^(AccessDenied|AccountOverdueError|OperationDenied)/, 'permission'],
  [/^(ModelNotOpen|InvalidEndpointOrModel\.ModelIDAccessDisabled)/, 'permission'],
  [/^(InvalidEndpointOrModel|InvalidEndpoint|UnsupportedModel|NotFound)/, 'model_retired'],
  [/^(MissingParameter|InvalidParameter|InvalidImageURL)/, 'invalid'],
  [/^(SetLimitExceeded|QuotaExceeded)/, 'quota'],
  [/(RateLimitExceeded|RequestBurstTooFast|ServerOverloaded|InflightBatchsizeExceeded)/, 'rate'],
  [/^InternalServiceError/, 'provider_fault'],
]

const REASON_BY_STATUS: Readonly<Record<number, ProviderFailureReason>> = {
  401: 'auth',
  402: 'permission',
  403: 'permission',
  404: 'model_retired',
  408: 'outcome_unknown',
  413: 'too_large',
  429: 'rate',
  // A gateway that gave up waiting, or lost the answer, cannot say whether an image was made.
  502: 'outcome_unknown',
  504: 'outcome_unknown',
}

/** Translates what the vendor objected to. `status` decides where the code is unknown or missing. */
export function toFailure(
  error: VendorError,
  status: number,
  detail: { retryAfterSeconds?: number | null } = {},
): ProviderFailure {
  const code = error.code ?? ''
  return vendorFailure(reasonOf(code, error.message ?? '', status), `${status} ${code}: ${error.message ?? ''}`, { ...detail, field: error.param ?? null })
}

/** `QuotaExceeded` also means that too many tasks wait: that one passes. Only the text tells it from a spent budget. */
const QUEUE_FULL = /queue|concurren|in[- ]?flight/i

function reasonOf(code: string, message: string, status: number): ProviderFailureReason {
  if (code.startsWith('QuotaExceeded') && QUEUE_FULL.test(message)) return 'rate'
  const known = REASON_BY_CODE.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return known[1]
  if (status >= 500) return REASON_BY_STATUS[status] ?? 'provider_fault'
  if (status >= 400) return REASON_BY_STATUS[status] ?? 'invalid'
  return 'provider_fault'
}
