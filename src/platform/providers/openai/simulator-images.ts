import { planPicture } from '../pictures/index.ts'
import { flawedBytes, flawOf, latencyOf, lookAtPictures, pause, UnusablePicture, type Caller, type PictureDesk, type Tally } from '../simulation/index.ts'
import { badParameter, moderationBlocked } from './simulator-refusals.ts'
import type { ImageRequest } from './simulator-request.ts'

export interface Studio {
  readonly desk: PictureDesk
  readonly tally: Tally
  readonly latencyMs: number | undefined
  readonly signal: AbortSignal
}

/** Makes the images of one call, and the whole answer. What is made is billed, whether or not anybody waits for it. */
export async function makeImages(studio: Studio, request: ImageRequest, caller: Caller): Promise<string> {
  const { directives, seed } = caller
  const tint = await lookAtPictures(request.references, RULES).catch(refuse)
  const images = Array.from({ length: request.count }, (_, index) => draw(studio, request, caller, { seed: seed + index, tint }))
  const [, ...bytes] = await Promise.all([pause(directives.delayMs ?? latencyOf(seed, studio.latencyMs), studio.signal), ...images])
  if (directives.has('refuse-output')) throw moderationBlocked()
  studio.tally.billed(caller.request, request.count)
  return JSON.stringify({
    created: Math.floor(Date.now() / 1000),
    background: request.background,
    output_format: request.format,
    quality: request.quality,
    size: `${request.width}x${request.height}`,
    data: bytes.map((image) => ({ b64_json: image.toString('base64') })),
    usage: usageOf(request),
  })
}

/** The colour of the pictures among files of a form. Refuses what is none. */
export async function tintOf(files: readonly { readonly type: string; readonly bytes: Buffer }[]): Promise<{ tint?: string }> {
  const tint = await lookAtPictures(files.filter(({ type }) => type.startsWith('image/')).map(({ bytes }) => bytes), RULES).catch(refuse)
  return tint === undefined ? {} : { tint }
}

/** The vendor names no more than the bytes. */
const RULES = { bytesMax: 50_000_000, pixelsMax: Infinity, sideMin: 1, sideMax: Infinity, ratioMax: Infinity }

function refuse(error: unknown): never {
  throw error instanceof UnusablePicture ? badParameter('image', `Invalid image file or mode: ${error.message}.`, 'invalid_image_file') : error
}

async function draw(studio: Studio, request: ImageRequest, { directives }: Caller, { seed, tint }: { seed: number; tint: string | undefined }): Promise<Buffer> {
  const flaw = flawOf(directives)
  if (flaw !== null) return flawedBytes(flaw)
  const { width, height, format, compression } = request
  const plan = planPicture({ prompt: directives.prompt, seed: seed % 2 ** 32, width, height, tint })
  return studio.desk.draw({ plan, format, compression, transparent: request.background === 'transparent' })
}

/** Tokens by square megapixel and quality; a medium square of 1024 is 1056, as in the vendor's example. */
const TOKENS_PER_MEGAPIXEL = { low: 272, medium: 1056, high: 4160 } as const

function usageOf({ prompt, references, width, height, quality, count }: ImageRequest): Record<string, unknown> {
  const text = Math.max(1, Math.ceil(prompt.length / 4))
  const image = references.length * 323
  const output = Math.round((width * height * TOKENS_PER_MEGAPIXEL[quality] * count) / 1024 ** 2)
  return {
    input_tokens: text + image,
    input_tokens_details: { text_tokens: text, image_tokens: image },
    output_tokens: output,
    total_tokens: text + image + output,
  }
}
