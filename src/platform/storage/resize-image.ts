import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

const PIXELS_MAX = 100_000_000
const QUALITY = 80

/**
 * A smaller WebP of a stored image, at most `width` wide; an image that is narrower keeps its size.
 * Metadata is left out. Rejects when the bytes are not an image; the caller bounds the width.
 */
export async function resizeImage(source: Readable | Buffer, width: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const bytes = Buffer.isBuffer(source) ? source : await buffer(source)
  return sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'error' })
    .autoOrient()
    .resize({ width, withoutEnlargement: true })
    .webp({ quality: QUALITY, effort: 2 })
    .toBuffer()
}
