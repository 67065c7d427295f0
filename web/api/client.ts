import createClient from 'openapi-fetch'
import type { paths } from './schema.ts'
import { networkProblem, Problem, problemFrom } from './problem.ts'

/** The one way out of the app. Same origin, cookie session; the paths and bodies come from `openapi.json`. */
export const client = createClient<paths>({ credentials: 'same-origin' })

/** Waits for a call and gives its data, or throws a `Problem`; callers never look at status codes. */
export async function answer<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (isAbort(cause)) throw cause
    throw networkProblem()
  })
  if (!response.ok) throw await problemFrom(response, error ?? {})
  return data as Data
}

/** The auth library's own paths are not in `openapi.json`; they take and give plain JSON. */
export async function postAuth(path: `/api/auth/${string}`, body: object): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw networkProblem()
  })
  if (!response.ok) throw await problemFrom(response)
}

const isAbort = (cause: unknown): boolean => cause instanceof DOMException && cause.name === 'AbortError'

/** A refusal stays a refusal: only lost and failed answers are worth asking again. */
export function worthRetrying(failures: number, error: unknown): boolean {
  return failures < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500)
}
