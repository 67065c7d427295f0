import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { ProviderFailure } from '../port.ts'

export interface JsonPost {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** For the whole exchange, from the first look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** A longer answer is refused as `bad_response`. */
  readonly answerBytesMax: number
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

const CONNECT_TIMEOUT_MS = 15_000

/**
 * Sends one POST and reads the whole answer, whatever its status. Never retries, never redirects.
 *
 * Rejects with `network` while nothing can have been sent (no address, no connection, no TLS), and
 * with `outcome_unknown` from then on: a vendor that bills by the call may have begun.
 *
 * Built on node:http and not on fetch for two reasons. fetch does not tell whether a connection
 * stood when it failed, and gives up after 300 s without headers, which images can take. Each call
 * has a connection of its own, because a kept one that the vendor has just closed looks the same as
 * a lost answer.
 */
export async function postJson(post: JsonPost): Promise<JsonAnswer> {
  const progress: Progress = { maybeSent: false }
  try {
    const response = await send(post, progress)
    return { status: response.statusCode ?? 0, headers: response.headers, text: await readText(response, post) }
  } catch (error) {
    if (error instanceof ProviderFailure) throw error
    throw progress.maybeSent ? outcomeUnknown(error) : neverSent(error)
  }
}

interface Progress {
  maybeSent: boolean
}

function send(post: JsonPost, progress: Progress): Promise<IncomingMessage> {
  const body = Buffer.from(JSON.stringify(post.body))
  const secure = post.url.protocol === 'https:'
  const signal = AbortSignal.any([post.signal, AbortSignal.timeout(post.timeoutMs)])
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = (secure ? requestHttps : requestHttp)(post.url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { ...post.headers, 'content-type': 'application/json', 'content-length': body.length },
    })
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
    request.end(body)
  })
}

async function readText(response: IncomingMessage, { answerBytesMax }: JsonPost): Promise<string> {
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
