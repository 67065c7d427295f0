/**
 * A refusal or failure, as the app shows it. `code` is what code may match on; `message` is written
 * for the person who reads it. A request that got no answer at all has status 0 and code `network`.
 */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null
  /** The member `errors` as it came: mistakes by field, where the answer told any. Whoever shows them looks at what they are. */
  readonly errors: unknown

  constructor(fields: { message: string; status: number; code: string; requestId?: string | null; retryAfterSeconds?: number | null; errors?: unknown }) {
    super(fields.message)
    this.name = 'Problem'
    this.status = fields.status
    this.code = fields.code
    this.requestId = fields.requestId ?? null
    this.retryAfterSeconds = fields.retryAfterSeconds ?? null
    this.errors = fields.errors
  }
}

/** Reads any failed answer. A body that is not a problem (a proxy's page, an empty one) still gives a usable sentence. */
export async function problemFrom(response: Response, parsed?: unknown): Promise<Problem> {
  const body = asRecord(parsed ?? (await response.json().catch(() => null)))
  return new Problem({
    message: textOf(body.detail) ?? textOf(body.message) ?? textOf(body.title) ?? fallbackFor(response.status),
    status: response.status,
    code: textOf(body.code) ?? `http.${response.status}`,
    requestId: textOf(body.requestId) ?? response.headers.get('x-request-id'),
    retryAfterSeconds: retryAfter(response),
    errors: body.errors,
  })
}

export function networkProblem(): Problem {
  return new Problem({ message: 'The server could not be reached. Check your connection and try again.', status: 0, code: 'network' })
}

/** Whatever was thrown, as something that can be shown. */
export function toProblem(error: unknown): Problem {
  return error instanceof Problem ? error : networkProblem()
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? response.headers.get('x-retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : null
}

function fallbackFor(status: number): string {
  if (status === 429) return 'Too many tries. Wait a moment.'
  if (status >= 500) return 'Something went wrong on our side. Nothing you did caused it.'
  return 'The server refused this request.'
}

const asRecord = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {})
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
