import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { Readable } from 'node:stream'
import { ProviderFailure, type FetchedOutput } from '../port.ts'

/** No image of any vendor comes near this. A longer one is refused, or cut off while it streams. */
export const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

const IDLE_TIMEOUT_MS = 30_000
const GONE = new Set([403, 404, 410])

export interface OutputSource {
  readonly url: URL
  /** The one origin that may be asked over plain http: our simulator's. */
  readonly plainOrigin: string | null
  readonly signal: AbortSignal
  /** For a vendor that hands its results to the account only. Sent to the origin of `url` and to no other. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `OUTPUT_BYTES_MAX` when left out, which suits images. */
  readonly bytesMax?: number | undefined
  /** Hosts of the vendor, with all below them, that a redirect may lead to. None when left out. */
  readonly redirectHosts?: readonly string[] | undefined
}

/** A minute of 4K is less. */
export const VIDEO_BYTES_MAX = 512 * 1024 * 1024
const REDIRECTS_MAX = 3

/**
 * Opens a finished output at the vendor's address. Safe to repeat.
 *
 * Rejects with `output_gone` on 403, 404 and 410, with `bad_output` for an address or a size that is
 * not acceptable, with `network` for everything else. A redirect is refused, not followed, unless
 * it stays with the hosts named: else the vendor names the address itself. The body fails with the same reasons when it breaks off or grows
 * past the limit.
 */
export async function openOutput(source: OutputSource): Promise<FetchedOutput> {
  let { url } = source
  for (let redirects = 0; ; redirects += 1) {
    refuseOddAddress(url, source)
    const response = await get(url, source).catch((cause: unknown) => {
      throw unreachable(cause)
    })
    try {
      const next = redirects < REDIRECTS_MAX ? redirectOf(response, url, source) : null
      if (next === null) return { body: watch(response, source), contentType: response.headers['content-type'] ?? null, contentLength: accept(response, source) }
      response.destroy()
      url = next
    } catch (error) {
      response.destroy()
      throw error
    }
  }
}

function refuseOddAddress(url: URL, { plainOrigin }: OutputSource): void {
  if (url.username !== '' || url.password !== '') throw badOutput('the address carries credentials')
  if (url.protocol === 'https:') return
  if (url.protocol === 'http:' && url.origin === plainOrigin) return
  throw badOutput(`the address is not https: ${url.origin}`)
}

function get(url: URL, source: OutputSource): Promise<IncomingMessage> {
  const { signal } = source
  const headers = url.origin === source.url.origin ? { ...source.headers } : {}
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const open = url.protocol === 'https:' ? requestHttps : requestHttp
    const request = open(url, { signal, timeout: IDLE_TIMEOUT_MS, agent: false, headers })
    request.once('timeout', () => request.destroy(new Error(`nothing arrived for ${IDLE_TIMEOUT_MS} ms`)))
    request.once('error', reject)
    request.once('response', resolve)
    request.end()
  })
}

/** Where a redirect leads that may be followed; null for what is none, or may not. */
function redirectOf(response: IncomingMessage, from: URL, { redirectHosts = [], plainOrigin }: OutputSource): URL | null {
  const status = response.statusCode ?? 0
  const { location } = response.headers
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, from.href)) return null
  const next = new URL(location, from)
  const known = next.origin === plainOrigin || redirectHosts.some((host) => next.hostname === host || next.hostname.endsWith(`.${host}`))
  return redirectHosts.length > 0 && known ? next : null
}

/** Judges status and headers; returns the promised length. */
function accept(response: IncomingMessage, { bytesMax = OUTPUT_BYTES_MAX }: OutputSource): number | null {
  const status = response.statusCode ?? 0
  if (GONE.has(status)) {
    throw new ProviderFailure('output_gone', {
      publicMessage: 'The result is no longer available at the provider.',
      message: `the result address answered ${status}`,
    })
  }
  if (status >= 300 && status < 400) throw badOutput(`the result address answered with a redirect (${status})`)
  if (status !== 200) throw unreachable(new Error(`the result address answered ${status}`))
  const header = response.headers['content-length']
  const length = header === undefined ? null : Number(header)
  if (length !== null && !(length <= bytesMax)) throw badOutput(`the result is ${header} bytes long`)
  return length
}

function watch(response: IncomingMessage, { bytesMax = OUTPUT_BYTES_MAX }: OutputSource): Readable {
  const body = Readable.from(counted(response, bytesMax), { objectMode: false })
  body.once('close', () => response.destroy())
  return body
}

async function* counted(response: IncomingMessage, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > bytesMax) throw badOutput(`the result is longer than ${bytesMax} bytes`)
      yield chunk
    }
  } catch (error) {
    throw error instanceof ProviderFailure ? error : unreachable(error)
  }
}

function badOutput(message: string): ProviderFailure {
  return new ProviderFailure('bad_output', { publicMessage: 'The provider delivered something unusable.', message })
}

function unreachable(cause: unknown): ProviderFailure {
  const message = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new ProviderFailure('network', { publicMessage: 'The result could not be fetched from the provider.', message, cause })
}
