import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { ProviderFailure } from '../port.ts'

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: { readonly contentType: string; readonly bytes: Uint8Array } | undefined
  /** For the whole exchange, from the first look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** A longer answer is refused as `bad_response`. */
  readonly answerBytesMax: number
  /** True for a question that changes nothing at the vendor: asking again is free. */
  readonly repeatable: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const CONNECT_TIMEOUT_MS = 15_000

/**
 * Sends one request and reads the whole answer, whatever its status. Never retries, never redirects.
 *
 * Rejects with `network` while nothing can have been sent (no address, no connection, no TLS), and
 * with `outcome_unknown` from then on: a vendor that bills by the call may have begun. A repeatable
 * exchange has no such doubt and rejects with `network` throughout. The text of a refusal is empty
 * where it could not be read to its end.
 *
 * Built on node:http and not on fetch for two reasons. fetch does not tell whether a connection
 * stood when it failed, and gives up after 300 s without headers, which images can take. Each call
 * has a connection of its own, because a kept one that the vendor has just closed looks the same as
 * a lost answer.
 */
export async function exchange(asked: Exchange): Promise<Answer> {
  const progress: Progress = { maybeSent: false }
  try {
    const response = await send(asked, progress)
    const { statusCode: status = 0, headers } = response
    // A refusal is one by its status alone: a body that breaks off leaves no doubt whether something was begun.
    const text = await readText(response, asked).catch((error: unknown) => (status >= 400 ? '' : Promise.reject(error as Error)))
    return { status, headers, text }
  } catch (error) {
    if (error instanceof ProviderFailure) throw error
    if (asked.repeatable) throw unanswered(error)
    throw progress.maybeSent ? outcomeUnknown(error) : neverSent(error)
  }
}

interface Progress {
  maybeSent: boolean
}

function send(asked: Exchange, progress: Progress): Promise<IncomingMessage> {
  const secure = asked.url.protocol === 'https:'
  const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(asked.timeoutMs)])
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = (secure ? requestHttps : requestHttp)(asked.url, { method: asked.method, agent: false, signal, headers: headersOf(asked) })
    const connecting = setTimeout(() => request.destroy(new Error('connecting took too long')), CONNECT_TIMEOUT_MS)
    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        progress.maybeSent = true
        clearTimeout(connecting)
      })
    })
    request.once('close', () => clearTimeout(connecting))
    request.once('error', reject)
    request.once('response', resolve)
    request.end(asked.body?.bytes)
  })
}

function headersOf({ headers, body }: Exchange): Record<string, string | number> {
  return body === undefined ? { ...headers } : { ...headers, 'content-type': body.contentType, 'content-length': body.bytes.length }
}

async function readText(response: IncomingMessage, { answerBytesMax }: Exchange): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > answerBytesMax) {
      response.destroy()
      throw new ProviderFailure('bad_response', {
        publicMessage: 'The provider answered in a way that could not be understood.',
        message: `the answer is longer than ${answerBytesMax} bytes`,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function neverSent(cause: unknown): ProviderFailure {
  return new ProviderFailure('network', {
    publicMessage: 'The provider could not be reached.',
    message: `the request was never sent: ${textOf(cause)}`,
    cause,
  })
}

function unanswered(cause: unknown): ProviderFailure {
  return new ProviderFailure('network', {
    publicMessage: 'The provider could not be reached.',
    message: `no answer to a question that can be asked again: ${textOf(cause)}`,
    cause,
  })
}

function outcomeUnknown(cause: unknown): ProviderFailure {
  return new ProviderFailure('outcome_unknown', {
    publicMessage: 'The connection to the provider was lost before it answered.',
    message: `no answer after the request may have been sent: ${textOf(cause)}`,
    cause,
  })
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}
