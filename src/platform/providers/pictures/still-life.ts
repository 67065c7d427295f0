import { drawSitting } from './animals.ts'
import { hex, lighten, mix, rgb, turn, type Rgb } from './colour.ts'
import { layered, type Random } from './random.ts'
import { clamp, n, paint, step, type Drawing, type Scene } from './scene.ts'
import { fade, halo } from './shapes.ts'
import { blend } from './sky.ts'

/** A table by a window: light falls across the wall and over whatever stands there. */
export function drawStillLife(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const table = random.between(660, 710)
  const wood = mix(palette.near, rgb('#7a4a2a'), 0.35)
  const middle = width * random.between(0.42, 0.58)
  return {
    backdrop: paint(scene, wallOf(scene, table, wood), 260_000),
    shapes: `${halo('shadow', [0, 0, 0], 0.6)}${drawThings(scene, middle, table + 150)}`,
  }
}

function wallOf(scene: Scene, table: number, wood: Rgb) {
  const { random, palette, width } = scene
  const plaster = layered(scene.noise, 4)
  const wall = mix(palette.middle, palette.horizon, scene.dark ? 0.1 : 0.45)
  const shade = mix(palette.near, palette.middle, scene.dark ? 0.3 : 0.6)
  const lean = random.between(0.35, 0.75) * (random.chance(0.5) ? 1 : -1)
  const from = width * random.between(0.25, 0.6)
  const panes = random.whole(2, 3)
  const glossy = mix(wood, palette.light, 0.42)
  return (x: number, y: number, out: Float64Array): void => {
    const above = y < table
    const grain = plaster(x / 170, y / 170)
    if (above) {
      out.set(shade)
      blend(out, wall, clamp(0.55 + 0.45 * Math.exp(-Math.hypot(x - from, y - 330) / 430) + (grain - 0.5) * 0.35))
    } else {
      const depth = (y - table) / (1000 - table)
      out.set(wood)
      blend(out, glossy, clamp(0.42 - depth * 0.3 + (plaster(x / 320, y / 9) - 0.5) * 0.5))
    }
    // The window, thrown on the wall: panes with soft edges, slanting with the light.
    const u = (x - from + (y - 120) * lean) / 150
    const inPane = step(0.07, 0.13, u - Math.floor(u)) * step(0.97, 0.91, u - Math.floor(u)) * step(-0.02, 0.04, u) * step(panes + 0.02, panes - 0.04, u)
    const v = (y - 90) / 235
    const inRow = step(0.04, 0.08, v - Math.floor(v)) * step(0.98, 0.94, v - Math.floor(v)) * step(0, 0.1, v)
    const leaf = step(0.42, 0.62, plaster(x / 75 + 20, y / 60))
    blend(out, palette.light, inPane * inRow * (above ? 0.42 : 0.24) * (0.45 + 0.55 * leaf))
    const edge = Math.exp(-Math.abs(y - table) / 5)
    blend(out, shade, edge * 0.4)
  }
}

function drawThings(scene: Scene, x: number, y: number): string {
  const { random, subject } = scene
  const beside = random.chance(0.5) ? 1 : -1
  if (subject === 'cup') return placed(x, y, random.between(3.6, 4.2), drawCup(scene)) + placed(x + beside * 350, y + 30, 1.7, drawFruit(scene, 1))
  if (subject === 'fruit') return placed(x, y, random.between(3.1, 3.6), drawBowl(scene)) + placed(x + beside * 360, y + 60, 2.3, drawFruit(scene, 1))
  if (subject !== null && subject in SITTERS) {
    const cat = `<g transform="scale(5.4)">${drawSitting(scene, SITTERS[subject as keyof typeof SITTERS])}</g>`
    return placed(x, y + 60, 1, cat) + placed(x + beside * 350, y + 10, 2, drawVase(scene, 5))
  }
  return placed(x, y, random.between(2.9, 3.3), drawVase(scene, random.whole(9, 13))) + placed(x + beside * 290, y + 50, 1.9, drawFruit(scene, 2))
}

const SITTERS = { cat: 'cat', fox: 'fox', wolf: 'wolf', rabbit: 'rabbit', bear: 'bear' } as const

function placed(x: number, y: number, scale: number, markup: string): string {
  return `<g transform="translate(${n(x)} ${n(y)}) scale(${scale.toFixed(2)})"><ellipse cx="16" cy="1" rx="78" ry="13" fill="url(#shadow)"/>${markup}</g>`
}

function drawVase(scene: Scene, count: number): string {
  const { random, palette } = scene
  const glaze = mix(palette.top, palette.light, random.between(0.25, 0.5))
  const blooms = Array.from({ length: count }, (_, index) => {
    const angle = -Math.PI / 2 + (index / (count - 1) - 0.5) * 2.3 + random.between(-0.14, 0.14)
    const reach = random.between(66, 132) * (1 - Math.abs(index / (count - 1) - 0.5) * 0.35)
    return { x: Math.cos(angle) * reach, y: -78 + Math.sin(angle) * reach, size: random.between(13, 23) }
  }).toSorted((a, b) => a.y - b.y)
  const green = mix(rgb('#4f7a4a'), palette.near, scene.dark ? 0.35 : 0.12)
  const stems = blooms.map(({ x, y }) => `M0 -62Q${n(x * 0.2)} ${n(y * 0.5 - 40)} ${n(x)} ${n(y)}`).join('')
  const id = `glaze${count}`
  const hues = [palette.accent, turn(palette.accent, 32), mix(palette.accent, palette.light, 0.6), turn(palette.accent, -28)]
  return (
    `<path d="${stems}" fill="none" stroke="${hex(lighten(green, -0.05))}" stroke-width="2.2"/>${leaves(random, green, count * 2)}` +
    blooms.map((bloom) => drawBloom(random, bloom, random.pick(hues))).join('') +
    fade(id, [[0, lighten(glaze, 0.06)], [0.35, glaze], [1, lighten(mix(glaze, palette.near, 0.4), -0.06)]], true) +
    `<path d="M-15 -78C-13 -66 -20 -60 -27 -48C-38 -28 -30 -6 -20 0H20C30 -6 38 -28 27 -48C20 -60 13 -66 15 -78Z" fill="url(#${id})"/><ellipse cx="0" cy="-78" rx="15" ry="3.4" fill="${hex(mix(glaze, palette.near, 0.55))}"/>` +
    `<path d="M-22 -44Q-28 -28 -22 -12" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-opacity="0.3"/>`
  )
}

function leaves(random: Random, green: Rgb, count: number): string {
  const leaf = (): string => {
    const angle = random.between(-2.9, -0.24)
    const [x, y] = [Math.cos(angle) * random.between(12, 80), -78 + Math.sin(angle) * random.between(12, 84)]
    const turnBy = (angle * 180) / Math.PI + random.between(-40, 40)
    const size = random.between(22, 42)
    return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(turnBy)})"><path d="M0 0Q${n(size * 0.5)} ${n(-size * 0.34)} ${n(size)} 0Q${n(size * 0.5)} ${n(size * 0.34)} 0 0Z" fill="${hex(lighten(green, random.between(-0.1, 0.1)))}"/><path d="M0 0H${n(size)}" stroke="#fff" stroke-width="0.5" stroke-opacity="0.25"/></g>`
  }
  return Array.from({ length: count }, leaf).join('')
}

/** A flower of rings of petals, each ring smaller, lighter and turned. */
function drawBloom(random: Random, at: { x: number; y: number; size: number }, tone: Rgb): string {
  const petals = random.whole(7, 10)
  const ring = (scale: number, light: number): string => {
    const spin = random.between(0, 60)
    const fill = hex(lighten(tone, light))
    return Array.from({ length: petals }, (_, index) => {
      const size = at.size * scale * random.between(0.92, 1.08)
      return `<ellipse cx="${n(size * 0.62)}" rx="${n(size * 0.5)}" ry="${n(size * 0.3)}" fill="${fill}" transform="rotate(${n(spin + (index * 360) / petals)})"/>`
    }).join('')
  }
  return `<g transform="translate(${n(at.x)} ${n(at.y)}) rotate(${n(random.between(-20, 20))}) scale(1 0.9)">${ring(1.12, -0.13)}${ring(0.9, -0.04)}${ring(0.62, 0.06)}<circle r="${n(at.size * 0.24)}" fill="${hex(mix(tone, rgb('#f2c14e'), 0.75))}"/></g>`
}

function drawCup(scene: Scene): string {
  const { random, palette } = scene
  const china = mix([250, 246, 238], palette.middle, scene.dark ? 0.25 : 0.06)
  const steam = Array.from({ length: 3 }, (_, index) => `<path d="M${-14 + index * 14} -78q${n(random.between(-14, 14))} -16 0 -32t${n(random.between(-8, 8))} -34" fill="none" stroke="${hex(palette.light)}" stroke-width="5" stroke-linecap="round" stroke-opacity="0.2"/>`)
  return (
    fade('china', [[0, china], [0.4, china], [1, lighten(mix(china, palette.near, 0.5), 0)]], true) +
    `<ellipse cx="0" cy="-4" rx="62" ry="12" fill="${hex(lighten(china, -0.1))}"/><ellipse cx="0" cy="-7" rx="62" ry="11" fill="${hex(china)}"/><ellipse cx="4" cy="-7" rx="34" ry="6" fill="${hex(lighten(china, -0.16))}"/>` +
    `<path d="M38 -56C66 -62 66 -20 30 -24" fill="none" stroke="${hex(lighten(china, -0.08))}" stroke-width="7"/>` +
    `<path d="M-42 -66C-42 -28 -28 -8 -16 -6H16C28 -8 42 -28 42 -66Z" fill="url(#china)"/><path d="M-41 -50C-38 -46 38 -46 41 -50L40 -43C34 -39 -34 -39 -40 -43Z" fill="${hex(palette.accent)}" fill-opacity="0.85"/>` +
    `<ellipse cx="0" cy="-66" rx="42" ry="10" fill="${hex(lighten(china, -0.04))}"/><ellipse cx="0" cy="-65" rx="37" ry="8" fill="#4a2814"/><path d="M-22 -66Q0 -71 22 -65Q4 -61 -22 -66Z" fill="#a06a3c" fill-opacity="0.7"/>${steam.join('')}`
  )
}

function drawFruit(scene: Scene, count: number): string {
  const { random } = scene
  const tones = [rgb('#d9472f'), rgb('#f0a92d'), rgb('#8fae3c'), rgb('#e9793a')]
  const one = (index: number): string => {
    const tone = mix(random.pick(tones), scene.palette.near, scene.dark ? 0.25 : 0.05)
    const x = index * 44
    const id = `fruit${random.whole(0, 1e6)}`
    return (
      `<radialGradient id="${id}" cx="0.36" cy="0.3" r="0.85"><stop offset="0" stop-color="${hex(lighten(tone, 0.12))}"/><stop offset="0.5" stop-color="${hex(tone)}"/><stop offset="1" stop-color="${hex(lighten(tone, -0.2))}"/></radialGradient>` +
      `<path d="M${x} -38C${x + 14} -46 ${x + 28} -36 ${x + 26} -20C${x + 25} -6 ${x + 12} 2 ${x} 0C${x - 12} 2 ${x - 25} -6 ${x - 26} -20C${x - 28} -36 ${x - 14} -46 ${x} -38Z" fill="url(#${id})"/>` +
      `<path d="M${x} -38q2 -8 6 -12" stroke="#4a2f1c" stroke-width="2.4" fill="none" stroke-linecap="round"/><path d="M${x + 2} -42q10 -12 22 -6q-8 10 -22 6z" fill="#5f8a45"/><ellipse cx="${x - 9}" cy="-28" rx="5" ry="3.4" fill="#fff" fill-opacity="0.35"/>`
    )
  }
  return Array.from({ length: count }, (_, index) => one(index)).join('')
}

function drawBowl(scene: Scene): string {
  const glaze = mix(scene.palette.top, scene.palette.light, 0.35)
  const heap = [[-44, -36], [0, -46], [44, -36], [-22, -58], [24, -58]].map(([x, y]) => `<g transform="translate(${x} ${y})">${drawFruit(scene, 1)}</g>`)
  return (
    heap.toReversed().join('') + fade('bowl', [[0, lighten(glaze, 0.05)], [0.4, glaze], [1, lighten(glaze, -0.22)]], true) +
    `<path d="M-84 -48C-80 -14 -50 -2 -26 0H26C50 -2 80 -14 84 -48C50 -38 -50 -38 -84 -48Z" fill="url(#bowl)"/><path d="M-72 -30Q-64 -14 -46 -8" fill="none" stroke="#fff" stroke-width="3" stroke-opacity="0.3" stroke-linecap="round"/>`
  )
}
