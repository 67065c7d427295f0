import { MediaUnreadable } from './errors.ts'
import { inTurn } from './in-turn.ts'
import type { ReencodedImage } from './reencode-image.ts'

export interface ImageBounds {
  readonly bytesMax: number
  readonly pixelsMax: number
  /** Of the longer side. */
  readonly sideMax: number
}

export type FittedImage = Pick<ReencodedImage, 'bytes' | 'contentType'>

const QUALITY = 90
/** Each round takes away at least a fifth of each side, so that eight bring forty megabytes below one. */
const ROUNDS_MAX = 8
const STEP_MAX = 0.8
const PIXELS_MAX = 100_000_000

/**
 * A picture within bounds: as it is where it is within them already, else made smaller, keeping its proportions. Made smaller it is a JPEG, or a WebP where it
 * has transparency. Refuses `media.unreadable` for what is no picture, or cannot be brought within the bounds.
 */
export async function fitImage(image: ReencodedImage, bounds: ImageBounds): Promise<FittedImage> {
  const { bytes, contentType, width, height } = image
  const scale = Math.min(1, bounds.sideMax / Math.max(width, height), Math.sqrt(bounds.pixelsMax / (width * height)))
  if (scale === 1 && bytes.length <= bounds.bytesMax) return { bytes, contentType }
  return inTurn(() => shrink(image, scale, bounds.bytesMax))
}

async function shrink({ bytes, width, height }: ReencodedImage, firstScale: number, bytesMax: number): Promise<FittedImage> {
  const { default: sharp } = await import('sharp')
  const side = (length: number, scale: number) => Math.max(1, Math.floor(length * scale))
  try {
    const { hasAlpha } = await sharp(bytes, { limitInputPixels: PIXELS_MAX }).metadata()
    let scale = firstScale
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const smaller = sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'error' }).resize(side(width, scale), side(height, scale), { fit: 'fill' })
      const encoded = await (hasAlpha ? smaller.webp({ quality: QUALITY }) : smaller.jpeg({ quality: QUALITY })).toBuffer()
      if (encoded.length <= bytesMax) return { bytes: encoded, contentType: hasAlpha ? 'image/webp' : 'image/jpeg' }
      scale *= Math.min(STEP_MAX, Math.sqrt(bytesMax / encoded.length))
    }
  } catch (error) {
    throw new MediaUnreadable({}, { cause: error })
  }
  throw new MediaUnreadable({}, { cause: new Error(`the picture cannot be brought below ${bytesMax} bytes`) })
}
