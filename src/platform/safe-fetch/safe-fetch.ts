import type { LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import { Agent, request, type Dispatcher } from 'undici'
import { type AddressRules, refuseAddress } from './address-rules.ts'
import { FetchFailure } from './fetch-failure.ts'
import { guardedDial } from './guarded-dial.ts'
import { limitBody, toFetchFailure } from './limited-body.ts'

export interface SafeFetchOptions extends AddressRules {
  readonly method?: 'GET' | 'POST' | undefined
  /** Sent to the origin of the first address and to no other. Nothing is added from our own surroundings. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  /** Of the body as it is read, and as it arrives. */
  readonly bytesMax: number
  /** For everything, redirects and body included. */
  readonly timeoutMs: number
  /** Without a byte. A connection must stand, and headers arrive, within it too. */
  readonly idleTimeoutMs?: number | undefined
  /** What a success may be, as `image/png` or `image/`. Anything when left out. What the sender says is a first filter, not the truth. */
  readonly contentTypes?: readonly string[] | undefined
  /** At most three. None for a POST. */
  readonly redirectsMax?: number | undefined
  /** Narrows where a redirect may lead; every rule for addresses holds besides. */
  readonly mayRedirect?: ((next: URL) => boolean) | undefined
  /**
   * Origins of the operator's own, such as a simulator on this machine: no rule but that of credentials holds for them. Only
   * for addresses that the program made; one that a person gave must be fetched without. Strangers cannot redirect there.
   */
  readonly ownOrigins?: readonly string[] | undefined
  /** How names are looked up. The system's way when left out. */
  readonly lookup?: LookupFunction | undefined
}

export interface FetchedAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: URL
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** As the sender says, without parameters. */
  readonly contentType: string | null
  readonly contentLength: number | null
  /** Unpacked. Fails with `FetchFailure`. The caller consumes or destroys it. */
  readonly body: Readable
}

const REDIRECTS_MAX = 3
const IDLE_TIMEOUT_MS = 15_000
const HEADER_BYTES_MAX = 32 * 1024

/**
 * Fetches an address that somebody else named, without being led into our own network.
 *
 * Every hop is judged by what is written in its address, then by where it leads at the moment of connecting. Each has a
 * connection of its own, no proxy of the environment is used, and no cookie or credential is sent that the caller did not give.
 * Any status is an answer. Rejects with `FetchFailure`; a GET is safe to repeat.
 */
export async function safeFetch(address: string | URL, options: SafeFetchOptions): Promise<FetchedAnswer> {
  const signal = AbortSignal.any([AbortSignal.timeout(options.timeoutMs), ...(options.signal === undefined ? [] : [options.signal])])
  const first = parse(address)
  let hop: Hop = { url: first, own: isOwn(first, options) }
  const redirectsMax = options.method === 'POST' ? 0 : Math.min(options.redirectsMax ?? REDIRECTS_MAX, REDIRECTS_MAX)
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(hop, first, options, signal)
    const next = redirectOf(answer, hop.url)
    if (next === null) return answer
    answer.body.destroy()
    if (redirects === redirectsMax) throw new FetchFailure('not_allowed', `${hop.url.origin} answered with a redirect (${answer.status}) that is not followed`)
    if (options.mayRedirect?.(next) === false) throw new FetchFailure('not_allowed', `${hop.url.origin} answered with a redirect to ${next.origin}`)
    hop = { url: next, own: hop.own && isOwn(next, options) }
  }
}

interface Hop {
  readonly url: URL
  /** Own by the caller's word, and reached through own origins only. */
  readonly own: boolean
}

/** `blob:` addresses have the origin of another one inside them. */
function isOwn(url: URL, { ownOrigins = [] }: SafeFetchOptions): boolean {
  return /^https?:$/.test(url.protocol) && ownOrigins.includes(url.origin) && url.username === '' && url.password === ''
}

function parse(address: string | URL, base?: URL): URL {
  if (!URL.canParse(String(address), base?.href)) throw new FetchFailure('not_allowed', 'the address cannot be parsed')
  return new URL(address, base)
}

async function ask(hop: Hop, first: URL, options: SafeFetchOptions, signal: AbortSignal): Promise<FetchedAnswer> {
  const refusal = hop.own ? null : refuseAddress(hop.url, options)
  if (refusal !== null) throw new FetchFailure('not_allowed', refusal)
  const agent = openAgent(hop, options)
  try {
    const answer = await request(hop.url, {
      dispatcher: agent,
      method: options.method ?? 'GET',
      body: options.body ?? null,
      signal,
      headers: { 'user-agent': 'Cooly', 'accept-encoding': 'identity', ...(hop.url.origin === first.origin ? options.headers : {}) },
    })
    answer.body.on('error', () => undefined) // Reported to whoever reads; nobody may be reading yet.
    const accepted = accept(hop.url, answer, options)
    accepted.body.once('close', () => void agent.destroy())
    return accepted
  } catch (cause) {
    await agent.destroy()
    throw toFetchFailure(cause)
  }
}

/** For one request: a connection that was checked for one address is never used for another. */
function openAgent({ own }: Hop, { idleTimeoutMs = IDLE_TIMEOUT_MS, lookup }: SafeFetchOptions): Agent {
  const limits = { pipelining: 0, headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs, maxHeaderSize: HEADER_BYTES_MAX }
  return new Agent({ ...limits, connect: own ? { timeout: idleTimeoutMs } : guardedDial(idleTimeoutMs, lookup) })
}

/** Judges the headers. A redirect passes: its body is never read. */
function accept(url: URL, { statusCode: status, headers, body }: Dispatcher.ResponseData, options: SafeFetchOptions): FetchedAnswer {
  const contentType = textOf(headers['content-type'])?.split(';', 1)[0]?.trim().toLowerCase() ?? null
  const contentLength = lengthOf(textOf(headers['content-length']))
  if (contentLength !== null && !(contentLength <= options.bytesMax)) throw new FetchFailure('too_large', `the answer is ${contentLength} bytes long`)
  const { contentTypes } = options
  const fits = contentTypes?.some((type) => contentType === type || (type.endsWith('/') && contentType?.startsWith(type) === true)) ?? true
  if (status >= 200 && status < 300 && !fits) throw new FetchFailure('wrong_type', `the answer says it is ${contentType ?? 'nothing'}`)
  const encoding = textOf(headers['content-encoding'])?.trim().toLowerCase() ?? ''
  return { url, status, headers, contentType, contentLength, body: limitBody(body, encoding, options.bytesMax) }
}

function redirectOf({ status, headers }: FetchedAnswer, from: URL): URL | null {
  const location = textOf(headers['location'])
  return [301, 302, 303, 307, 308].includes(status) && location !== undefined ? parse(location, from) : null
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header
}

function lengthOf(header: string | undefined): number | null {
  return header === undefined ? null : /^\d+$/.test(header) ? Number(header) : NaN
}
