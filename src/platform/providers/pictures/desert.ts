import { hex, lighten, mix } from './colour.ts'
import { n, paint, type Drawing, type Scene } from './scene.ts'
import { flock, ground } from './shapes.ts'
import { drawStars, drawSun, openSky } from './sky.ts'
import { drawSubject } from './subjects.ts'
import { crestOf, landOf, type Ridge } from './terrain.ts'
import { drawWeather } from './weather.ts'

/** Mesas far off, dunes nearer, each with a lit and a shaded side. */
export function drawDesert(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const sky = openSky(scene, 640)
  const mesas = random.chance(0.6) ? [mesaRidge(scene, 0), mesaRidge(scene, 1)] : [duneRidge(scene, 590, 0)]
  const ridges = [...mesas, duneRidge(scene, 690, 0.4), duneRidge(scene, 790, 0.75)]
  const front = crestOf(scene, { base: 900, rise: 120, grain: 620, jagged: false })
  const sand = mix(palette.far, palette.near, 0.72)
  const stand = width * random.between(0.35, 0.65)
  const subject = scene.subject === null ? cacti(scene, front) : drawSubject(scene, { x: stand, y: front(stand) + 6, size: 230 })
  return {
    backdrop: paint(scene, landOf(scene, sky, ridges)),
    shapes:
      (scene.dark ? `<g>${drawStars(scene, 360, 110)}</g>` : '') + drawSun(scene, sky) +
      flock(random, { x: width * random.between(0.3, 0.7), y: random.between(200, 320), count: random.whole(3, 7), spread: 80, fill: hex(palette.near) }) +
      ground((x) => front(x) - 8, width, 1000, hex(mix(sand, palette.light, 0.3))) + ground(front, width, 1000, hex(sand)) + ripples(scene, front) + subject + drawWeather(scene),
  }
}

function duneRidge(scene: Scene, base: number, near: number): Ridge {
  const colour = mix(mix(scene.palette.far, scene.palette.horizon, 0.35), mix(scene.palette.far, scene.palette.near, 0.45), near)
  return {
    crest: crestOf(scene, { base, rise: 150, grain: 420 - near * 90, jagged: false }),
    colour,
    haze: mix(scene.palette.horizon, colour, 0.35 + near * 0.4),
    fade: 240,
    snow: 0,
    relief: 1,
    roughness: 0.1,
  }
}

function mesaRidge(scene: Scene, near: number): Ridge {
  const { random } = scene
  const swell = crestOf(scene, { base: 0, rise: 1, grain: 150 - near * 20, jagged: false })
  const rough = crestOf(scene, { base: 0, rise: 16, grain: 30, jagged: true })
  const tall = random.between(120, 190)
  const colour = mix(scene.palette.far, scene.palette.near, 0.12 + near * 0.2)
  const flat = (x: number): number => {
    const high = -swell(x)
    return Math.min(1, Math.max(0, (high - 0.53) * 16)) + Math.min(1, Math.max(0, (high - 0.64) * 16)) * 0.45
  }
  return {
    crest: (x) => 640 + near * 10 - flat(x) * tall + rough(x) * 0.5,
    colour,
    haze: mix(scene.palette.horizon, colour, 0.3),
    fade: 250,
    snow: 0,
    relief: 0.8,
    roughness: 0.8,
  }
}

function ripples(scene: Scene, crest: (x: number) => number): string {
  const { random, width } = scene
  const ripple = (): string => {
    const x = random.between(-60, width)
    const w = random.between(50, 190)
    const y = crest(x + w / 2) + random.between(22, 190)
    return `M${n(x)} ${n(y)}q${n(w * 0.3)} ${n(-9)} ${n(w * 0.5)} 0t${n(w * 0.5)} 0`
  }
  return `<path d="${Array.from({ length: 90 }, ripple).join('')}" fill="none" stroke="${hex(lighten(scene.palette.near, -0.02))}" stroke-width="2" stroke-opacity="0.22"/>`
}

function cacti(scene: Scene, crest: (x: number) => number): string {
  const { random, width } = scene
  const tone = hex(mix(lighten(scene.palette.near, -0.05), [20, 60, 50], 0.35))
  const lit = hex(mix(scene.palette.near, scene.palette.light, 0.3))
  const cactus = (): string => {
    const x = width * random.between(0.06, 0.94)
    const size = random.between(0.7, 1.7)
    return (
      `<g transform="translate(${n(x)} ${n(crest(x) + 6)}) scale(${n(random.chance(0.5) ? size : -size)} ${n(size)})" fill="none" stroke-linecap="round">` +
      `<path d="M0 0V-112M0 -44H-24Q-30 -44 -30 -52V-78M0 -60H20Q27 -60 27 -68V-96" stroke="${tone}" stroke-width="15"/><path d="M-4 -2V-110M-34 -54V-78" stroke="${lit}" stroke-width="2" stroke-opacity="0.5"/></g>`
    )
  }
  return Array.from({ length: random.whole(1, 3) }, cactus).join('')
}
