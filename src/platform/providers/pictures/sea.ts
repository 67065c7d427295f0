import { hex, lighten, mix } from './colour.ts'
import { clamp, n, paint, type Drawing, type Scene } from './scene.ts'
import { flock, ground, polygon } from './shapes.ts'
import { drawStars, drawSun, openSky } from './sky.ts'
import { drawSubject } from './subjects.ts'
import { crestOf, landOf, waterOf, type Ridge } from './terrain.ts'
import { drawLightning, drawMist, drawWeather } from './weather.ts'

const ROUGHNESS = { clear: 0.34, cloudy: 0.5, storm: 1.15, rain: 0.7, snow: 0.35, mist: 0.2, aurora: 0.22 } as const

/** Open water to the horizon, an island or a headland, and whatever the prompt put there. */
export function drawSea(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const shore = random.between(540, 620)
  const sky = openSky(scene, shore)
  const roughness = ROUGHNESS[scene.weather] * random.between(0.85, 1.15)
  const islands = random.chance(0.7) ? [islandFar(scene, shore)] : []
  const above = landOf(scene, sky, islands)
  const water = waterOf(scene, sky, above, { shore, roughness, deep: mix(palette.near, palette.top, 0.4) })
  const storm = scene.weather === 'storm'
  const stars = scene.dark && scene.weather === 'clear' ? drawStars(scene, shore * 0.7, 150) : ''
  const gulls = random.chance(0.75) || scene.subject === 'birds'
    ? flock(random, { x: width * random.between(0.3, 0.7), y: random.between(200, 360), count: random.whole(6, 14), spread: 130, fill: hex(palette.near) })
    : ''
  return {
    backdrop: paint(scene, water),
    shapes:
      stars + drawSun(scene, sky) + (storm ? drawLightning(scene, shore) : '') + gulls +
      (scene.weather === 'mist' ? drawMist(scene, shore, 0.8) : drawMist(scene, shore, 0.22)) +
      drawProtagonist(scene, shore) + drawWeather(scene),
  }
}

function islandFar(scene: Scene, shore: number): Ridge {
  const { random, palette, width } = scene
  const rough = crestOf(scene, { base: 0, rise: 90, grain: 180, jagged: true })
  const middle = width * random.between(0.1, 0.9)
  const spread = random.between(150, 320)
  const colour = mix(palette.far, palette.middle, 0.25)
  return {
    crest: (x) => shore + 46 + (rough(x) - 70) * Math.exp(-(((x - middle) / spread) ** 2)),
    colour,
    haze: mix(palette.horizon, colour, 0.35),
    fade: 120,
    snow: 0,
    relief: 0.7,
    roughness: 1,
  }
}

function drawProtagonist(scene: Scene, shore: number): string {
  const { random, width, subject } = scene
  if (subject === 'sailboat') {
    return drawSubject(scene, { x: width * random.between(0.36, 0.64), y: shore + random.between(110, 170), size: random.between(250, 330) })
  }
  if (subject === 'balloon') return drawSubject(scene, { x: 0, y: 0, size: 0 })
  if (subject === 'whale') return drawSubject(scene, { x: width * random.between(0.4, 0.6), y: shore + 190, size: 260 })
  return drawHeadland(scene, shore)
}

/** A rock in the front corner that carries the subject: a lighthouse, an animal, a house. */
function drawHeadland(scene: Scene, shore: number): string {
  const { random, palette, width, subject } = scene
  if (subject === null || subject === 'birds') return random.chance(0.5) ? drawStacks(scene, shore) : ''
  const right = random.chance(0.5)
  const stand = width * (right ? random.between(0.64, 0.74) : random.between(0.26, 0.36))
  const rough = crestOf(scene, { base: 0, rise: 60, grain: 90, jagged: true })
  const reach = width * random.between(0.24, 0.32)
  const plateau = shore + random.between(50, 100)
  // Level where the subject stands, broken in steps towards the water, rising a little inland.
  const crest = (x: number): number => {
    const off = (right ? stand - x : x - stand) / reach
    const seaward = Math.max(0, off - 0.2)
    const broken = clamp((Math.abs(off) - 0.12) * 4)
    return plateau + seaward ** 1.15 * 300 - Math.max(0, -off - 0.3) * 70 + (rough(x) + 26) * broken
  }
  const rock = hex(palette.near)
  const edge = hex(mix(palette.near, palette.far, 0.38))
  const lit = hex(mix(palette.near, palette.light, 0.2))
  const size = subject === 'lighthouse' ? random.between(430, 500) : 240
  return (
    ground((x) => crest(x) - 7, width, 1000, edge, 5) +
    ground(crest, width, 1000, rock, 5) +
    facets(scene, crest, lit) +
    drawSubject(scene, { x: stand + (right ? 26 : -26), y: plateau + 8, size }) +
    drawFoam(scene, crest)
  )
}

function facets(scene: Scene, crest: (x: number) => number, fill: string): string {
  const { random, width } = scene
  const facet = (): string => {
    const x = random.between(0, width)
    const y = crest(x) + random.between(14, 190)
    const w = random.between(12, 60)
    return polygon([[x, y], [x + w, y + random.between(-8, 14)], [x + w * 0.4, y + random.between(16, 46)]], fill, `fill-opacity="${n(random.between(0.1, 0.4))}"`)
  }
  return Array.from({ length: 46 }, facet).join('')
}

/** Spray where rock meets water. */
function drawFoam(scene: Scene, crest: (x: number) => number): string {
  const { random, width } = scene
  const strength = scene.weather === 'storm' ? 1 : 0.4
  const drops: string[] = []
  for (let x = 0; x < width; x += 3) {
    const y = crest(x)
    if (y < 760 || y > 1010) continue
    drops.push(`<circle cx="${n(x + random.between(-14, 14))}" cy="${n(y + random.between(-40, 8) * strength)}" r="${n(random.between(1, 6 * strength + 1.5))}" fill-opacity="${n(random.between(0.15, 0.7))}"/>`)
  }
  return `<g fill="${hex(mix([255, 255, 255], scene.palette.horizon, 0.25))}">${drops.join('')}</g>`
}

function drawStacks(scene: Scene, shore: number): string {
  const { random, palette, width } = scene
  const stack = (): string => {
    const x = width * random.between(0.08, 0.92)
    const y = shore + random.between(16, 130)
    const near = (y - shore) / 130
    const tall = random.between(60, 130) * (0.5 + near)
    const half = tall * random.between(0.3, 0.6)
    const top = half * random.between(0.3, 0.6)
    const fill = hex(mix(palette.far, lighten(palette.near, 0.03), 0.35 + near * 0.6))
    return polygon([[x - half, y], [x - half * 0.8, y - tall * 0.4], [x - top, y - tall * 0.9], [x, y - tall], [x + top * 0.8, y - tall * 0.85], [x + half * 0.7, y - tall * 0.35], [x + half, y]], fill)
  }
  return Array.from({ length: random.whole(2, 4) }, stack).join('')
}
