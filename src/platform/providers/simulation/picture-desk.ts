import { renderPicture, renderPlain, type PicturePlan } from '../pictures/index.ts'

export type PictureFormat = 'png' | 'jpeg' | 'webp'

export interface Drawing {
  readonly plan: PicturePlan
  readonly format: PictureFormat
  /** From 0 to 100, for JPEG and WebP. */
  readonly compression?: number | undefined
  /** What lies behind the subject is left out, as far as a drawing can: its rim is clear. */
  readonly transparent?: boolean | undefined
}

const DRAWING_AT_ONCE = 2

/** Draws pictures for simulated vendors, two at a time, in the format that was asked for. */
export class PictureDesk {
  readonly #draw: (plan: PicturePlan) => Promise<Buffer>
  readonly #waiting: (() => void)[] = []
  #drawing = 0

  constructor(pictures: 'scenes' | 'plain') {
    this.#draw = pictures === 'plain' ? renderPlain : renderPicture
  }

  async draw(drawing: Drawing): Promise<Buffer> {
    while (this.#drawing >= DRAWING_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#drawing += 1
    try {
      return await convert(await this.#draw(drawing.plan), drawing)
    } finally {
      this.#drawing -= 1
      this.#waiting.shift()?.()
    }
  }
}

async function convert(jpeg: Buffer, { plan, format, compression, transparent }: Drawing): Promise<Buffer> {
  if (format === 'jpeg' && compression === undefined) return jpeg
  const { default: sharp } = await import('sharp')
  const picture = transparent === true ? sharp(jpeg).ensureAlpha().composite([{ input: vignette(plan), blend: 'dest-in' }]) : sharp(jpeg)
  const quality = Math.max(1, compression ?? 100)
  if (format === 'jpeg') return picture.jpeg({ quality }).toBuffer()
  if (format === 'webp') return picture.webp({ quality, effort: 1 }).toBuffer()
  return picture.png({ compressionLevel: 3 }).toBuffer()
}

function vignette({ width, height }: PicturePlan): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><ellipse cx="50%" cy="50%" rx="48%" ry="48%"/></svg>`)
}
