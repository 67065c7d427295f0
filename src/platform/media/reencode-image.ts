import type { Readable } from 'node:stream'
import type { Metadata, Sharp } from 'sharp'
import { MediaTooLarge, MediaUnreadable, MediaUnsupported } from './errors.ts'
import { foreignContent } from './foreign-content.ts'
import { inTurn } from './in-turn.ts'
import { type ImageType, type MediaType, sniffMedia } from './sniff-media.ts'

export interface ReencodedImage {
  readonly bytes: Buffer
  readonly contentType: 'image/png' | 'image/jpeg' | 'image/webp'
  readonly width: number
  readonly height: number
}

export interface ReencodeLimits {
  readonly bytesMax?: number | undefined
  readonly pixelsMax?: number | undefined
  readonly timeoutSeconds?: number | undefined
  /** The kinds that are taken; all that can be read unless told. */
  readonly takes?: readonly ImageType[] | undefined
}

const BYTES_MAX = 32 * 1024 * 1024
const PIXELS_MAX = 50_000_000
const TIMEOUT_SECONDS = 20

const TAKES: readonly ImageType[] = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif']

/**
 * A person's picture as we keep it: decoded to its last row and encoded anew, upright, without metadata (no place, no camera, no
 * comment) and without anything that was hidden in or behind it. Of an animation the first picture stays. PNG, JPEG and WebP
 * stay what they are; GIF becomes PNG, AVIF becomes JPEG or, where it is transparent, PNG.
 *
 * Refuses with `media.unsupported`, `media.too_large` and `media.unreadable`. A stream is consumed or destroyed; its own error passes.
 */
export async function reencodeImage(source: Readable | Buffer, limits: ReencodeLimits = {}): Promise<ReencodedImage> {
  const bytes = Buffer.isBuffer(source) ? source : await readWhole(source, limits.bytesMax ?? BYTES_MAX)
  if (bytes.length > (limits.bytesMax ?? BYTES_MAX)) throw tooManyBytes(limits.bytesMax ?? BYTES_MAX)
  const type = sniffMedia(bytes)
  const takes = limits.takes ?? TAKES
  if (!isAmong(takes, type)) throw new MediaUnsupported({ takes })
  const foreign = foreignContent(bytes)
  if (foreign !== null) throw new MediaUnreadable({}, { cause: new Error(`the picture holds ${foreign}`) })
  const found = await describe(bytes, limits)
  return inTurn(() => encode(bytes, found, type, limits), workingBytes(found))
}

/** From its header: nothing is decoded. */
async function describe(bytes: Buffer, { pixelsMax = PIXELS_MAX }: ReencodeLimits): Promise<Metadata> {
  const { default: sharp } = await import('sharp')
  const found = await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata().catch((cause: unknown) => {
    throw new MediaUnreadable({}, { cause })
  })
  if (found.width * found.height > pixelsMax) throw new MediaTooLarge({ limit: `${Math.floor(pixelsMax / 1e6)} million pixels` })
  return found
}

/** At most, measured: a WebP is held several times over while it is encoded, and sixteen bits are twice eight. A picture of fifty million pixels may come in forty bytes. */
function workingBytes({ width, height, format, depth, isProgressive }: Metadata): number {
  const perPixel = format === 'webp' ? 15 : depth === 'ushort' ? 9 : isProgressive === true ? 7 : 4
  return width * height * perPixel
}

async function encode(bytes: Buffer, found: Metadata, type: ImageType, { pixelsMax = PIXELS_MAX, timeoutSeconds = TIMEOUT_SECONDS }: ReencodeLimits): Promise<ReencodedImage> {
  const { default: sharp } = await import('sharp')
  const options = { limitInputPixels: pixelsMax, failOn: 'error', sequentialRead: true } as const
  try {
    const upright = sharp(bytes, options).autoOrient().timeout({ seconds: timeoutSeconds })
    const { data, info } = await inFormat(upright, formatFor(type, found)).toBuffer({ resolveWithObject: true })
    return { bytes: data, contentType: `image/${info.format as 'png'}`, width: info.width, height: info.height }
  } catch (error) {
    throw new MediaUnreadable({}, { cause: error })
  }
}

function formatFor(type: ImageType, { hasAlpha }: Metadata): 'png' | 'jpeg' | 'webp' {
  if (type === 'image/jpeg' || (type === 'image/avif' && !hasAlpha)) return 'jpeg'
  return type === 'image/webp' ? 'webp' : 'png'
}

function inFormat(image: Sharp, format: 'png' | 'jpeg' | 'webp'): Sharp {
  // Optimised tables would keep the whole picture in memory twice, 800 MB for the largest, to save a few per cent.
  if (format === 'jpeg') return image.jpeg({ quality: 92, chromaSubsampling: '4:4:4', optimiseCoding: false })
  return format === 'webp' ? image.webp({ quality: 92 }) : image.png()
}

function isAmong(takes: readonly ImageType[], type: MediaType | null): type is ImageType {
  return takes.some((each) => each === type)
}

async function readWhole(source: Readable, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of source as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > bytesMax) throw tooManyBytes(bytesMax)
    pieces.push(piece)
  }
  return Buffer.concat(pieces, bytes)
}

function tooManyBytes(bytesMax: number): Error {
  return new MediaTooLarge({ limit: `${bytesMax} bytes` })
}
