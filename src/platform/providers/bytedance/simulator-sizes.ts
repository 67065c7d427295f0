import { badParameter } from './simulator-refusals.ts'
import type { SimulatedModel } from './simulator-models.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

const SIDE = { '1K': 1024, '1.5K': 1536, '2K': 2048, '3K': 3072, '4K': 4096 } as const
const RATIO_MAX = 16

/** The vendor's own table for 2K; other presets are scaled from it. */
const RATIOS: readonly (readonly [RegExp, number, number])[] = [
  [/\b21\s?[:x/]\s?9\b|\b(panorama|panoramic)\b/, 3136, 1344],
  [/\b16\s?[:x/]\s?9\b|\b(widescreen|cinematic|desktop wallpaper)\b/, 2848, 1600],
  [/\b9\s?[:x/]\s?16\b|\b(phone wallpaper|vertical)\b/, 1600, 2848],
  [/\b3\s?[:x/]\s?2\b/, 2496, 1664],
  [/\b2\s?[:x/]\s?3\b/, 1664, 2496],
  [/\b4\s?[:x/]\s?3\b/, 2304, 1728],
  [/\b3\s?[:x/]\s?4\b/, 1728, 2304],
]

/**
 * The size that will be drawn. A preset takes its ratio from the prompt, as at the vendor; exact
 * pixels must keep both the model's range and the ratio, or the refusal names `size`.
 */
export function resolveSize(size: unknown, prompt: string, model: SimulatedModel): Size {
  if (size === undefined) return model.presets.includes('4K') ? { width: 2048, height: 2048 } : presetSize('2K', prompt)
  if (typeof size !== 'string') throw badParameter('size', 'size is not a string')
  if (isPreset(size)) {
    if (!model.presets.includes(size)) throw badParameter('size', `size ${size} is not offered by this model`)
    return presetSize(size, prompt)
  }
  const match = /^(\d{2,5})x(\d{2,5})$/.exec(size)
  if (match === null) throw badParameter('size', 'size is neither a preset nor WIDTHxHEIGHT')
  return inRange({ width: Number(match[1]), height: Number(match[2]) }, model)
}

function inRange(size: Size, { pixelsMin, pixelsMax }: SimulatedModel): Size {
  const { width, height } = size
  const pixels = width * height
  if (pixels < pixelsMin || pixels > pixelsMax) throw badParameter('size', `size has ${pixels} pixels, outside ${pixelsMin} to ${pixelsMax}`)
  if (Math.max(width / height, height / width) > RATIO_MAX) throw badParameter('size', 'size is more than sixteen times as long as it is wide')
  return size
}

function isPreset(size: string): size is keyof typeof SIDE {
  return Object.hasOwn(SIDE, size)
}

function presetSize(preset: keyof typeof SIDE, prompt: string): Size {
  const scale = SIDE[preset] / SIDE['2K']
  const [, width, height] = RATIOS.find(([pattern]) => pattern.test(prompt.toLowerCase())) ?? [null, 2048, 2048]
  const even = (side: number): number => Math.round((side * scale) / 16) * 16
  return { width: even(width), height: even(height) }
}
