import { isObjectionable, SimulatedRefusal, type Directives } from '../simulation/index.ts'

const STATUS: Readonly<Record<number, string>> = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 413: 'INVALID_ARGUMENT', 429: 'RESOURCE_EXHAUSTED', 500: 'INTERNAL' }
const TYPE = 'type.googleapis.com/google.rpc.'

export function refusal(code: number, message: string, details: readonly Record<string, unknown>[] = []): SimulatedRefusal {
  return new SimulatedRefusal(code, { error: { code, message, status: STATUS[code] ?? 'UNKNOWN', ...(details.length === 0 ? {} : { details }) } })
}

export function badField(field: string, message: string): SimulatedRefusal {
  return refusal(400, message, [{ '@type': `${TYPE}BadRequest`, fieldViolations: [{ field, description: message }] }])
}

export function badKey(): SimulatedRefusal {
  return refusal(400, 'API key not valid. Please pass a valid API key.', [{ '@type': `${TYPE}ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com' }])
}

export function tooMany(): SimulatedRefusal {
  return refusal(429, 'You exceeded your current quota.', [{ '@type': `${TYPE}RetryInfo`, retryDelay: '1s' }])
}

export function internalError(): SimulatedRefusal {
  return refusal(500, 'An internal error has occurred. Please retry.')
}

/** Refusals that come before any work, as a prompt may ask for them or deserve them. */
export function refuseAtTheDoor(directives: Directives): void {
  if (directives.has('429')) throw tooMany()
  if (directives.has('500')) throw internalError()
  if (directives.has('refuse-input') || isObjectionable(directives.prompt)) {
    throw refusal(400, "The prompt could not be submitted: it contains words that violate the vendor's usage guidelines.")
  }
}
