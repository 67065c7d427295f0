import { findModel, refuseImage } from '../capabilities.ts'
import { InlineOutputs } from '../inline-outputs.ts'
import type { CallOptions, FetchedOutput, ImageCall, ImageProvider, ImageResult, ListedModel } from '../port.ts'
import { openOutput, OUTPUT_BYTES_MAX, type Answer } from '../transport/index.ts'
import { badResponse, parseJson, vendorFailure } from '../vendor-failure.ts'
import { OpenaiConnection, requestIdOf } from './connection.ts'
import { imageBody } from './image-body.ts'
import { IMAGE_MODELS } from './models.ts'
import { ImagesReply } from './replies.ts'
import type { OpenaiImageSettings } from './settings.ts'

/** The finest qualities of the largest sizes take minutes, and nothing can be asked after. */
const TIMEOUT_MS = 10 * 60_000
/** One image of the largest length we accept, as base64, and what stands around it. */
const ANSWER_BYTES_MAX = Math.ceil(OUTPUT_BYTES_MAX / 3) * 4 + 64 * 1024

/** `gpt-image` over `POST {base}/images/generations` and `/images/edits`, one image a call. */
export class OpenaiImages implements ImageProvider {
  readonly name = 'openai'
  readonly simulated: boolean
  readonly #connection: OpenaiConnection
  readonly #inlineOutputs: InlineOutputs
  readonly #timeoutMs: number

  constructor(settings: OpenaiImageSettings) {
    this.simulated = settings.simulated
    this.#connection = new OpenaiConnection(settings)
    this.#inlineOutputs = settings.inlineOutputs
    this.#timeoutMs = settings.timeoutMs ?? TIMEOUT_MS
  }

  async generateImage(call: ImageCall, { signal }: CallOptions): Promise<ImageResult> {
    refuseWhatIsNotTaken(call)
    const { path, ...body } = await imageBody(this.#connection.isVendor ? call : { ...call, endUser: undefined })
    const answer = await this.#connection.ask({
      method: 'POST',
      path,
      body,
      told: call,
      timeoutMs: this.#timeoutMs,
      signal,
      answerBytesMax: ANSWER_BYTES_MAX,
      repeatable: false,
    })
    this.#connection.listenFor(call.providerModel, answer)
    if (answer.status !== 200) throw this.#connection.refusal(answer)
    return this.#readImage(answer, call)
  }

  async fetchOutput(result: ImageResult, { signal }: CallOptions): Promise<FetchedOutput> {
    signal.throwIfAborted()
    if (InlineOutputs.isAddress(result.url)) return this.#inlineOutputs.open(result.url, contentTypeOf(result.url))
    return openOutput({ url: new URL(result.url), plainOrigin: this.simulated ? this.#connection.baseUrl.origin : null, signal })
  }

  async discardOutput(result: ImageResult): Promise<void> {
    if (InlineOutputs.isAddress(result.url)) await this.#inlineOutputs.discard(result.url)
  }

  listModels({ signal }: CallOptions): Promise<readonly ListedModel[]> {
    return this.#connection.listModels(signal)
  }

  async #readImage(answer: Answer, call: ImageCall): Promise<ImageResult> {
    const reply = ImagesReply.safeParse(parseJson(answer.text))
    if (!reply.success) throw badResponse('the answer is not of the documented shape', reply.error)
    const { data, size, output_format, usage } = reply.data
    const [image] = data ?? []
    const url = await this.#addressOf(image ?? {}, output_format ?? call.outputFormat ?? 'png')
    const output = usage?.output_tokens ?? null
    const { text_tokens = null, image_tokens = null } = usage?.input_tokens_details ?? {}
    return {
      url,
      inline: InlineOutputs.isAddress(url),
      ...readSize(size ?? call.size),
      requestId: requestIdOf(answer),
      usage: { images: 1, tokens: output, inputTextTokens: text_tokens, inputImageTokens: image_tokens },
    }
  }

  /** The vendor always sends the bytes; some gateways in front of the same protocol send an address. */
  async #addressOf(image: { b64_json?: string | null | undefined; url?: string | null | undefined }, format: string): Promise<string> {
    if (image.b64_json != null && image.b64_json !== '') {
      const bytes = Buffer.from(image.b64_json, 'base64')
      if (bytes.length === 0) throw badResponse('the image of the answer is not base64')
      return this.#inlineOutputs.keep(this.name, bytes, extensionOf(format))
    }
    if (image.url == null) throw badResponse('the answer holds no image')
    if (!URL.canParse(image.url)) throw badResponse('the address of the image is not a URL')
    return image.url
  }
}

function refuseWhatIsNotTaken(call: ImageCall): void {
  const model = findModel(IMAGE_MODELS, call.providerModel)
  const refusal = model === undefined ? null : refuseImage(model, call)
  if (refusal !== null) throw vendorFailure('invalid', `${refusal.field}: ${refusal.message}`, { field: refusal.field })
}

function extensionOf(format: string): string {
  return ['png', 'jpeg', 'webp'].includes(format) ? format : 'bin'
}

function contentTypeOf(url: string): string | null {
  const extension = /\.(png|jpeg|webp)$/.exec(url)?.[1]
  return extension === undefined ? null : `image/${extension}`
}

/** `auto` is answered with what it became. */
function readSize(size: string): { width: number | null; height: number | null } {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(size)
  return match === null ? { width: null, height: null } : { width: Number(match[1]), height: Number(match[2]) }
}
