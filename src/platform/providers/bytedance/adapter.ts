import type { CallOptions, FetchedOutput, ImageCall, ImageProvider, ImageResult } from '../port.ts'
import { openOutput, postJson, retryAfterSeconds, type JsonAnswer } from '../transport/index.ts'
import { badResponse, toFailure } from './failures.ts'
import { ErrorReply, ImagesReply } from './replies.ts'

export interface BytedanceSettings {
  /** Sent as it is: the vendor changed the format of its keys before and may again. */
  readonly apiKey: string
  readonly baseUrl: string
  readonly simulated: boolean
  readonly timeoutMs?: number | undefined
}

/** Images take 25 to 50 s, 4K longer; the vendor bills what it made even when nobody waited. */
const TIMEOUT_MS = 5 * 60_000
/** We ask for addresses, never for the bytes, so an honest answer is a few kilobytes. */
const ANSWER_BYTES_MAX = 1024 * 1024

/** Seedream over `POST {base}/images/generations`, one image a call. */
export class BytedanceImages implements ImageProvider {
  readonly name = 'bytedance'
  readonly simulated: boolean
  readonly #apiKey: string
  readonly #endpoint: URL
  readonly #timeoutMs: number

  constructor(settings: BytedanceSettings) {
    this.simulated = settings.simulated
    this.#apiKey = settings.apiKey
    this.#endpoint = new URL(`${settings.baseUrl.replace(/\/+$/, '')}/images/generations`)
    this.#timeoutMs = settings.timeoutMs ?? TIMEOUT_MS
  }

  async generateImage(call: ImageCall, { signal }: CallOptions): Promise<ImageResult> {
    const answer = await postJson({
      url: this.#endpoint,
      headers: { authorization: `Bearer ${this.#apiKey}`, accept: 'application/json', ...this.#simulatorHeaders(call) },
      body: toBody(call),
      timeoutMs: this.#timeoutMs,
      signal,
      answerBytesMax: ANSWER_BYTES_MAX,
    })
    const redacted = { ...answer, text: answer.text.replaceAll(this.#apiKey, '[secret]') }
    if (answer.status !== 200) throw readRefusal(redacted)
    return readImage(redacted)
  }

  async fetchOutput(result: ImageResult, { signal }: CallOptions): Promise<FetchedOutput> {
    const plainOrigin = this.simulated ? this.#endpoint.origin : null
    return openOutput({ url: this.#addressOf(result), plainOrigin, signal })
  }

  /**
   * A simulator may listen elsewhere after a restart, and can draw any of its pictures again: where
   * it stands now is what counts, so that a stored result survives as it would at the vendor.
   */
  #addressOf(result: ImageResult): URL {
    const url = new URL(result.url)
    return this.simulated ? new URL(url.pathname + url.search, this.#endpoint.origin) : url
  }

  #simulatorHeaders(call: ImageCall): Record<string, string> {
    if (!this.simulated) return {}
    return { 'x-simulator-request': call.requestId, 'x-simulator-call': String(call.callNumber) }
  }
}

/** Documented fields only: what the 4.x models do with others is not known. */
function toBody(call: ImageCall): Record<string, unknown> {
  return {
    model: call.providerModel,
    prompt: call.prompt,
    size: call.size,
    response_format: 'url',
    watermark: false, // The vendor's default is true.
    sequential_image_generation: 'disabled',
  }
}

function readImage(answer: JsonAnswer): ImageResult {
  const reply = ImagesReply.safeParse(parseJson(answer.text))
  if (!reply.success) throw badResponse('the answer is not of the documented shape', reply.error)
  const { data, error, usage } = reply.data
  const image = data?.find((item) => item.url != null && item.error == null)
  if (image?.url == null) {
    const refused = data?.find((item) => item.error != null)?.error ?? error
    throw refused == null ? badResponse('the answer holds neither an image nor an error') : toFailure(refused, answer.status)
  }
  if (!URL.canParse(image.url)) throw badResponse('the address of the image is not a URL')
  return {
    url: image.url,
    ...readSize(image.size ?? ''),
    requestId: requestIdOf(answer),
    usage: { images: usage?.generated_images ?? 1, tokens: usage?.output_tokens ?? null },
  }
}

function readRefusal(answer: JsonAnswer): Error {
  if (answer.status < 400) return badResponse(`the answer has status ${answer.status}`)
  const after = retryAfterSeconds(answer.headers['retry-after'], Date.now())
  const reply = ErrorReply.safeParse(tryParseJson(answer.text))
  return toFailure(reply.data?.error ?? {}, answer.status, { retryAfterSeconds: after })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badResponse('the answer is not JSON', cause)
  }
}

/** A proxy on the way answers with HTML; then the status alone has to do. */
function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function readSize(size: string): { width: number | null; height: number | null } {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(size)
  return match === null ? { width: null, height: null } : { width: Number(match[1]), height: Number(match[2]) }
}

function requestIdOf(answer: JsonAnswer): string | null {
  const id = answer.headers['x-request-id']
  return typeof id === 'string' ? id.slice(0, 200) : null
}
