/** What a vendor says it takes, per picture. */
export interface PictureRules {
  readonly bytesMax: number
  readonly pixelsMax: number
  readonly sideMin: number
  readonly sideMax: number
  /** The longer side by the shorter. */
  readonly ratioMax: number
}

/** A picture that the vendor would not take, with the reason. */
export class UnusablePicture extends Error {}

/**
 * Looks at the pictures that came with a call, to the last row, and answers the colour that they have on average, as `#rrggbb`, for what is made from them to show.
 * Undefined where there are none to look at: a simulator fetches nothing, so what came as an address counts as seen. Rejects with `UnusablePicture`.
 */
export async function lookAtPictures(pictures: readonly (string | Buffer)[], rules: PictureRules): Promise<string | undefined> {
  const colours: (readonly number[])[] = []
  for (const picture of pictures) {
    const bytes = typeof picture === 'string' ? bytesOf(picture) : picture
    if (bytes !== null) colours.push(await colourOf(bytes, rules))
  }
  if (colours.length === 0) return undefined
  const mean = [0, 1, 2].map((channel) => Math.round(colours.reduce((sum, colour) => sum + (colour[channel] ?? 0), 0) / colours.length))
  return `#${mean.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

function bytesOf(address: string): Buffer | null {
  const base64 = /^data:image\/[a-z]+;base64,/.exec(address)
  return base64 === null ? null : Buffer.from(address.slice(base64[0].length), 'base64')
}

async function colourOf(bytes: Buffer, rules: PictureRules): Promise<readonly number[]> {
  if (bytes.length > rules.bytesMax) throw new UnusablePicture(`a picture has more than ${rules.bytesMax} bytes`)
  const { default: sharp } = await import('sharp')
  const { width, height } = await sharp(bytes).metadata().catch(refuseBroken)
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  if (short < rules.sideMin || long > rules.sideMax || width * height > rules.pixelsMax) throw new UnusablePicture(`a picture of ${width} x ${height} pixels is not taken`)
  if (long > short * rules.ratioMax) throw new UnusablePicture(`the sides of a picture are more than ${rules.ratioMax}:1 apart`)
  const opaque = sharp(bytes, { failOn: 'error' }).flatten({ background: '#808080' }).toColourspace('srgb')
  const pixel = await opaque.resize(1, 1, { fit: 'fill', kernel: 'linear' }).raw().toBuffer().catch(refuseBroken)
  return pixel.length >= 3 ? [...pixel.subarray(0, 3)] : Array.from({ length: 3 }, () => pixel[0] ?? 128)
}

function refuseBroken(cause: unknown): never {
  throw new UnusablePicture('a picture cannot be decoded', { cause })
}
