import { hex, lighten, mix, type Rgb } from './colour.ts'
import { layered, randomFrom } from './random.ts'
import { clamp, n, step, type Scene, type Shader } from './scene.ts'

export interface Sky {
  readonly horizon: number
  readonly sun: { readonly x: number; readonly y: number; readonly radius: number }
  readonly shade: Shader
}

const CLOUDINESS = { clear: 0.56, cloudy: 0.42, storm: 0.3, rain: 0.34, snow: 0.46, mist: 0.52, aurora: 0.7 } as const

/** The sky above `horizon`: its gradient, the glow around the sun or moon, and clouds lit from there. */
export function openSky(scene: Scene, horizon: number): Sky {
  const { random, palette, width } = scene
  const side = random.chance(0.5) ? random.between(0.18, 0.4) : random.between(0.6, 0.82)
  const low = scene.dark ? random.between(0.25, 0.6) : random.between(0.35, 0.72)
  const sun = { x: width * side, y: horizon * low, radius: random.between(34, 58) }
  const ramp = rampOf([palette.top, palette.middle, palette.horizon], [0, 0.58, 1])
  const clouds = cloudsOf(scene, sun, horizon)
  const curtains = scene.weather === 'aurora' ? curtainsOf(scene, horizon) : null
  const glowWidth = scene.weather === 'storm' ? 210 : 300
  const glowing = scene.weather === 'storm' ? 0.55 : scene.weather === 'aurora' ? 0.12 : 1

  function shade(x: number, y: number, out: Float64Array): void {
    const at = clamp(y / horizon)
    readRamp(ramp, at, out)
    const distance = Math.hypot(x - sun.x, (y - sun.y) * 1.15)
    const glow = 0.62 * Math.exp(-distance / glowWidth) + 0.5 * Math.exp(-((distance / (sun.radius * 2.2)) ** 2))
    blend(out, palette.light, clamp(glow * glowing))
    curtains?.(x, y, out)
    clouds(x, y, out)
  }
  return { horizon, sun, shade }
}

function cloudsOf(scene: Scene, sun: Sky['sun'], horizon: number): Shader {
  const { palette, random } = scene
  const billow = layered(scene.noise, 5)
  const rough = layered(scene.noise, 3)
  const threshold = CLOUDINESS[scene.weather] + random.between(-0.03, 0.03)
  const heavy = scene.weather === 'storm' || scene.weather === 'rain'
  const lit = heavy ? mix(palette.horizon, palette.light, 0.25) : mix(palette.horizon, palette.light, 0.6)
  const shadow = heavy ? lighten(palette.top, -0.03) : mix(palette.middle, palette.top, 0.55)
  const [dx, dy] = [random.between(0, 50), random.between(0, 50)]

  return (x, y, out) => {
    const depth = 1.35 - y / horizon
    if (depth < 0.3) return
    // Clouds lie in a plane above: towards the horizon they crowd together and flatten.
    const u = (x - scene.width / 2) / (310 * depth + 60) + dx
    const v = 2.4 / depth + dy
    const bend = rough(u * 0.8, v * 0.8) * 0.9
    const density = billow(u + bend, v * 1.5 + bend)
    const cover = step(threshold, threshold + 0.2, density) * step(0.3, 0.55, depth)
    if (cover <= 0) return
    const toSun = rough(u + bend + (sun.x - x) * 0.0005, v * 1.5 + bend + (y - sun.y) * 0.0006)
    const bright = clamp(0.5 + (density - toSun) * 2.2 + 0.5 * Math.exp(-Math.hypot(x - sun.x, y - sun.y) / 260))
    const share = cover * (heavy ? 0.95 : 0.78)
    for (let part = 0; part < 3; part += 1) {
      const cloud = shadow[part]! + (lit[part]! - shadow[part]!) * bright
      out[part] = out[part]! + (cloud - out[part]!) * share
    }
  }
}

function curtainsOf(scene: Scene, horizon: number): Shader {
  const { random } = scene
  const wave = layered(scene.noise, 3)
  const green: Rgb = [70, 255, 170]
  const violet: Rgb = [150, 90, 255]
  const lines = Array.from({ length: 3 }, (_, index) => ({
    y: horizon * (0.34 + index * 0.16 + random.between(-0.05, 0.05)),
    drift: random.between(0, 90),
    strength: random.between(0.55, 0.85),
  }))
  return (x, y, out) => {
    for (const line of lines) {
      const foot = line.y + (wave(x / 260 + line.drift, line.drift) - 0.5) * 340
      const above = foot - y
      if (above < -30) continue
      const rays = 0.45 + 0.9 * wave(x / 14 + line.drift, 3 + y / 900)
      const fall = above < 0 ? step(-30, 0, above) : Math.exp(-above / 190)
      const share = clamp(fall * rays * line.strength * 0.6)
      const tone = clamp(above / 260)
      for (let part = 0; part < 3; part += 1) {
        out[part] = out[part]! + (green[part]! + (violet[part]! - green[part]!) * tone - out[part]! * 0.6) * share
      }
    }
  }
}

/** The disc itself, crisp; by night a moon with its seas. */
export function drawSun(scene: Scene, sky: Sky): string {
  const { sun } = sky
  if (scene.weather === 'storm' || scene.weather === 'rain' || scene.weather === 'aurora') return ''
  const disc = hex(lighten(scene.palette.light, 0.04))
  const round = `<circle cx="${n(sun.x)}" cy="${n(sun.y)}" r="${n(sun.radius)}" fill="${disc}" fill-opacity="0.93"/>`
  if (!scene.nocturnal) return round
  const seas = hex(mix(scene.palette.light, scene.palette.middle, 0.22))
  const spots = [[-0.3, -0.25, 0.3], [0.28, 0.1, 0.36], [-0.18, 0.42, 0.2], [0.2, -0.5, 0.14]]
    .map(([x, y, r]) => `<circle cx="${n(sun.x + x! * sun.radius)}" cy="${n(sun.y + y! * sun.radius)}" r="${n(r! * sun.radius)}" fill="${seas}" fill-opacity="0.35"/>`)
  return round + spots.join('')
}

export function drawStars(scene: Scene, below: number, count = 240): string {
  const random = randomFrom(scene.random.whole(0, 1e9))
  const star = (): string => {
    const size = random.next() ** 5 * 2.2 + 0.5
    return `<circle cx="${n(random.between(0, scene.width))}" cy="${n(random.between(0, below))}" r="${n(size)}" fill-opacity="${n(random.between(0.3, 1))}"/>`
  }
  const total = Math.min(2400, Math.round((count * scene.width) / 1000))
  return `<g fill="#fff">${Array.from({ length: total }, star).join('')}</g>`
}

/** A gradient sampled once, so that reading it costs nothing. */
export function rampOf(colours: readonly Rgb[], stops: readonly number[]): Float64Array {
  const ramp = new Float64Array(257 * 3)
  for (let index = 0; index <= 256; index += 1) {
    const at = index / 256
    const above = Math.max(1, stops.findIndex((stop) => stop >= at))
    const [from, to] = [stops[above - 1]!, stops[above]!]
    ramp.set(mix(colours[above - 1]!, colours[above]!, (at - from) / (to - from)), index * 3)
  }
  return ramp
}

export function readRamp(ramp: Float64Array, at: number, out: Float64Array): void {
  const place = clamp(at) * 255.999
  const index = Math.floor(place)
  const share = place - index
  for (let part = 0; part < 3; part += 1) {
    const from = ramp[index * 3 + part]!
    out[part] = from + (ramp[index * 3 + 3 + part]! - from) * share
  }
}

export function blend(out: Float64Array, colour: Rgb, share: number): void {
  for (let part = 0; part < 3; part += 1) out[part] = out[part]! + (colour[part]! - out[part]!) * share
}
