import type { ListedModel } from '../port.ts'
import { exchange, readLifeNotice, type Answer, type Exchange } from '../transport/index.ts'
import { badResponse, parseJson } from '../vendor-failure.ts'
import { readRefusal } from './failures.ts'
import { ModelsReply } from './replies.ts'
import type { OpenaiSettings } from './settings.ts'

/** A simulator is told which request a call belongs to; a vendor never is. */
export interface Told {
  readonly requestId: string
  readonly callNumber: number
}

export interface Asked extends Pick<Exchange, 'method' | 'body' | 'timeoutMs' | 'signal' | 'answerBytesMax' | 'repeatable'> {
  readonly path: string
  readonly told?: Told | undefined
}

const ANSWER_BYTES_MAX = 4 * 1024 * 1024
const QUESTION_TIMEOUT_MS = 30_000

/** How images and videos reach one account of the vendor, or of a gateway that speaks like it. */
export class OpenaiConnection {
  readonly baseUrl: URL
  readonly #settings: OpenaiSettings

  constructor(settings: OpenaiSettings) {
    this.#settings = settings
    this.baseUrl = new URL(settings.baseUrl.replace(/\/+$/, ''))
  }

  /** Whether it is the vendor that is asked, or what stands in for it here. Gateways speak its protocol as they came to know it, and may refuse fields that are newer. */
  get isVendor(): boolean {
    return this.#settings.simulated || /^([\w-]+\.)?api\.openai\.com$/.test(this.baseUrl.hostname)
  }

  urlOf(path: string): URL {
    return new URL(this.baseUrl.href.replace(/\/+$/, '') + path)
  }

  /** The answer, whatever its status. */
  async ask({ path, told, ...rest }: Asked): Promise<Answer> {
    return exchange({ ...rest, url: this.urlOf(path), headers: { accept: 'application/json', ...this.headers(told) } })
  }

  /** The failure of an answer that is none of success. */
  refusal(answer: Answer): Error {
    return readRefusal(answer, this.#settings.apiKey)
  }

  /** Passes on what a successful or failed answer says about the end of a model. */
  listenFor(providerModel: string, answer: Answer): void {
    const notice = readLifeNotice(answer.headers)
    if (notice !== null) this.#settings.onLifeNotice?.(providerModel, notice)
  }

  headers(told?: Told): Record<string, string> {
    const { apiKey, organization, project, simulated } = this.#settings
    return {
      authorization: `Bearer ${apiKey}`,
      ...(organization === undefined ? {} : { 'openai-organization': organization }),
      ...(project === undefined ? {} : { 'openai-project': project }),
      ...(simulated && told !== undefined ? { 'x-simulator-request': told.requestId, 'x-simulator-call': String(told.callNumber) } : {}),
    }
  }

  /** What the account may use, with the day on which each model ends. Safe to repeat. */
  async listModels(signal: AbortSignal): Promise<readonly ListedModel[]> {
    const answer = await this.ask({ method: 'GET', path: '/models', timeoutMs: QUESTION_TIMEOUT_MS, signal, answerBytesMax: ANSWER_BYTES_MAX, repeatable: true })
    if (answer.status !== 200) throw this.refusal(answer)
    const reply = ModelsReply.safeParse(parseJson(answer.text))
    if (!reply.success) throw badResponse('the list of models is not of the documented shape', reply.error)
    return reply.data.data.map(({ id, shutdown_date }) => ({ id, shutdownAt: dateOf(shutdown_date) }))
  }
}

export function requestIdOf({ headers }: Answer): string | null {
  const id = headers['x-request-id']
  return typeof id === 'string' ? id.slice(0, 200) : null
}

function dateOf(date: string | null | undefined): string | null {
  return date != null && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null
}
