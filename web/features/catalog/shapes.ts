import type { Size, SizeLimits } from '../../api/model.ts'

/** The shapes offered, widest use first. `id` is what a person reads. */
export const shapes = [
  { id: '1:1', width: 1, height: 1, name: 'Square' },
  { id: '4:3', width: 4, height: 3, name: 'Landscape' },
  { id: '3:2', width: 3, height: 2, name: 'Photo' },
  { id: '16:9', width: 16, height: 9, name: 'Wide' },
  { id: '21:9', width: 21, height: 9, name: 'Cinema' },
  { id: '3:4', width: 3, height: 4, name: 'Portrait' },
  { id: '2:3', width: 2, height: 3, name: 'Tall photo' },
  { id: '9:16', width: 9, height: 16, name: 'Phone' },
] as const

export type Shape = (typeof shapes)[number]

/** The longest exact multiple of a shape is kept on this grid, which encoders like and every ratio can meet. */
const GRID = 8

/** How fine a picture may be: squares of 1024, 2048 and 4096, and other shapes of about as many pixels. */
export const resolutions = ['1K', '2K', '4K'] as const

/** `1K` is a square of 1024; other resolutions follow. An unknown one is treated as 1K. */
function sideOf(preset: string): number {
  const match = /^(\d+)K$/.exec(preset)
  return match === null ? 1024 : Number(match[1]) * 1024
}

/** Why the model makes no pictures of this resolution, or null when it does. */
export function lacksResolution(preset: string, { pixels }: SizeLimits): 'too small' | 'too large' | null {
  const wanted = sideOf(preset) ** 2
  if (wanted < pixels.min) return 'too small'
  return wanted > pixels.max ? 'too large' : null
}

/**
 * The exact pixels of a shape at a resolution: about as many as the square of that resolution, in exactly
 * the ratio asked for, inside what the model allows. Null when the model cannot make this shape at all.
 */
export function exactSize(shape: Pick<Shape, 'width' | 'height'>, preset: string, limits: SizeLimits): Size | null {
  const ratio = shape.width / shape.height
  if (ratio < limits.ratio.min || ratio > limits.ratio.max) return null
  const unit = shape.width * shape.height
  const wanted = Math.min(Math.max(sideOf(preset) ** 2, limits.pixels.min), limits.pixels.max)
  const grid = Math.max(GRID, limits.step)
  const down = Math.floor(Math.sqrt(wanted / unit) / grid) * grid
  const up = Math.ceil(Math.sqrt(limits.pixels.min / unit) / grid) * grid
  const factor = Math.max(down, up)
  const size = { width: shape.width * factor, height: shape.height * factor }
  const fits = size.width * size.height <= limits.pixels.max && Math.max(size.width, size.height) <= (limits.sideMax ?? Infinity)
  return factor > 0 && fits ? size : null
}

export const sizeText = (size: Size): string => `${size.width}x${size.height}`

/** The pixels in a recipe (`2048x1152`), or null for a preset. */
export function parseSize(text: unknown): Size | null {
  const match = typeof text === 'string' ? /^(\d{1,5})x(\d{1,5})$/.exec(text) : null
  return match === null ? null : { width: Number(match[1]), height: Number(match[2]) }
}

/** Which shape and resolution a recipe's size came from, so that "Use these settings" lands on the same buttons. */
export function choiceOf(text: unknown, limits: SizeLimits): { shape: string; preset: string } | null {
  const size = parseSize(text)
  const offered = resolutions.filter((preset) => lacksResolution(preset, limits) === null)
  if (size === null) return offered.some((preset) => preset === text) ? { shape: '1:1', preset: String(text) } : null
  for (const preset of offered) {
    const shape = shapes.find((one) => {
      const exact = exactSize(one, preset, limits)
      return exact !== null && exact.width === size.width && exact.height === size.height
    })
    if (shape !== undefined) return { shape: shape.id, preset }
  }
  return null
}
