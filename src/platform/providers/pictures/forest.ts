import { hex, lighten, mix } from './colour.ts'
import { layered } from './random.ts'
import { clamp, n, paint, step, type Drawing, type Scene } from './scene.ts'
import { fade, grass, ground, halo, pines, polygon } from './shapes.ts'
import { drawStars, openSky, blend } from './sky.ts'
import { drawSubject } from './subjects.ts'
import { crestOf } from './terrain.ts'
import { drawMist, drawWeather } from './weather.ts'

/** Trees behind trees, light between them, and a clearing for whoever lives there. */
export function drawForest(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const floor = random.between(760, 810)
  const winter = scene.weather === 'snow'
  const stand = width * random.between(0.34, 0.66)
  const glow = { x: stand + random.between(-120, 120), y: floor - 330 }
  const roll = crestOf(scene, { base: 0, rise: 50, grain: 380, jagged: false })
  const crest = (x: number): number => floor + 2 + roll(x)
  const rows = [0, 0.3, 0.6].map((near) =>
    pines(random, {
      crest: (x) => floor + near * 40 + roll(x) * 0.8,
      width,
      tall: 340 + near * 190,
      gap: 42 + near * 40,
      fill: hex(mix(mix(palette.horizon, palette.far, 0.55), mix(palette.near, palette.far, 0.2), near ** 0.8 * 1.25)),
      where: (x) => near < 0.4 || Math.abs(x - stand) > 120 + near * 120,
    }) + drawMist(scene, floor - 30 + near * 40, winter ? 0.55 : 0.42),
  )
  const soil = winter ? mix([252, 253, 255], palette.middle, scene.dark ? 0.55 : 0.22) : mix(palette.near, palette.accent, 0.12)
  const rise = winter ? mix([255, 255, 255], palette.horizon, scene.dark ? 0.5 : 0.2) : mix(palette.near, palette.far, 0.3)
  return {
    backdrop: paint(scene, lightBetween(scene, glow), 200_000),
    shapes:
      (scene.dark ? drawStars(scene, 380, 120) : '') + rows.join('') + shafts(scene, glow) +
      ground((x) => crest(x) - 12, width, 1000, hex(rise)) + fade('soil', [[0, soil], [1, lighten(soil, winter ? -0.1 : -0.05)]]) + ground(crest, width, 1000, 'url(#soil)') +
      drawFloor(scene, crest, winter) +
      drawSubject(scene, { x: stand, y: crest(stand) + 70, size: subjectSize(scene) }) +
      trunks(scene, stand) + drawWeather(scene),
  }
}

function subjectSize(scene: Scene): number {
  const full = scene.subject === 'tree' ? 380 : 330
  return full * scene.random.between(0.78, 1.18)
}

function lightBetween(scene: Scene, glow: { x: number; y: number }) {
  const sky = openSky(scene, 820)
  const leaf = layered(scene.noise, 4)
  const { palette } = scene
  return (x: number, y: number, out: Float64Array): void => {
    sky.shade(x, y, out)
    blend(out, palette.horizon, 0.5 * step(100, 800, y))
    const distance = Math.hypot(x - glow.x, (y - glow.y) * 0.9)
    blend(out, palette.light, clamp(0.75 * Math.exp(-distance / 300)))
    blend(out, palette.far, 0.3 * step(0.5, 0.8, leaf(x / 90, y / 90)) * step(760, 100, y))
  }
}

function shafts(scene: Scene, glow: { x: number; y: number }): string {
  const { random, palette } = scene
  const tone = hex(palette.light)
  const shaft = (): string => {
    const x = glow.x + random.between(-300, 300)
    const w = random.between(20, 70)
    const slant = (x - glow.x) * 0.7 + random.between(-30, 30)
    return polygon([[x, -20], [x + w, -20], [x + w * 1.8 + slant, 900], [x + slant, 900]], 'url(#shaft)', `fill-opacity="${n(random.between(0.3, 1))}"`)
  }
  const ramp = `<linearGradient id="shaft" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${tone}" stop-opacity="0.26"/><stop offset="1" stop-color="${tone}" stop-opacity="0"/></linearGradient>`
  return ramp + halo('clearing', palette.light, 0.45) + `<circle cx="${n(glow.x)}" cy="${n(glow.y)}" r="330" fill="url(#clearing)"/>` + Array.from({ length: 7 }, shaft).join('')
}

/** Blades of grass and fallen leaves, or drifts and their shadows. */
function drawFloor(scene: Scene, crest: (x: number) => number, winter: boolean): string {
  const { random, palette, width } = scene
  if (winter) {
    const drift = (): string => {
      const x = random.between(0, width)
      return `<ellipse cx="${n(x)}" cy="${n(crest(x) + random.between(30, 220))}" rx="${n(random.between(60, 190))}" ry="${n(random.between(4, 14))}" fill="${hex(mix(palette.middle, palette.far, 0.3))}" fill-opacity="0.16"/>`
    }
    return Array.from({ length: 26 }, drift).join('')
  }
  const count = Math.min(700, Math.round(90 * (width / 1000)))
  const leaves = Array.from({ length: count }, () => {
    const x = random.between(0, width)
    return `<ellipse cx="${n(x)}" cy="${n(crest(x) + random.between(10, 230))}" rx="${n(random.between(3, 8))}" ry="${n(random.between(1.5, 3.5))}" fill-opacity="0.8" fill="${hex(mix(palette.accent, palette.near, random.between(0, 0.6)))}"/>`
  })
  return grass(scene, crest) + leaves.join('')
}

/** Two or three trunks at the edges, close enough to be out of the light. */
function trunks(scene: Scene, stand: number): string {
  const { random, palette, width } = scene
  const trunk = (x: number): string => {
    const w = random.between(26, 54)
    const lean = random.between(-26, 26)
    const tone = lighten(palette.near, -0.04)
    const lit = x < stand ? x + w * 0.3 : x - w * 0.3
    return (
      `<path d="M${n(x - w)} 1010Q${n(x - w * 0.5)} 900 ${n(x - w * 0.45 + lean)} -10H${n(x + w * 0.45 + lean)}Q${n(x + w * 0.5)} 900 ${n(x + w)} 1010Z" fill="${hex(tone)}"/>` +
      `<path d="M${n(lit)} 960Q${n(lit)} 600 ${n(lit + lean)} 0" stroke="${hex(mix(tone, palette.light, 0.28))}" stroke-width="5" fill="none" stroke-opacity="0.4"/>`
    )
  }
  const left = Array.from({ length: random.whole(1, 2) }, () => trunk(random.between(0, width * 0.2)))
  const right = Array.from({ length: random.whole(1, 2) }, () => trunk(random.between(width * 0.8, width)))
  return left.join('') + right.join('')
}
