import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { ProviderFailure } from './port.ts'

export interface InspectedImage {
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp'
  readonly width: number
  readonly height: number
}

/** A hundred million pixels: more than any model makes, and about 400 MB when unpacked. */
const PIXELS_MAX = 100_000_000
const BYTES_MAX = 64 * 1024 * 1024

const CONTENT_TYPES = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const

/**
 * Says what the bytes really are, whatever their sender claimed: a path, a stream (consumed) or a
 * buffer. Safe to repeat, as long as the source is.
 *
 * Refuses with `bad_output` what is not a JPEG, PNG or WebP, what claims more pixels than the limit,
 * and what does not decode to its last row. Nothing but those three formats reaches a decoder, so
 * an SVG or a PDF is never opened.
 */
export async function inspectImage(source: string | Readable | Buffer): Promise<InspectedImage> {
  const bytes = Buffer.isBuffer(source) ? source : await read(typeof source === 'string' ? createReadStream(source) : source)
  const format = sniff(bytes)
  if (format === null) throw badOutput('the bytes are neither a JPEG, a PNG nor a WebP')
  const { default: sharp } = await import('sharp')
  const options = { limitInputPixels: PIXELS_MAX, failOn: 'error', sequentialRead: true } as const
  try {
    const { width, height } = await sharp(bytes, options).metadata()
    // Decoding to a thumbnail reads every row and is cheap: JPEGs are shrunk while they are decoded.
    await sharp(bytes, options).resize(64).raw().toBuffer()
    return { contentType: CONTENT_TYPES[format], width, height }
  } catch (cause) {
    throw badOutput('the image does not decode', cause)
  }
}

function sniff(bytes: Buffer): keyof typeof CONTENT_TYPES | null {
  if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xffd8ff) return 'jpeg'
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'png'
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp'
  return null
}

async function read(source: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BYTES_MAX) throw badOutput(`the image is longer than ${BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

function badOutput(message: string, cause?: unknown): ProviderFailure {
  return new ProviderFailure('bad_output', { publicMessage: 'The provider delivered something unusable.', message, cause })
}
