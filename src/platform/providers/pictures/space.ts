import { hex, lighten, mix, turn, type Rgb } from './colour.ts'
import { layered } from './random.ts'
import { clamp, n, paint, step, type Drawing, type Scene } from './scene.ts'
import { halo } from './shapes.ts'
import { blend, drawStars, rampOf, readRamp } from './sky.ts'
import { drawSubject } from './subjects.ts'

interface Globe {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly tones: readonly Rgb[]
  readonly banded: boolean
}

/** Nebulae, stars, a lit globe with weather of its own, sometimes rings, sometimes a moon. */
export function drawSpace(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const globe: Globe = {
    x: width * random.between(0.34, 0.66),
    y: random.between(430, 590),
    radius: random.between(190, 270) * Math.min(1, Math.max(0.55, width / 900)),
    tones: [palette.middle, palette.far, mix(palette.horizon, palette.accent, random.between(0.1, 0.5)), mix(palette.horizon, palette.light, 0.7)].map((tone) => lighten(tone, 0.05)),
    banded: random.chance(0.55),
  }
  const lightAngle = random.between(-2.6, -0.6)
  const moon: Globe = { x: globe.x + globe.radius * random.between(-1.9, 1.9), y: globe.y - globe.radius * random.between(0.9, 1.4), radius: globe.radius * random.between(0.1, 0.2), tones: [palette.near, palette.far, palette.light, palette.light], banded: false }
  const nebula = nebulaOf(scene)
  const bodies = [moon, globe].map((body) => globeShader(scene, body, lightAngle))
  const ringed = random.chance(0.55) || scene.subject === null && globe.banded
  const ring = ringed ? rings(scene, globe) : { behind: '', before: '' }
  return {
    backdrop: paint(scene, (x, y, out) => {
      nebula(x, y, out)
      for (const body of bodies) body(x, y, out)
    }, 420_000),
    shapes: maskOutside(globe, width, drawStars(scene, 1000, 620) + brightStars(scene) + ring.behind) + ring.before + drawSubject(scene, { x: width * random.between(0.2, 0.4), y: random.between(520, 760), size: 190 }),
  }
}

function nebulaOf(scene: Scene) {
  const { palette, random } = scene
  const cloud = layered(scene.noise, 4)
  const deep: Rgb = mix([3, 5, 14], palette.top, 0.3)
  const [one, two] = [lighten(turn(palette.middle, random.between(-20, 30), 1.6), 0.14), turn(palette.accent, random.between(-40, 10), 1.1)]
  const slant = random.between(-0.9, 0.9)
  const [dx, dy] = [random.between(0, 60), random.between(0, 60)]
  return (x: number, y: number, out: Float64Array): void => {
    const [u, v] = [x / 330 + dx, y / 330 + dy]
    const bend = cloud(u + 9, v + 3) * 1.6
    const density = cloud(u + bend, v + bend * slant)
    const band = Math.exp(-(((y - 500 - (x - scene.width / 2) * slant * 0.7) / 330) ** 2))
    out.set(deep)
    blend(out, one, clamp(step(0.36, 0.72, density) * (0.22 + band * 0.75)))
    blend(out, two, clamp(step(0.48, 0.78, cloud(v + bend, u + 4)) * (0.08 + band * 0.7)))
    blend(out, [4, 4, 10], 0.5 * step(0.52, 0.72, cloud(u * 1.7 + bend, v * 1.7)) * band)
  }
}

function globeShader(scene: Scene, globe: Globe, lightAngle: number) {
  const surface = layered(scene.noise, 4)
  const ramp = rampOf(globe.tones, [0, 0.4, 0.7, 1])
  const light = [Math.cos(lightAngle) * 0.78, Math.sin(lightAngle) * 0.6, 0.42] as const
  const air = mix(scene.palette.horizon, scene.palette.light, 0.35)
  const tilt = scene.random.between(-0.5, 0.5)
  const start = scene.random.between(0, 80)
  return (x: number, y: number, out: Float64Array): void => {
    const [u, v] = [(x - globe.x) / globe.radius, (y - globe.y) / globe.radius]
    const square = u * u + v * v
    if (square > 1) {
      const distance = Math.sqrt(square) - 1
      const side = clamp((u * light[0] + v * light[1]) * 0.8 + 0.35)
      if (distance < 0.5) blend(out, air, 0.6 * Math.exp(-distance * 14) * side)
      return
    }
    const w = Math.sqrt(1 - square)
    const [a, b] = [u * Math.cos(tilt) - v * Math.sin(tilt), u * Math.sin(tilt) + v * Math.cos(tilt)]
    const long = Math.atan2(a, w)
    const swirl = surface(long * 2.2 + start, b * 3.1 + start)
    const tone = globe.banded ? surface(start + swirl * 0.5, b * 6.2 + swirl * 1.1) : surface(long * 2.4 + swirl * 1.3 + start, b * 2.7 + swirl)
    const [kept0, kept1, kept2] = [out[0]!, out[1]!, out[2]!]
    readRamp(ramp, step(0.24, 0.76, tone), out)
    const day = clamp(u * light[0] + v * light[1] + w * light[2] + 0.08)
    const shade = 0.03 + 1.02 * day ** 0.85
    for (let part = 0; part < 3; part += 1) out[part] = out[part]! * shade
    blend(out, air, 0.75 * (1 - w) ** 2.6 * clamp(day * 1.9))
    const edge = step(1, 0.985, Math.sqrt(square))
    out[0] = kept0 + (out[0]! - kept0) * edge
    out[1] = kept1 + (out[1]! - kept1) * edge
    out[2] = kept2 + (out[2]! - kept2) * edge
  }
}

/** Stars and the far half of the rings must not shine through the globe. */
function maskOutside(globe: Globe, width: number, markup: string): string {
  return `<clipPath id="outside"><path clip-rule="evenodd" d="M0 0H${n(width)}V1000H0ZM${n(globe.x - globe.radius)} ${n(globe.y)}a${n(globe.radius)} ${n(globe.radius)} 0 1 0 ${n(globe.radius * 2)} 0a${n(globe.radius)} ${n(globe.radius)} 0 1 0 ${n(-globe.radius * 2)} 0Z"/></clipPath><g clip-path="url(#outside)">${markup}</g>`
}

function brightStars(scene: Scene): string {
  const { random, width } = scene
  const star = (): string => {
    const [x, y, r] = [random.between(0, width), random.between(0, 1000), random.between(9, 26)]
    return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="url(#star)"/><path d="M${n(x - r)} ${n(y)}H${n(x + r)}M${n(x)} ${n(y - r)}V${n(y + r)}" stroke="#fff" stroke-width="0.8" stroke-opacity="0.6"/>`
  }
  return halo('star', [255, 255, 255], 0.9) + Array.from({ length: Math.round(9 * Math.max(1, width / 1000)) }, star).join('')
}

function rings(scene: Scene, globe: Globe): { behind: string; before: string } {
  const { random, palette } = scene
  const tilt = random.between(-24, 24)
  const flat = random.between(0.18, 0.34)
  const bands = Array.from({ length: 16 }, (_, index) => {
    const radius = globe.radius * (1.34 + index * 0.046)
    const tone = hex(mix(palette.far, palette.light, random.between(0.2, 0.9)))
    return { radius, tone, opacity: index === 9 ? 0.04 : random.between(0.25, 0.72) }
  })
  const half = (sweep: 0 | 1): string =>
    `<g transform="rotate(${n(tilt)} ${n(globe.x)} ${n(globe.y)})" fill="none">` +
    bands.map(({ radius, tone, opacity }) => `<path d="M${n(globe.x - radius)} ${n(globe.y)}A${n(radius)} ${n(radius * flat)} 0 0 ${sweep} ${n(globe.x + radius)} ${n(globe.y)}" stroke="${tone}" stroke-width="${n(globe.radius * 0.042)}" stroke-opacity="${n(opacity)}"/>`).join('') + '</g>'
  return { behind: half(1) + half(0), before: half(0) }
}
