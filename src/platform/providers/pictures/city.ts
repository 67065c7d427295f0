import { hex, lighten, mix, rgb, type Rgb } from './colour.ts'
import { layered } from './random.ts'
import { clamp, n, paint, type Drawing, type Scene } from './scene.ts'
import { fade, halo } from './shapes.ts'
import { blend, drawStars, drawSun, openSky } from './sky.ts'
import { drawWeather } from './weather.ts'

interface Tower {
  readonly x: number
  readonly width: number
  readonly height: number
}

const NEON = ['#ff3d8b', '#21e6ff', '#ffcf3f', '#8d5bff', '#3dffb0', '#ff6a3d'] as const

/** A skyline in three depths over water or a wet street that mirrors it. */
export function drawCity(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const ground = random.between(690, 740)
  const sky = openSky(scene, ground)
  const glow = layered(scene.noise, 3)
  const night = scene.dark
  const rows = [0, 0.5, 1].map((near) => drawRow(scene, ground, near, night))
  const skyline = rows.join('')
  const haze: Rgb = mix(palette.horizon, palette.light, 0.2)
  const backdrop = paint(
    scene,
    (x, y, out) => {
      if (y < ground) sky.shade(x, y, out)
      else {
        sky.shade(x, Math.max(2, ground - (y - ground) * 1.4), out)
        blend(out, palette.near, 0.62 + 0.2 * glow(x / 200, y / 12))
      }
      blend(out, haze, clamp(0.5 * Math.exp(-Math.abs(y - ground) / 130)))
    },
    240_000,
  )
  const mirrored = `<g transform="translate(0 ${n(ground * 2)}) scale(1 -1)" opacity="0.5">${rows[2] ?? ''}${rows[1] ?? ''}</g>`
  const shade = fade('depth', [[0, palette.near, 0.05], [1, lighten(palette.near, -0.04), 0.88]])
  return {
    backdrop,
    shapes:
      (night ? drawStars(scene, 380, 110) : '') + drawSun(scene, sky) + skyline +
      `<clipPath id="water"><rect y="${n(ground)}" width="${n(width)}" height="${n(1000 - ground)}"/></clipPath><g clip-path="url(#water)">${mirrored}${streaks(scene, ground)}` +
      `${shade}<rect y="${n(ground)}" width="${n(width)}" height="${n(1000 - ground)}" fill="url(#depth)"/></g>` +
      `<rect y="${n(ground - 3)}" width="${n(width)}" height="6" fill="${hex(lighten(palette.near, -0.03))}"/>` + drawWeather(scene),
  }
}

function drawRow(scene: Scene, ground: number, near: number, night: boolean): string {
  const { random, palette, width } = scene
  const tone = mix(mix(palette.far, palette.horizon, 0.35), palette.near, 0.12 + near * 0.78)
  const towers: Tower[] = []
  const peak = width * random.between(0.3, 0.7)
  for (let x = -30; x < width + 20; ) {
    const w = random.between(44, 104) * (0.7 + near * 0.35)
    const middle = Math.exp(-(((x - peak) / (width * 0.34)) ** 2))
    towers.push({ x, width: w, height: (130 + random.next() ** 1.7 * 240 + middle * 250) * (1.12 - near * 0.46) })
    x += w * random.between(0.8, near === 1 ? 1.5 : 1.06)
  }
  const id = `row${Math.round(near * 10)}`
  const gradient = fade(id, [[0, lighten(tone, night ? 0.01 : -0.02)], [1, mix(tone, palette.horizon, 0.4 - near * 0.25)]])
  return gradient + towers.map((tower) => drawTower(scene, tower, { ground, near, night, fill: `url(#${id})`, tone })).join('')
}

interface RowStyle {
  readonly ground: number
  readonly near: number
  readonly night: boolean
  readonly fill: string
  readonly tone: Rgb
}

function drawTower(scene: Scene, tower: Tower, style: RowStyle): string {
  const { random } = scene
  const { x, width, height } = tower
  const top = style.ground - height
  const roof = random.whole(0, 4)
  const crown =
    roof === 0 ? `<rect x="${n(x + width * 0.2)}" y="${n(top - 26)}" width="${n(width * 0.6)}" height="28" fill="${style.fill}"/>`
    : roof === 1 ? `<path d="M${n(x + width * 0.5)} ${n(top - 84)}V${n(top)}" stroke="${hex(style.tone)}" stroke-width="4"/>`
    : roof === 2 ? `<path d="M${n(x)} ${n(top + 1)}L${n(x + width * 0.5)} ${n(top - width * 0.55)}L${n(x + width)} ${n(top + 1)}Z" fill="${style.fill}"/>`
    : roof === 3 ? `<path d="M${n(x)} ${n(top + 1)}L${n(x + width)} ${n(top - width * 0.35)}V${n(top + 1)}Z" fill="${style.fill}"/>` : ''
  const side = `<rect x="${n(x + width * 0.66)}" y="${n(top)}" width="${n(width * 0.34)}" height="${n(height)}" fill="#000" fill-opacity="${n(0.1 + style.near * 0.1)}"/>`
  return `${crown}<rect x="${n(x)}" y="${n(top)}" width="${n(width)}" height="${n(height)}" fill="${style.fill}"/>${side}${windows(scene, tower, style)}${style.near === 1 && style.night ? sign(scene, tower, top) : ''}`
}

/** Lit windows in bands; some floors dark, some all lit, as at seven in the evening. */
function windows(scene: Scene, tower: Tower, style: RowStyle): string {
  const { random, palette } = scene
  const [pitchX, pitchY] = [9 + style.near * 5, 13 + style.near * 7]
  const [w, h] = [pitchX * 0.5, pitchY * 0.52]
  const lit: string[] = ['', '']
  const columns = Math.floor((tower.width - 8) / pitchX)
  const inset = (tower.width - columns * pitchX) / 2 + pitchX * 0.25
  for (let y = style.ground - tower.height + 14; y < style.ground - 16; y += pitchY) {
    const floor = random.next() < 0.12 ? 0.95 : random.between(0.08, style.night ? 0.55 : 0.25)
    for (let column = 0; column < columns; column += 1) {
      if (random.next() > floor) continue
      lit[random.next() < 0.8 ? 0 : 1] += `M${n(tower.x + inset + column * pitchX)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}z`
    }
  }
  const warm = hex(mix(rgb('#ffd084'), palette.light, 0.15))
  const cool = hex(mix(palette.accent, palette.light, 0.5))
  const opacity = style.night ? 0.35 + style.near * 0.55 : 0.5
  return `<path d="${lit[0]}" fill="${warm}" fill-opacity="${n(opacity)}"/><path d="${lit[1]}" fill="${cool}" fill-opacity="${n(opacity)}"/>`
}

function sign(scene: Scene, tower: Tower, top: number): string {
  const { random } = scene
  if (!random.chance(0.4) || tower.height < 120) return ''
  const tone = random.pick(NEON)
  const id = `sign${Math.round(tower.x + 100)}`
  const [x, y] = [tower.x + tower.width * random.between(0.2, 0.8), top + random.between(24, 60)]
  const bars = Array.from({ length: random.whole(3, 5) }, (_, index) => `<rect x="${n(x - 7)}" y="${n(y + index * 20)}" width="14" height="14" rx="3" fill="none" stroke="${tone}" stroke-width="3"/>`)
  return `${halo(id, rgb(tone), 0.75)}<ellipse cx="${n(x)}" cy="${n(y + 40)}" rx="70" ry="110" fill="url(#${id})"/>${bars.join('')}`
}

/** Light drawn down into the water below the brightest fronts. */
function streaks(scene: Scene, ground: number): string {
  const { random, width } = scene
  const tones = scene.dark ? ['#ffd084', ...NEON] : ['#ffffff', '#ffe9c4']
  const streak = (): string => {
    const x = random.between(0, width)
    const y = ground + random.next() ** 1.6 * 250
    const w = random.between(10, 70)
    return `<rect x="${n(x - w / 2)}" y="${n(y)}" width="${n(w)}" height="${n(random.between(1.2, 3.6))}" rx="1.5" fill="${random.pick(tones)}" fill-opacity="${n(random.between(0.15, 0.55))}"/>`
  }
  return Array.from({ length: Math.min(900, Math.round(210 * (width / 1000))) }, streak).join('')
}
