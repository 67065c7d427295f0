import { hex, lighten, mix, type Rgb } from './colour.ts'
import { n, paint, type Drawing, type Scene } from './scene.ts'
import { fade, flock, grass, ground, pines } from './shapes.ts'
import { drawStars, drawSun, openSky } from './sky.ts'
import { drawSubject } from './subjects.ts'
import { crestOf, landOf, waterOf, type Ridge } from './terrain.ts'
import { drawMist, drawWeather } from './weather.ts'

/** Ranges fading into the distance, a lake on some takes, and a wooded slope in front. */
export function drawMountains(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const lake = scene.subject === 'sailboat' || random.chance(0.5)
  const shore = lake ? random.between(640, 700) : 1000
  const sky = openSky(scene, lake ? shore : 720)
  const count = random.whole(3, 4)
  const ridges = Array.from({ length: count }, (_, index) => ridgeAt(scene, index / (count - 1), lake ? shore : 760))
  const land = landOf(scene, sky, ridges)
  const shader = lake ? waterOf(scene, sky, land, { shore, roughness: random.between(0.08, 0.2), deep: mix(palette.near, palette.middle, 0.25) }) : land
  const stars = scene.dark && scene.weather !== 'storm' ? drawStars(scene, 330, 130) : ''
  // Sun and stars stand behind the ranges, so they are shown only where the sky is certain to be.
  const clear = Math.min(...Array.from({ length: 40 }, (_, at) => Math.min(...ridges.map((ridge) => ridge.crest((at / 40) * width)))))
  const sun = sky.sun.y + sky.sun.radius < clear ? drawSun(scene, sky) : ''
  const clipped = `<clipPath id="heaven"><rect width="${n(width)}" height="${n(Math.max(0, clear))}"/></clipPath><g clip-path="url(#heaven)">${stars}</g>`
  const birds = random.chance(0.6) ? flock(random, { x: width * random.between(0.25, 0.75), y: random.between(180, 330), count: random.whole(5, 11), spread: 90, fill: hex(palette.near) }) : ''
  const mist = scene.weather === 'mist' ? drawMist(scene, 560, 0.7) + drawMist(scene, 690, 0.6) : drawMist(scene, lake ? shore - 12 : 700, 0.32)
  return {
    backdrop: paint(scene, shader),
    shapes: clipped + sun + birds + mist + drawForeground(scene, lake) + drawWeather(scene),
  }
}

function ridgeAt(scene: Scene, near: number, foot: number): Ridge {
  const { random, palette } = scene
  const colour: Rgb = mix(mix(palette.far, palette.horizon, 0.3), mix(palette.far, palette.near, 0.62), near)
  return {
    crest: crestOf(scene, {
      base: foot - 150 + near * 150,
      rise: 400 - near * 250 + random.between(-40, 50),
      grain: 620 - near * 300,
      jagged: near < 0.75,
    }),
    colour,
    haze: mix(palette.horizon, colour, 0.2 + near * 0.35),
    fade: 330 - near * 110,
    snow: scene.weather === 'snow' ? 260 : near < 0.5 ? random.between(60, 150) : 0,
    relief: 0.95 - near * 0.35,
    roughness: 1,
  }
}

function drawForeground(scene: Scene, lake: boolean): string {
  const { random, palette, width } = scene
  const rise = lake ? random.between(60, 110) : random.between(150, 220)
  const tilt = random.between(-1, 1) * 90
  const bumps = crestOf(scene, { base: 0, rise: 60, grain: 420, jagged: false })
  const crest = (x: number): number => 1000 - rise + bumps(x) + tilt * (x / width - 0.5)
  const dark = scene.weather === 'snow' ? mix(palette.horizon, palette.near, 0.12) : palette.near
  const middle = mix(palette.near, palette.far, 0.35)
  const back = (x: number): number => crest(x) - 34
  const stand = width * random.between(0.36, 0.64)
  const clearing = (x: number): boolean => Math.abs(x - stand) > 130
  const side = random.chance(0.5)
  const copse = (x: number): boolean => clearing(x) && (side ? x < width * 0.36 : x > width * 0.64)
  const land = fade('slope', [[0, mix(dark, scene.weather === 'snow' ? palette.light : palette.far, 0.22)], [1, lighten(dark, -0.05)]]) + ground(crest, width, 1000, 'url(#slope)') + grass(scene, crest)
  return (
    pines(random, { crest: back, width, tall: 105, gap: 22, fill: hex(middle), where: lake ? copse : clearing }) +
    land +
    (scene.subject === null ? '' : drawSubject(scene, { x: stand, y: crest(stand) + 8, size: 210 })) +
    pines(random, { crest: (x) => crest(x) + 26, width, tall: 300, gap: 66, fill: hex(lighten(palette.near, -0.03)), where: copse })
  )
}
