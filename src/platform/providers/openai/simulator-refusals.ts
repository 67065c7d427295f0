import { isObjectionable, SimulatedRefusal, type Directives } from '../simulation/index.ts'

interface Words {
  readonly code: string | null
  readonly message: string
  readonly param?: string | undefined
  readonly type?: string | undefined
}

export function refusal(status: number, { code, message, param, type }: Words, headers: Record<string, string> = {}): SimulatedRefusal {
  return new SimulatedRefusal(status, { error: { message, type: type ?? (status >= 500 ? 'server_error' : 'invalid_request_error'), param: param ?? null, code } }, headers)
}

export function badParameter(param: string, message: string, code = 'invalid_value'): SimulatedRefusal {
  return refusal(400, { code, message, param })
}

export function moderationBlocked(): SimulatedRefusal {
  const message = 'Your request was rejected by the safety system. If you believe this is an error, contact us and include the request ID.'
  return refusal(400, { code: 'moderation_blocked', message, type: 'image_generation_user_error' })
}

/** Refusals that come before any work, as a prompt may ask for them or deserve them. */
export function refuseAtTheDoor(directives: Directives): void {
  if (directives.has('429')) {
    const headers = { 'retry-after': '1', 'retry-after-ms': '1000', 'x-ratelimit-remaining-images': '0', 'x-ratelimit-reset-images': '1s' }
    throw refusal(429, { code: 'rate_limit_exceeded', message: 'Rate limit reached for images per minute.', type: 'requests' }, headers)
  }
  if (directives.has('500')) throw refusal(500, { code: 'server_error', message: 'The server had an internal error while processing your request.' })
  if (directives.has('refuse-input') || isObjectionable(directives.prompt)) throw moderationBlocked()
}
