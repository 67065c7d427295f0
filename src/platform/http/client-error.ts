import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { newId } from '#lib/ids'
import type { Refusal } from '#lib/errors'
import type { Logger } from '#platform/telemetry'
import { HeadersTooLarge, MalformedHttp, RequestTimeout } from './errors.ts'
import { PROBLEM_TYPE, renderProblem } from './problem.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'

/**
 * Answers bytes that are not a request: the parser gave up, so there is no framework to answer with.
 * The connection ends, for nobody knows where the next request would start.
 */
export function answerClientError(
  error: Error & { code?: string },
  socket: Socket,
  headers: Readonly<Record<string, string>>,
  log: Logger,
): void {
  const answering = (socket as Socket & { _httpMessage?: { headersSent: boolean; req?: IncomingMessage } })._httpMessage
  // Half an answer is on the wire already; a second one inside it would be read as its body.
  if (error.code === 'ECONNRESET' || !socket.writable || answering?.headersSent === true) {
    socket.destroy()
    return
  }
  const refusal = refusalOf(error.code)
  const requestId = newId()
  log.info({ requestId, code: refusal.code, reason: error.code }, 'not a request')
  socket.end(renderRaw(refusal, requestId, headers))
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge({})
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeout({})
  return new MalformedHttp({ reason: 'The request could not be read.' })
}

function renderRaw(refusal: Refusal, requestId: string, security: Readonly<Record<string, string>>): string {
  const { problem, headers } = renderProblem(refusal, requestId)
  const body = JSON.stringify(problem)
  const fields = {
    ...security,
    ...headers,
    [REQUEST_ID_HEADER]: requestId,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head}\r\n${body}`
}
