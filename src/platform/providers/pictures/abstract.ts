import { hex, lighten, mix, turn, type Rgb } from './colour.ts'
import { layered } from './random.ts'
import { clamp, n, paint, step, type Drawing, type Scene } from './scene.ts'
import { fade } from './shapes.ts'
import { blend } from './sky.ts'
import { crestOf } from './terrain.ts'

/** No thing at all: one of four manners, chosen by the prompt and varied by the take. */
export function drawAbstract(scene: Scene): Drawing {
  const manners = [drawPaper, drawSilk, drawFlow, drawBauhaus] as const
  return (manners[scene.mood % manners.length] ?? drawPaper)(scene)
}

function tonesOf(scene: Scene): readonly Rgb[] {
  const { palette } = scene
  return [palette.top, palette.middle, palette.accent, palette.horizon, mix(palette.accent, palette.light, 0.5), palette.far, turn(palette.accent, 60)]
}

/** Sheets of paper, cut in waves and stacked, each with its shadow on the one below. */
function drawPaper(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const fibre = layered(scene.noise, 3)
  const backdrop = paint(scene, (x, y, out) => {
    out.set(palette.light)
    blend(out, palette.horizon, clamp(y / 700 + (fibre(x / 60, y / 60) - 0.5) * 0.2))
  }, 120_000)
  const sheets = 8
  const disc = `<circle cx="${n(width * random.between(0.3, 0.7))}" cy="${n(random.between(190, 280))}" r="${n(random.between(80, 130))}" fill="${hex(mix(palette.accent, palette.light, 0.25))}"/>`
  const stack = Array.from({ length: sheets }, (_, index) => {
    const near = index / (sheets - 1)
    const crest = crestOf(scene, { base: 330 + index * 92, rise: 240 - near * 70, grain: random.between(330, 520), jagged: false })
    const tone = near < 0.5 ? mix(palette.horizon, palette.accent, near * 1.6) : mix(palette.accent, palette.top, (near - 0.5) * 1.9)
    const points = Array.from({ length: Math.ceil(width / 8) + 2 }, (_, at) => `L${n(at * 8)} ${n(crest(at * 8))}`).join('')
    const path = `M0 1010${points}V1010Z`
    const shadow = [26, 18, 11, 5].map((lift) => `<path d="${path}" transform="translate(${-lift * 0.3} ${-lift})" fill="${hex(palette.near)}" fill-opacity="0.055"/>`).join('')
    return `${shadow}${fade(`sheet${index}`, [[0, lighten(tone, 0.05)], [0.5, tone], [1, lighten(tone, -0.06)]])}<path d="${path}" fill="url(#sheet${index})"/>`
  })
  return { backdrop, shapes: disc + stack.join('') }
}

/** Folds of coloured light, like silk lit from one side. */
function drawSilk(scene: Scene): Drawing {
  const { random } = scene
  const tones = tonesOf(scene)
  const fold = layered(scene.noise, 3)
  const angle = random.between(0, Math.PI)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const start = random.between(0, 70)
  const shader = (x: number, y: number, out: Float64Array): void => {
    const [u, v] = [(x * cos + y * sin) / 420, (y * cos - x * sin) / 520]
    const bend = fold(u * 0.9 + start, v * 0.9 + start) * 2.8
    const sweep = fold(u + bend * 0.55 + start, v * 0.4 + bend)
    const wave = 0.5 + 0.5 * Math.sin((sweep * 3.6 + bend * 1.4 + u) * 5.2)
    const place = clamp(sweep * 1.7 - 0.35) * 4.999
    const index = Math.floor(place)
    out.set(tones[index]!)
    blend(out, tones[index + 1]!, step(0, 1, place - index))
    const shade = (wave - 0.5) * 2
    if (shade > 0) blend(out, scene.palette.light, shade ** 2.4 * 0.62)
    else blend(out, scene.palette.near, (-shade) ** 1.5 * 0.6)
  }
  return { backdrop: paint(scene, shader, 500_000), shapes: '' }
}

/** Thousands of threads drifting along one invisible current. */
function drawFlow(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const field = layered(scene.noise, 2)
  const start = random.between(0, 90)
  const tones = tonesOf(scene).map((tone) => lighten(tone, scene.dark ? 0.08 : 0))
  const ground = scene.dark ? lighten(palette.near, 0.02) : mix(palette.light, palette.horizon, 0.6)
  const glow = scene.dark ? palette.top : palette.light
  const backdrop = paint(scene, (x, y, out) => {
    out.set(ground)
    blend(out, glow, 0.8 * Math.exp(-Math.hypot(x - width * 0.5, y - 460) / 420))
  }, 60_000)
  const threads = new Map<string, string>()
  const count = Math.min(3000, Math.round(950 * Math.max(0.4, width / 1000)))
  for (let index = 0; index < count; index += 1) {
    let [x, y] = [random.between(-80, width + 80), random.between(-60, 1060)]
    const tone = tones[Math.floor(field(x / 380 + 7, y / 380 + start) * 1.6 * tones.length) % tones.length]!
    const stroke = `${hex(tone)}" stroke-width="${n(random.next() ** 3 * 8 + 1.4)}`
    let path = `M${n(x)} ${n(y)}`
    const length = random.whole(14, 44)
    for (let pace = 0; pace < length; pace += 1) {
      const turnTo = field(x / 430 + start, y / 430) * Math.PI * 4.4
      x += Math.cos(turnTo) * 12
      y += Math.sin(turnTo) * 12
      path += `L${n(x)} ${n(y)}`
    }
    threads.set(stroke, (threads.get(stroke) ?? '') + path)
  }
  const drawn = [...threads].map(([stroke, path]) => `<path d="${path}" stroke="${stroke}"/>`)
  return { backdrop, shapes: `<g fill="none" stroke-linecap="round" stroke-linejoin="round" opacity="0.88">${drawn.join('')}</g>` }
}

/** Quarter circles, discs and stripes on a grid of squares. */
function drawBauhaus(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const fibre = layered(scene.noise, 4)
  const base = mix(palette.light, palette.horizon, 0.5)
  const backdrop = paint(scene, (x, y, out) => {
    out.set(base)
    blend(out, palette.middle, (fibre(x / 40, y / 40) - 0.4) * 0.25)
  }, 120_000)
  const rows = random.whole(4, 5)
  const cell = 1000 / rows
  const columns = Math.ceil(width / cell)
  const offset = (width - columns * cell) / 2
  const tones = [...tonesOf(scene), palette.near, palette.light]
  const cells: string[] = []
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      cells.push(`<g transform="translate(${n(offset + column * cell)} ${n(row * cell)}) scale(${(cell / 100).toFixed(4)})">${tile(scene, tones)}</g>`)
    }
  }
  return { backdrop, shapes: cells.join('') }
}

function tile(scene: Scene, tones: readonly Rgb[]): string {
  const { random } = scene
  const [ground, one, two] = [hex(random.pick(tones)), hex(random.pick(tones)), hex(random.pick(tones))]
  const spin = random.whole(0, 3) * 90
  const marks = [
    `<path d="M0 0H100A100 100 0 0 1 0 100Z" fill="${one}"/><path d="M0 0H52A52 52 0 0 1 0 52Z" fill="${two}"/>`,
    `<circle cx="50" cy="50" r="46" fill="${one}"/><circle cx="50" cy="50" r="22" fill="${two}"/>`,
    `<path d="M0 0A50 50 0 0 1 0 100Z" fill="${one}"/><path d="M50 0A50 50 0 0 1 50 100Z" fill="${two}"/>`,
    `<path d="M0 100L100 0V100Z" fill="${one}"/><circle cx="30" cy="30" r="17" fill="${two}"/>`,
    `<path d="M0 10H100M0 30H100M0 50H100M0 70H100M0 90H100" stroke="${one}" stroke-width="9"/>`,
    `<path d="M0 50A50 50 0 0 1 100 50Z" fill="${one}"/><path d="M0 100A50 50 0 0 1 100 100Z" fill="${two}"/>`,
  ]
  return `<rect width="100.4" height="100.4" fill="${ground}"/><g transform="rotate(${spin} 50 50)">${random.pick(marks)}</g>`
}
