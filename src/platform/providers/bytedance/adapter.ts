import { refuseImage } from '../capabilities.ts'
import { toFailureRecord, type CallOptions, type FetchedOutput, type GroupItem, type ImageCall, type ImageProvider, type ImageResult } from '../port.ts'
import type { Answer } from '../transport/index.ts'
import { badResponse, parseJson } from '../vendor-failure.ts'
import { BytedanceConnection, readRefusal, requestIdOf, type BytedanceSettings } from './connection.ts'
import { toFailure } from './failures.ts'
import { toImageBody } from './image-body.ts'
import { IMAGE_MODELS } from './models.ts'
import { refuseBefore } from './refuse.ts'
import { ImagesReply, type VendorImage } from './replies.ts'

/** Images take 25 to 50 s, 4K longer; the vendor bills what it made even when nobody waited. */
const TIMEOUT_MS = 5 * 60_000

/** Seedream over `POST {base}/images/generations`: one image a call, or one group. */
export class BytedanceImages implements ImageProvider {
  readonly name = 'bytedance'
  readonly simulated: boolean
  readonly #connection: BytedanceConnection
  readonly #timeoutMs: number

  constructor(settings: BytedanceSettings) {
    this.simulated = settings.simulated
    this.#connection = new BytedanceConnection(settings)
    this.#timeoutMs = settings.timeoutMs ?? TIMEOUT_MS
  }

  async generateImage(call: ImageCall, options: CallOptions): Promise<ImageResult> {
    return readImage(await this.#generate(call, null, options))
  }

  /** Each image of a group takes its time, one after the other, and so does the whole. */
  async generateGroup(call: ImageCall & { readonly imagesMax: number }, options: CallOptions): Promise<readonly GroupItem[]> {
    return readGroup(await this.#generate(call, call.imagesMax, options))
  }

  fetchOutput(result: ImageResult, { signal }: CallOptions): Promise<FetchedOutput> {
    return this.#connection.open(result.url, { signal })
  }

  async #generate(call: ImageCall, imagesMax: number | null, { signal }: CallOptions): Promise<Answer> {
    const { seed, negativePrompt, quality, outputCompression } = call
    refuseBefore(call.providerModel, {
      models: IMAGE_MODELS,
      refuse: (model) => refuseImage(model, { ...call, imagesMax: imagesMax ?? 1 }),
      unsayable: { seed, negativePrompt, quality, outputCompression },
    })
    const answer = await this.#connection.ask({
      method: 'POST',
      path: '/images/generations',
      body: toImageBody(call, imagesMax),
      told: call,
      timeoutMs: this.#timeoutMs * (imagesMax ?? 1),
      signal,
      repeatable: false,
    })
    if (answer.status !== 200) throw readRefusal(answer)
    return answer
  }
}

function readImage(answer: Answer): ImageResult {
  const { data, error, usage } = readReply(answer)
  const image = data?.find((item) => item.url != null && item.error == null)
  if (image?.url == null) {
    const refused = data?.find((item) => item.error != null)?.error ?? error
    throw refused == null ? badResponse('the answer holds neither an image nor an error') : toFailure(refused, answer.status)
  }
  return toResult(image, image.url, answer, { images: usage?.generated_images ?? 1, tokens: usage?.output_tokens ?? null })
}

/** Each image stands for itself: its share of the tokens follows from its pixels, as the vendor counts. */
function readGroup(answer: Answer): readonly GroupItem[] {
  const { data, error } = readReply(answer)
  const items = (data ?? []).map((item): GroupItem => {
    if (item.error != null) return { kind: 'failed', failure: toFailureRecord(toFailure(item.error, answer.status)) }
    // One that cannot be had must not take the others with it, which are made and billed.
    if (item.url == null || !URL.canParse(item.url)) return { kind: 'failed', failure: toFailureRecord(badResponse('an item holds neither the address of an image nor an error')) }
    const { width, height } = readSize(item.size ?? '')
    const tokens = width === null || height === null ? null : Math.round((width * height) / 256)
    return { kind: 'image', result: toResult(item, item.url, answer, { images: 1, tokens }) }
  })
  if (items.some(({ kind }) => kind === 'image')) return items
  const refused = data?.find((item) => item.error != null)?.error ?? error
  throw refused == null ? badResponse('the answer holds neither an image nor an error') : toFailure(refused, answer.status)
}

function readReply(answer: Answer): ImagesReply {
  const reply = ImagesReply.safeParse(parseJson(answer.text))
  if (!reply.success) throw badResponse('the answer is not of the documented shape', reply.error)
  return reply.data
}

function toResult({ size }: VendorImage, url: string, answer: Answer, usage: ImageResult['usage']): ImageResult {
  if (!URL.canParse(url)) throw badResponse('the address of the image is not a URL')
  return { url, ...readSize(size ?? ''), requestId: requestIdOf(answer), usage }
}

function readSize(size: string): { width: number | null; height: number | null } {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(size)
  return match === null ? { width: null, height: null } : { width: Number(match[1]), height: Number(match[2]) }
}
