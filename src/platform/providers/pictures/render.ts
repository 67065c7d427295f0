import type sharpModule from 'sharp'
import { type Drawing, openScene, type Scene } from './scene.ts'
import type { PicturePlan, Setting } from './plan.ts'
import { randomFrom } from './random.ts'
import { drawMountains } from './mountains.ts'
import { drawSea } from './sea.ts'
import { drawCity } from './city.ts'
import { drawForest } from './forest.ts'
import { drawDesert } from './desert.ts'
import { drawSpace } from './space.ts'
import { drawStillLife } from './still-life.ts'
import { drawPortrait } from './portrait.ts'
import { drawAbstract } from './abstract.ts'

const DRAW: Readonly<Record<Setting, (scene: Scene) => Drawing>> = {
  mountains: drawMountains,
  sea: drawSea,
  city: drawCity,
  forest: drawForest,
  desert: drawDesert,
  space: drawSpace,
  'still-life': drawStillLife,
  portrait: drawPortrait,
  abstract: drawAbstract,
}

/** Shapes are drawn at most this large and then enlarged: a 4K picture shows no more than this. */
const SHAPES_SIDE_MAX = 2048
const GRAIN_SIDE = 256

/**
 * Draws the planned picture as a JPEG of exactly the planned size. The same plan gives the same
 * picture. Most of the time is spent outside the event loop.
 */
export async function renderPicture(plan: PicturePlan): Promise<Buffer> {
  const sharp = await loadSharp()
  const scene = openScene(plan)
  const { backdrop, shapes } = DRAW[plan.setting](scene)
  const shrink = Math.min(1, SHAPES_SIDE_MAX / Math.max(plan.width, plan.height))
  const width = Math.max(1, Math.round(plan.width * shrink))
  const height = Math.max(1, Math.round(plan.height * shrink))
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${scene.width} ${scene.height}" preserveAspectRatio="none">${shapes}</svg>`
  const soft = await sharp(backdrop.data, { raw: { width: backdrop.width, height: backdrop.height, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer()
  const whole = await sharp(soft, { raw: { width, height, channels: 3 } })
    .composite([
      { input: Buffer.from(svg) },
      { ...grainOf(plan.seed, Math.min(GRAIN_SIDE, width), Math.min(GRAIN_SIDE, height)), tile: true },
      ...tintOf(plan, width, height),
    ])
    .removeAlpha()
    .raw()
    .toBuffer()
  return sharp(whole, { raw: { width, height, channels: 3 } })
    .resize(plan.width, plan.height, { fit: 'fill', kernel: 'cubic' })
    .jpeg({ quality: 88, chromaSubsampling: '4:2:0' })
    .toBuffer()
}

/** A soft two-colour JPEG in a few milliseconds, for load tests that never look at it. */
export async function renderPlain(plan: PicturePlan): Promise<Buffer> {
  const sharp = await loadSharp()
  const { palette } = openScene(plan)
  const [top, low] = [palette.middle.map(Math.round), palette.near.map(Math.round)]
  return sharp(Buffer.from([...top, ...low]), { raw: { width: 1, height: 2, channels: 3 } })
    .resize(plan.width, plan.height, { fit: 'fill', kernel: 'linear' })
    .composite(tintOf(plan, plan.width, plan.height))
    .jpeg({ quality: 70 })
    .toBuffer()
}

/** Strong enough to be seen beside the same picture without it. */
const TINT_OPACITY = 0.45

function tintOf({ tint }: PicturePlan, width: number, height: number) {
  if (tint === undefined) return []
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(tint.slice(at, at + 2), 16)) as [number, number, number]
  return [{ input: { create: { width, height, channels: 4 as const, background: { r, g, b, alpha: TINT_OPACITY } } } }]
}

/** Film grain, as black or white specks of little opacity: it hides the steps of 8-bit gradients. */
function grainOf(seed: number, width: number, height: number) {
  const random = randomFrom(seed ^ 0x6a09e667)
  const input = Buffer.alloc(width * height * 4)
  for (let offset = 0; offset < input.length; offset += 4) {
    const value = random.next() + random.next() - 1
    input.fill(value > 0 ? 255 : 0, offset, offset + 3)
    input[offset + 3] = Math.abs(value) * 24
  }
  return { input, raw: { width, height, channels: 4 as const } }
}

/** Loaded on the first picture, so that a process starts at once and one that never draws pays nothing. */
async function loadSharp(): Promise<typeof sharpModule> {
  const { default: sharp } = await import('sharp')
  sharp.concurrency(1)
  return sharp
}
