import { hex, mix, type Rgb } from './colour.ts'
import type { Random } from './random.ts'
import { n, type Scene } from './scene.ts'

/** A closed path through points. */
export function polygon(points: readonly (readonly [number, number])[], fill: string, extra = ''): string {
  const path = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`).join('')
  return `<path d="${path}Z" fill="${fill}" ${extra}/>`
}

/** The ground below a crest line, filled to the bottom. */
export function ground(crest: (x: number) => number, width: number, bottom: number, fill: string, pace = 6): string {
  const points: [number, number][] = []
  for (let x = 0; x <= width + pace; x += pace) points.push([x, crest(x)])
  return polygon([...points, [width + pace, bottom], [0, bottom]], fill)
}

/** A vertical gradient to fill with; put it before the shapes that use it. */
export function fade(id: string, stops: readonly (readonly [number, Rgb, number?])[], across = false): string {
  const marks = stops.map(([at, colour, opacity = 1]) => `<stop offset="${at}" stop-color="${hex(colour)}" stop-opacity="${opacity}"/>`)
  return `<linearGradient id="${id}" x1="0" y1="0" x2="${across ? 1 : 0}" y2="${across ? 0 : 1}">${marks.join('')}</linearGradient>`
}

export function halo(id: string, colour: Rgb, strength = 0.8): string {
  const tone = hex(colour)
  return (
    `<radialGradient id="${id}"><stop offset="0" stop-color="${tone}" stop-opacity="${strength}"/>` +
    `<stop offset="0.35" stop-color="${tone}" stop-opacity="${strength * 0.34}"/><stop offset="1" stop-color="${tone}" stop-opacity="0"/></radialGradient>`
  )
}

/** The outline of one conifer standing at (x, y), as part of a path. */
export function pinePath(random: Random, x: number, y: number, height: number): string {
  const tiers = Math.max(5, Math.round(height / 16))
  const half = height * random.between(0.15, 0.21)
  const left: string[] = []
  const right: string[] = []
  for (let tier = 1; tier <= tiers; tier += 1) {
    const at = y - height + (height * 0.94 * tier) / tiers
    const reach = half * (tier / tiers) ** 0.85
    left.push(`L${n(x - reach * random.between(0.8, 1.15))} ${n(at + height * 0.012)}L${n(x - reach * 0.45)} ${n(at - height * 0.006)}`)
    right.push(`L${n(x + reach * 0.45)} ${n(at - height * 0.006)}L${n(x + reach * random.between(0.8, 1.15))} ${n(at + height * 0.012)}`)
  }
  const trunk = height * 0.02
  return `M${n(x)} ${n(y - height)}${left.join('')}L${n(x - trunk)} ${n(y - height * 0.04)}L${n(x - trunk)} ${n(y + 4)}L${n(x + trunk)} ${n(y + 4)}L${n(x + trunk)} ${n(y - height * 0.04)}${reverse(right)}Z`
}

function reverse(segments: readonly string[]): string {
  return segments
    .toReversed()
    .map((segment) => {
      const [inner, outer] = segment.split('L').filter((part) => part !== '')
      return `L${outer}L${inner}`
    })
    .join('')
}

/** A row of conifers along a crest. Few, tall and sparse in front; many, small and dense behind. */
export function pines(
  random: Random,
  input: { crest: (x: number) => number; width: number; tall: number; gap: number; fill: string; where?: (x: number) => boolean },
): string {
  const paths: string[] = []
  for (let x = -input.gap; x < input.width + input.gap; x += input.gap * random.between(0.35, 1.5)) {
    if (input.where !== undefined && !input.where(x)) continue
    paths.push(pinePath(random, x, input.crest(x) + 6, input.tall * random.between(0.5, 1.15)))
  }
  return `<path d="${paths.join('')}" fill="${input.fill}"/>`
}

/** A flock far off: two strokes a bird. */
export function flock(random: Random, input: { x: number; y: number; count: number; spread: number; fill: string }): string {
  const bird = (): string => {
    const x = input.x + random.between(-1, 1) * input.spread
    const y = input.y + random.between(-0.35, 0.35) * input.spread
    const wing = random.between(7, 15)
    const lift = random.between(0.2, 0.55) * wing
    return `M${n(x - wing)} ${n(y - lift)}Q${n(x - wing * 0.4)} ${n(y - lift * 1.2)} ${n(x)} ${n(y)}Q${n(x + wing * 0.4)} ${n(y - lift * 1.2)} ${n(x + wing)} ${n(y - lift)}`
  }
  const paths = Array.from({ length: input.count }, bird).join('')
  return `<path d="${paths}" fill="none" stroke="${input.fill}" stroke-width="2.6" stroke-linecap="round" stroke-opacity="0.8"/>`
}

/** Blades along and below a crest; none where snow lies. */
export function grass(scene: Scene, crest: (x: number) => number): string {
  if (scene.weather === 'snow') return ''
  const { random, palette, width } = scene
  const count = Math.min(2600, Math.round(900 * (width / 1000)))
  const blades = Array.from({ length: count }, () => {
    const x = random.between(0, width)
    const near = random.next()
    const y = crest(x) + near ** 1.6 * 190
    return `M${n(x)} ${n(y + 3)}q${n(random.between(-2, 2))} ${n(-7 - near * 8)} ${n(random.between(-9, 9))} ${n(-random.between(9, 17) - near * 20)}`
  })
  return (
    `<path d="${blades.slice(0, count / 2).join('')}" fill="none" stroke="${hex(mix(palette.near, palette.far, 0.45))}" stroke-width="1.7" stroke-opacity="0.55"/>` +
    `<path d="${blades.slice(count / 2).join('')}" fill="none" stroke="${hex(mix(palette.near, palette.far, 0.16))}" stroke-width="2.2" stroke-opacity="0.9"/>`
  )
}
