import { exchange, type Answer, type Exchange } from '../transport/index.ts'
import type { ProviderFailure } from '../port.ts'
import { readRefusal } from './failures.ts'
import type { AccessTokens } from './settings.ts'

/** How an account shows itself. */
export type Credentials = { readonly kind: 'key'; readonly apiKey: string } | { readonly kind: 'tokens'; readonly tokens: AccessTokens }

/** A simulator is told which request a call belongs to; a vendor never is. */
interface Told {
  readonly requestId: string
  readonly callNumber: number
}

export interface Asked extends Pick<Exchange, 'method' | 'timeoutMs' | 'signal' | 'repeatable'> {
  /** Below the base URL. */
  readonly path: string
  readonly json?: unknown
  readonly told?: Told | undefined
  readonly answerBytesMax?: number | undefined
}

const ANSWER_BYTES_MAX = 8 * 1024 * 1024
export const QUESTION_TIMEOUT_MS = 60_000
export const SUBMIT_TIMEOUT_MS = 2 * 60_000

export class GoogleConnection {
  readonly baseUrl: URL
  readonly simulated: boolean
  readonly #credentials: Credentials
  #secret = ''

  constructor(settings: { baseUrl: string; simulated: boolean; credentials: Credentials }) {
    this.baseUrl = new URL(settings.baseUrl.replace(/\/+$/, ''))
    this.simulated = settings.simulated
    this.#credentials = settings.credentials
  }

  /** The answer, whatever its status. Rejects before anything is sent when there are no credentials to be had. */
  async ask({ path, json, told, answerBytesMax = ANSWER_BYTES_MAX, ...rest }: Asked): Promise<Answer> {
    const shown = await this.headers(rest.signal)
    const headers = { accept: 'application/json', ...shown, ...this.#toldHeaders(told) }
    const body = json === undefined ? undefined : { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(json)) }
    const answer = await exchange({ ...rest, url: new URL(this.baseUrl.href.replace(/\/+$/, '') + path), headers, body, answerBytesMax })
    if (answer.status === 401 && this.#credentials.kind === 'tokens') this.#credentials.tokens.forget(shown['authorization']?.slice('Bearer '.length) ?? '')
    return answer
  }

  /** The key goes into a header and never into an address, where logs would keep it. */
  async headers(signal: AbortSignal): Promise<Record<string, string>> {
    if (this.#credentials.kind === 'key') {
      this.#secret = this.#credentials.apiKey
      return { 'x-goog-api-key': this.#secret }
    }
    this.#secret = await this.#credentials.tokens.token(signal)
    return { authorization: `Bearer ${this.#secret}` }
  }

  refusal(answer: Answer): ProviderFailure {
    return readRefusal(answer, this.#secret === '' ? '\0' : this.#secret)
  }

  #toldHeaders(told: Told | undefined): Record<string, string> {
    return this.simulated && told !== undefined ? { 'x-simulator-request': told.requestId, 'x-simulator-call': String(told.callNumber) } : {}
  }
}

/** A path made of a name that the vendor gave, which may lead nowhere else. Null when it tries. */
export function pathOf(name: string): string | null {
  const segments = name.split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return null
  return `/${segments.map(encodeURIComponent).join('/')}`
}
