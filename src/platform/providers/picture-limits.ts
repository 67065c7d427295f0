/**
 * What a vendor takes as a picture to work from, whichever model it is for. One that is larger is made smaller before it is sent; one of another shape, or too
 * small, cannot be helped and is refused before anything is held.
 */
export interface PictureLimits {
  /** Of one picture, before it is written as text. */
  readonly bytesMax: number
  readonly pixelsMax: number
  readonly sideMin: number
  readonly sideMax: number
  /** The longer side by the shorter. */
  readonly ratioMax: number
  /** Of all pictures of one call. A data URL is a third longer than its picture, and the vendor limits the whole body. */
  readonly togetherBytesMax: number
}

const MEGABYTE = 1_000_000

/** ModelArk takes bodies of 64 MB. Half of it is enough for any number of pictures, and a worker holds several such bodies at once. */
const MODELARK = { bytesMax: 30 * MEGABYTE, togetherBytesMax: 24 * MEGABYTE } as const

/** By kind and vendor, from the vendors' documents in November 2026. */
const limits: Readonly<Record<string, PictureLimits>> = {
  'image/bytedance': { ...MODELARK, pixelsMax: 36_000_000, sideMin: 15, sideMax: 16_000, ratioMax: 16 },
  'video/bytedance': { ...MODELARK, pixelsMax: 36_000_000, sideMin: 300, sideMax: 6_000, ratioMax: 2.5 },
  'image/openai': { bytesMax: 50 * MEGABYTE, pixelsMax: 36_000_000, sideMin: 1, sideMax: 16_000, ratioMax: 100, togetherBytesMax: 48 * MEGABYTE },
}

/** For vendors whose documents name no limits: what every one of them is known to take. Google's bodies end at 20 MB. */
const CAREFUL: PictureLimits = { bytesMax: 7 * MEGABYTE, pixelsMax: 25_000_000, sideMin: 64, sideMax: 6_000, ratioMax: 4, togetherBytesMax: 14 * MEGABYTE }

export function pictureLimitsOf(kind: 'image' | 'video', provider: string): PictureLimits {
  return limits[`${kind}/${provider}`] ?? CAREFUL
}
