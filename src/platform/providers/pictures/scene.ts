import { mixPalette, type Palette } from './palette.ts'
import type { PicturePlan, Subject, Weather } from './plan.ts'
import { noiseFrom, randomFrom, type Noise, type Random } from './random.ts'

/** What every part of a picture is drawn from. Lengths are in units: a picture is 1000 units high. */
export interface Scene {
  readonly width: number
  readonly height: number
  /** How many pixels the picture will have. */
  readonly pixels: number
  readonly subject: Subject | null
  readonly weather: Weather
  readonly mood: number
  readonly dark: boolean
  /** True when what shines is the moon. */
  readonly nocturnal: boolean
  /** True when the prompt names a colour, which is then the accent. */
  readonly hued: boolean
  readonly palette: Palette
  readonly random: Random
  readonly noise: Noise
}

/** One drawn picture: soft pixels behind, crisp shapes in front. */
export interface Drawing {
  readonly backdrop: Pixels
  /** SVG elements in units, drawn over the backdrop. */
  readonly shapes: string
}

export interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

/** Writes the colour at a point into `out`. A callback that returned arrays would take twice as long. */
export type Shader = (x: number, y: number, out: Float64Array) => void

const DARK_PALETTES = new Set(['night', 'storm', 'neon', 'aurora', 'dusk', 'deep', 'mars', 'sunset', 'candle'])
const NIGHT_PALETTES = new Set(['night', 'storm', 'neon', 'aurora', 'dusk'])
/** Soft things need few pixels. This is what one core paints in about a quarter of a second. */
const BACKDROP_PIXELS = 560_000

export function openScene(plan: PicturePlan): Scene {
  const random = randomFrom(plan.seed ^ 0x51ed270b)
  return {
    width: (1000 * plan.width) / plan.height,
    height: 1000,
    pixels: plan.width * plan.height,
    subject: plan.subject,
    weather: plan.weather,
    mood: plan.mood,
    dark: DARK_PALETTES.has(plan.palette),
    nocturnal: NIGHT_PALETTES.has(plan.palette),
    hued: plan.hues.length > 0,
    palette: mixPalette(plan.palette, { hues: plan.hues, accentOnly: plan.huedSubject }, random),
    random,
    noise: noiseFrom(random),
  }
}

/** Runs a shader over the whole picture, at the resolution that softness allows. */
export function paint(scene: Scene, shader: Shader, pixelsMax = BACKDROP_PIXELS): Pixels {
  const ratio = scene.width / scene.height
  const height = Math.max(8, Math.round(Math.sqrt(Math.min(pixelsMax, scene.pixels) / ratio)))
  const width = Math.max(8, Math.round(height * ratio))
  const data = Buffer.allocUnsafe(width * height * 3)
  const out = new Float64Array(3)
  for (let row = 0, offset = 0; row < height; row += 1) {
    const y = ((row + 0.5) * scene.height) / height
    for (let column = 0; column < width; column += 1, offset += 3) {
      shader(((column + 0.5) * scene.width) / width, y, out)
      data[offset] = bounded(out[0]!)
      data[offset + 1] = bounded(out[1]!)
      data[offset + 2] = bounded(out[2]!)
    }
  }
  return { data, width, height }
}

function bounded(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value
}

export function clamp(value: number, low = 0, high = 1): number {
  return value < low ? low : value > high ? high : value
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function step(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from))
  return t * t * (3 - 2 * t)
}

/** A number as SVG text: short, because there are many. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10)
}
