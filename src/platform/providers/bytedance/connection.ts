import { exchange, openOutput, toldToWaitSeconds, type Answer, type Exchange, type OutputSource } from '../transport/index.ts'
import type { FetchedOutput } from '../port.ts'
import { badResponse, tryParseJson } from '../vendor-failure.ts'
import { toFailure } from './failures.ts'
import { ErrorReply } from './replies.ts'

export interface BytedanceSettings {
  /** Sent as it is: the vendor changed the format of its keys before and may again. */
  readonly apiKey: string
  readonly baseUrl: string
  readonly simulated: boolean
  readonly timeoutMs?: number | undefined
}

/** A shorter key is a simulator's, and stands in some addresses by chance. */
const SECRET_CHARACTERS_MIN = 16

/** A simulator is told which request a call belongs to; a vendor never is. */
export interface Told {
  readonly requestId: string
  readonly callNumber: number
}

interface Asked extends Pick<Exchange, 'method' | 'timeoutMs' | 'signal' | 'repeatable'> {
  /** Below the base URL, with its query. */
  readonly path: string
  readonly body?: unknown
  readonly told?: Told | undefined
}

/** We ask for addresses, never for the bytes, so an honest answer is a few kilobytes, and a page of tasks a megabyte. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024

/** How images and videos reach one account of the vendor in one region. */
export class BytedanceConnection {
  readonly #settings: BytedanceSettings
  readonly #base: string

  constructor(settings: BytedanceSettings) {
    this.#settings = settings
    this.#base = new URL(settings.baseUrl).href.replace(/\/+$/, '')
  }

  /** The answer, whatever its status, without our key should it stand in it. */
  async ask({ path, body, told, ...rest }: Asked): Promise<Answer> {
    const { apiKey } = this.#settings
    const answer = await exchange({
      ...rest,
      url: new URL(this.#base + path),
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json', ...this.#simulatorHeaders(told) },
      ...(body === undefined ? {} : { body: { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) } }),
      answerBytesMax: ANSWER_BYTES_MAX,
    })
    return apiKey.length < SECRET_CHARACTERS_MIN ? answer : { ...answer, text: answer.text.replaceAll(apiKey, '[secret]') }
  }

  /** Opens a result at the address the vendor gave. */
  open(address: string, options: Pick<OutputSource, 'signal' | 'bytesMax'>): Promise<FetchedOutput> {
    const { origin } = new URL(this.#base)
    return openOutput({ ...options, url: this.#addressOf(address, origin), plainOrigin: this.#settings.simulated ? origin : null })
  }

  /**
   * A simulator may listen elsewhere after a restart, and can make any of its results again: where it
   * stands now is what counts, so that a stored result survives as it would at the vendor.
   */
  #addressOf(address: string, origin: string): URL {
    const url = new URL(address)
    return this.#settings.simulated ? new URL(url.pathname + url.search, origin) : url
  }

  #simulatorHeaders(told: Told | undefined): Record<string, string> {
    if (!this.#settings.simulated || told === undefined) return {}
    return { 'x-simulator-request': told.requestId, 'x-simulator-call': String(told.callNumber) }
  }
}

/** The failure of an answer that is none of success. */
export function readRefusal(answer: Answer): Error {
  if (answer.status < 400) return badResponse(`the answer has status ${answer.status}`)
  const after = toldToWaitSeconds(answer.headers)
  const reply = ErrorReply.safeParse(tryParseJson(answer.text))
  return toFailure(reply.data?.error ?? {}, answer.status, { retryAfterSeconds: after })
}

export function requestIdOf({ headers }: Answer): string | null {
  const id = headers['x-request-id']
  return typeof id === 'string' ? id.slice(0, 200) : null
}
