import sharp from 'sharp'
import { renderPicture, renderPlain } from '../pictures/index.ts'
import type { ClipPlan } from './plan.ts'

/** One pass of the loop. It comes back to where it began, so a clip of any length is seamless. */
export const LOOP_SECONDS = 4
/** Work is bounded by the pixels of a loop: larger frames come in smaller numbers. 48 frames of 720p. */
const LOOP_PIXELS_MAX = 1280 * 720 * 48
const LOOP_FRAMES_MIN = 8
const PLAIN_FRAMES = 4
/** How much of the picture lies outside of the frame, to wander over. */
const MARGIN = 0.14

/** Draws frame `index` of the loop into `frame`, which holds RGBA. */
export type DrawFrame = (index: number, frame: Uint8Array) => void

export interface Loop {
  readonly frames: number
  readonly draw: DrawFrame
}

/** Draws the picture once, larger than the clip; each frame is a window on it that drifts and breathes. */
export async function openLoop(plan: ClipPlan): Promise<Loop> {
  const { picture, plain } = plan
  const [width, height] = [enlarged(picture.width), enlarged(picture.height)]
  const jpeg = await (plain ? renderPlain : renderPicture)({ ...picture, width, height })
  const pixels = await sharp(jpeg).ensureAlpha().raw().toBuffer()
  const frames = plain ? PLAIN_FRAMES : framesOf(plan)
  const whole = { pixels, width, height }
  return { frames, draw: (index, frame) => copyWindow(whole, windowAt(plan, index / frames), picture, frame) }
}

function framesOf({ picture, framesPerSecond }: ClipPlan): number {
  const affordable = Math.floor(LOOP_PIXELS_MAX / (picture.width * picture.height))
  return Math.max(LOOP_FRAMES_MIN, Math.min(affordable, framesPerSecond * LOOP_SECONDS))
}

function enlarged(side: number): number {
  return Math.ceil(side * (1 + MARGIN)) + 2
}

interface Window {
  readonly left: number
  readonly top: number
  /** Picture pixels for one pixel of the frame. */
  readonly scale: number
}

function windowAt({ picture: { width, height, seed } }: ClipPlan, phase: number): Window {
  const turn = phase * 2 * Math.PI
  const [mirroredX, mirroredY] = [seed % 2 === 0 ? 1 : -1, seed % 4 < 2 ? 1 : -1]
  const scale = 1 + (MARGIN / 2) * (0.5 - 0.5 * Math.cos(turn))
  const [slackX, slackY] = [enlarged(width) - 2 - width * scale, enlarged(height) - 2 - height * scale]
  return { left: slackX * (0.5 + 0.5 * mirroredX * Math.sin(turn)), top: slackY * (0.5 + 0.25 * mirroredY * Math.sin(turn)), scale }
}

interface Pixels {
  readonly pixels: Uint8Array
  readonly width: number
}

/** Samples between the pixels, in 1/256 steps: whole steps would make a slow drift tremble. */
function copyWindow(from: Pixels, { left, top, scale }: Window, { width, height }: { width: number; height: number }, frame: Uint8Array): void {
  const { pixels } = from
  const stride = from.width * 4
  const columns = Array.from({ length: width }, (_, x) => left + x * scale)
  const offsets = Int32Array.from(columns, (x) => Math.floor(x) * 4)
  const weights = Int32Array.from(columns, (x) => (x - Math.floor(x)) * 256)
  for (let y = 0, to = 0; y < height; y += 1) {
    const line = top + y * scale
    const down = Math.trunc((line - Math.floor(line)) * 256)
    const row = Math.floor(line) * stride
    for (let x = 0; x < width; x += 1, to += 4) {
      const at = row + (offsets[x] as number)
      const right = weights[x] as number
      for (let channel = 0; channel < 3; channel += 1) {
        const above = (pixels[at + channel] as number) * (256 - right) + (pixels[at + channel + 4] as number) * right
        const below = (pixels[at + stride + channel] as number) * (256 - right) + (pixels[at + stride + channel + 4] as number) * right
        frame[to + channel] = (above * (256 - down) + below * down) >> 16
      }
    }
  }
}
