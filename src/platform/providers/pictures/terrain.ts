import { lighten, mix, type Rgb } from './colour.ts'
import { layered } from './random.ts'
import { clamp, step, type Scene, type Shader } from './scene.ts'
import { blend, type Sky } from './sky.ts'

export interface Ridge {
  /** Height of the crest at a place, in units from the top. */
  readonly crest: (x: number) => number
  readonly colour: Rgb
  /** What the foot fades into. */
  readonly haze: Rgb
  readonly fade: number
  /** How far below the crest snow reaches; 0 for none. */
  readonly snow: number
  readonly relief: number
  /** 1 for rock, 0 for sand: how much the surface is broken. */
  readonly roughness: number
}

export interface RangeShape {
  readonly base: number
  readonly rise: number
  /** Length of the largest feature, in units. */
  readonly grain: number
  readonly jagged: boolean
}

/** A crest line: jagged for rock, rolling for hills and dunes. */
export function crestOf(scene: Scene, shape: RangeShape): (x: number) => number {
  const start = scene.random.between(0, 400)
  const rolling = layered(scene.noise, shape.jagged ? 6 : 2)
  return (x) => {
    const at = x / shape.grain + start
    const value = rolling(at, start)
    const high = shape.jagged ? (1 - Math.abs(2 * value - 1)) ** 1.4 * 1.05 : value
    return shape.base - high * shape.rise
  }
}

/**
 * Land in front of a sky. Each ridge is lit from the sun's side by its own slope, warped a little by
 * noise so that the light runs down the flanks, and fades into haze at its foot.
 */
export function landOf(scene: Scene, sky: Sky, ridges: readonly Ridge[]): Shader {
  const faces = ridges.map((ridge, index) => faceOf(scene, sky, ridge, index))

  /** The frontmost ridge at the point, among the first `count`; the sky where there is none. */
  function shade(count: number, x: number, y: number, out: Float64Array): void {
    for (let index = count - 1; index >= 0; index -= 1) {
      const face = faces[index]!
      const cover = face.coverAt(x, y)
      if (cover <= 0) continue
      if (cover >= 1) return face.shade(x, y, out)
      // On the crest itself, what lies behind shows through: without it the line would be a staircase.
      face.shade(x, y, out)
      const [r, g, b] = [out[0]!, out[1]!, out[2]!]
      shade(index, x, y, out)
      out[0] = out[0]! + (r - out[0]!) * cover
      out[1] = out[1]! + (g - out[1]!) * cover
      out[2] = out[2]! + (b - out[2]!) * cover
      return
    }
    sky.shade(x, y, out)
  }
  return (x, y, out) => shade(faces.length, x, y, out)
}

interface Face {
  /** How much of the ground at a point is this ridge: 0 above its crest, 1 below, between on the line. */
  readonly coverAt: (x: number, y: number) => number
  readonly shade: Shader
}

const CELLS = 2048
/** Width of the softened crest line, in units: about a pixel of the backdrop. */
const EDGE = 1.6

function faceOf(scene: Scene, sky: Sky, ridge: Ridge, index: number): Face {
  const rough = layered(scene.noise, 4)
  const heights = Float32Array.from({ length: CELLS + 1 }, (_, at) => ridge.crest((at / CELLS) * scene.width))
  const height = (x: number): number => heights[clamp(Math.round((x / scene.width) * CELLS), 0, CELLS)]!
  const lit = mix(lighten(ridge.colour, 0.16), scene.palette.light, 0.18)
  const dim = lighten(ridge.colour, -0.07)
  const snowLit = mix([255, 255, 255], scene.palette.light, 0.5)
  const snowDim = mix(ridge.colour, [235, 240, 255], 0.5)

  function shade(x: number, y: number, out: Float64Array): void {
    const depth = Math.max(0, y - height(x))
    const texture = rough(x / 60 + index * 31, y / 44)
    const warp = (texture - 0.5) * (34 + depth * 0.9) * ridge.roughness
    // The further down the flank, the larger the shape whose slope counts: small notches in the
    // crest would else run down as curtains.
    const reach = 9 + depth * 0.42
    const slope = ((height(x + warp + reach) - height(x + warp - reach)) * 14) / reach
    const facing = clamp((sky.sun.x - x) / 160, -1, 1)
    const gully = rough(x / 17 + depth * 0.012, y / 74 + index * 7) - 0.5
    const light = clamp(0.46 + slope * 0.034 * facing + ((texture - 0.5) * 1.1 + gully * 0.7) * ridge.roughness)
    const snow = ridge.snow === 0 ? 0 : step(ridge.snow, ridge.snow * 0.45, depth + (texture - 0.5) * ridge.snow * 1.7 - slope * 0.6)
    const haze = step(0, ridge.fade, depth) * 0.92
    for (let part = 0; part < 3; part += 1) {
      const rock = ridge.colour[part]! + (dim[part]! + (lit[part]! - dim[part]!) * light - ridge.colour[part]!) * ridge.relief
      const white = snowDim[part]! + (snowLit[part]! - snowDim[part]!) * light
      const bare = rock + (white - rock) * snow
      out[part] = bare + (ridge.haze[part]! - bare) * haze
    }
  }
  function coverAt(x: number, y: number): number {
    const depth = y - height(x)
    if (depth > 30 || depth < -30) return depth > 0 ? 1 : 0
    const steepness = (height(x + 2) - height(x - 2)) / 4
    return clamp(depth / (EDGE * Math.sqrt(1 + steepness * steepness)) + 0.5)
  }
  return { coverAt, shade }
}

/** Still or moving water below a shore: the picture above, mirrored and rippled, with the sun's path on it. */
export function waterOf(scene: Scene, sky: Sky, above: Shader, input: { shore: number; roughness: number; deep: Rgb }): Shader {
  const wave = layered(scene.noise, 4)
  const { shore, roughness, deep } = input
  const light = scene.palette.light
  return (x, y, out) => {
    if (y < shore) {
      above(x, y, out)
      return
    }
    const near = (y - shore) / (scene.height - shore)
    const scale = 14 + near * 150
    const swell = wave((x - scene.width / 2) / (scale * 2.6) + 40, 7 / (near + 0.06) + near * 3)
    const chop = wave(x / (scale * 0.7), 16 / (near + 0.09))
    const tilt = (swell - 0.5) * 1.4 + (chop - 0.5) * 0.9
    const mirror = shore - (y - shore) * 0.92 + tilt * roughness * (40 + near * 260)
    above(x + tilt * roughness * 60, clamp(mirror, 2, shore - 2), out)
    blend(out, deep, clamp(0.2 + near * 0.45 - tilt * roughness * 0.55))
    const path = Math.exp(-(((x - sky.sun.x) / (26 + near * 130)) ** 2))
    const sparkle = step(0.52 - path * 0.14, 0.7, 0.5 + tilt * 0.6) * path
    blend(out, light, clamp(sparkle * 0.85))
    const crest = step(0.2, 0.5, tilt) * roughness * near
    blend(out, mix(light, scene.palette.middle, 0.45), clamp(crest * 0.5))
  }
}
