import { Readable } from 'node:stream'
import { FetchFailure, safeFetch, type FetchedAnswer } from '#platform/safe-fetch'
import { ProviderFailure, type FetchedOutput } from '../port.ts'

/** No image of any vendor comes near this. A longer one is refused, or cut off while it streams. */
export const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
/** A minute of 4K is less. */
export const VIDEO_BYTES_MAX = 512 * 1024 * 1024

const IDLE_TIMEOUT_MS = 30_000
/** For the whole transfer. A vendor that lets its bytes drip is not waited for longer. */
const TIMEOUT_MS = 15 * 60_000
const GONE = new Set([403, 404, 410])

export interface OutputSource {
  readonly url: URL
  /** The one origin that may be asked over plain http, and on a private address: our simulator's. */
  readonly plainOrigin: string | null
  readonly signal: AbortSignal
  /** For a vendor that hands its results to the account only. Sent to the origin of `url` and to no other. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `OUTPUT_BYTES_MAX` when left out, which suits images. */
  readonly bytesMax?: number | undefined
  /** Hosts of the vendor, with all below them, that a redirect may lead to. None when left out. */
  readonly redirectHosts?: readonly string[] | undefined
}

/**
 * Opens a finished output at the vendor's address. Safe to repeat.
 *
 * Rejects with `output_gone` on 403, 404 and 410, with `bad_output` for an address or a size that is
 * not acceptable, with `network` for everything else. An answer of a vendor is no reason to connect to our own
 * network: where the address leads is checked as for any stranger's. A redirect is refused, not followed, unless it stays
 * with the hosts named. The body fails with the same reasons when it breaks off or grows past the limit.
 */
export async function openOutput(source: OutputSource): Promise<FetchedOutput> {
  const answer = await ask(source)
  try {
    refuseStatus(answer.status)
    const body = Readable.from(translated(answer.body), { objectMode: false })
    body.once('close', () => answer.body.destroy())
    return { body, contentType: answer.contentType, contentLength: answer.contentLength }
  } catch (error) {
    answer.body.destroy()
    throw error
  }
}

async function ask({ url, plainOrigin, signal, headers, bytesMax = OUTPUT_BYTES_MAX, redirectHosts = [] }: OutputSource): Promise<FetchedAnswer> {
  const known = (next: URL): boolean => next.origin === plainOrigin || redirectHosts.some((host) => next.hostname === host || next.hostname.endsWith(`.${host}`))
  try {
    return await safeFetch(url, {
      headers,
      signal,
      bytesMax,
      timeoutMs: TIMEOUT_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      redirectsMax: redirectHosts.length === 0 ? 0 : undefined,
      mayRedirect: known,
      ownOrigins: plainOrigin === null ? [] : [plainOrigin],
    })
  } catch (error) {
    throw toProviderFailure(error)
  }
}

function refuseStatus(status: number): void {
  if (GONE.has(status)) {
    throw new ProviderFailure('output_gone', {
      publicMessage: 'The result is no longer available at the provider.',
      message: `the result address answered ${status}`,
    })
  }
  if (status >= 300 && status < 400) throw badOutput(`the result address answered with a redirect (${status})`)
  if (status !== 200) throw unreachable(new Error(`the result address answered ${status}`))
}

async function* translated(body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>
  } catch (error) {
    throw toProviderFailure(error)
  }
}

/** An address that leads inside will do so again: it is a bad answer of the vendor, not a fault of the network. */
function toProviderFailure(error: unknown): ProviderFailure {
  const repeatable = !(error instanceof FetchFailure) || (error.kind === 'unreachable' && !error.blocked)
  return repeatable ? unreachable(error) : badOutput(error.message, error)
}

function badOutput(message: string, cause?: unknown): ProviderFailure {
  return new ProviderFailure('bad_output', { publicMessage: 'The provider delivered something unusable.', message, cause })
}

function unreachable(cause: unknown): ProviderFailure {
  const message = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new ProviderFailure('network', { publicMessage: 'The result could not be fetched from the provider.', message, cause })
}
