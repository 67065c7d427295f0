import { ProviderFailure, type ProviderFailureReason } from '../port.ts'
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
  413: 'too_large',
  429: 'rate',
  // A gateway that gave up waiting, or lost the answer, cannot say whether an image was made.
  502: 'outcome_unknown',
  504: 'outcome_unknown',
}

const PUBLIC_MESSAGE: Partial<Record<ProviderFailureReason, string>> = {
  auth: 'The provider does not accept our account at the moment.',
  permission: 'The provider does not let our account use this model.',
  quota: 'Our spending limit at the provider is reached.',
  rate: 'The provider is busy.',
  invalid: 'The provider does not accept these settings.',
  content_input: 'The prompt was refused by the content rules of the provider.',
  content_output: 'The result was refused by the content rules of the provider.',
  model_retired: 'The provider no longer offers this model.',
  too_large: 'The request is too large for the provider.',
  provider_fault: 'The provider failed.',
  outcome_unknown: 'The connection to the provider was lost before it answered.',
  bad_response: 'The provider answered in a way that could not be understood.',
}

/** Longer texts of the vendor are cut before they reach the log. */
const MESSAGE_CHARACTERS_MAX = 500

/** Translates what the vendor objected to. `status` decides where the code is unknown or missing. */
export function toFailure(
  error: VendorError,
  status: number,
  detail: { retryAfterSeconds?: number | null } = {},
): ProviderFailure {
  const code = error.code ?? ''
  const said = `${status} ${code}: ${error.message ?? ''}`.slice(0, MESSAGE_CHARACTERS_MAX)
  return failure(reasonOf(code, status), said, { ...detail, field: error.param ?? null })
}

/** The vendor answered, and nothing can be had from the answer. */
export function badResponse(message: string, cause?: unknown): ProviderFailure {
  return failure('bad_response', message, { cause })
}

function reasonOf(code: string, status: number): ProviderFailureReason {
  const known = REASON_BY_CODE.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return known[1]
  if (status >= 500) return REASON_BY_STATUS[status] ?? 'provider_fault'
  if (status >= 400) return REASON_BY_STATUS[status] ?? 'invalid'
  return 'provider_fault'
}

function failure(
  reason: ProviderFailureReason,
  message: string,
  detail: { retryAfterSeconds?: number | null; field?: string | null; cause?: unknown },
): ProviderFailure {
  return new ProviderFailure(reason, { ...detail, message, publicMessage: PUBLIC_MESSAGE[reason] ?? 'The provider failed.' })
}
