import type { IncomingMessage } from 'node:http'
import { newId } from '#lib/ids'

export const REQUEST_ID_HEADER = 'x-request-id'

const WELL_FORMED = /^[A-Za-z0-9._-]{8,128}$/

/** The caller's id when it is well formed, so that one id follows a request through every system; else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[REQUEST_ID_HEADER]
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : newId()
}
