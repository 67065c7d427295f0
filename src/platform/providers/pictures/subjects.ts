import { drawOwl, drawSitting, drawStag, drawWhale } from './animals.ts'
import { hex, lighten, mix, rgb } from './colour.ts'
import type { Subject } from './plan.ts'
import { n, type Scene } from './scene.ts'
import { halo, polygon } from './shapes.ts'

export interface Place {
  /** Where it stands: the middle of its foot. */
  readonly x: number
  readonly y: number
  /** How high it is, in units. */
  readonly size: number
}

type Draw = (scene: Scene, place: Place) => string

const DRAW: Partial<Record<Subject, Draw>> = {
  lighthouse: drawLighthouse,
  sailboat: drawSailboat,
  whale: (scene, place) => within(place, drawWhale(scene)),
  fox: (scene, place) => within(place, drawSitting(scene, 'fox')),
  wolf: (scene, place) => within(place, drawSitting(scene, 'wolf')),
  cat: (scene, place) => within(place, drawSitting(scene, 'cat')),
  rabbit: (scene, place) => within(place, drawSitting(scene, 'rabbit')),
  bear: (scene, place) => within(place, drawSitting(scene, 'bear')),
  owl: (scene, place) => within(place, drawOwl(scene)),
  deer: (scene, place) => within(place, drawStag(scene)),
  cabin: drawCabin,
  castle: drawCastle,
  balloon: drawBalloons,
  rocket: drawRocket,
  man: drawWanderer,
  person: drawWanderer,
  robot: drawWanderer,
  tree: drawTree,
}

/** Draws the subject standing at a place; nothing when this subject belongs to another setting. */
export function drawSubject(scene: Scene, place: Place): string {
  return scene.subject === null ? '' : (DRAW[scene.subject]?.(scene, place) ?? '')
}

/** Animals are drawn in a box 100 high with the foot at its origin, turned either way. */
function within({ x, y, size }: Place, markup: string): string {
  return `<g transform="translate(${n(x)} ${n(y)}) scale(${(size / 100).toFixed(3)})">${markup}</g>`
}

function drawLighthouse(scene: Scene, { x, y, size }: Place): string {
  const { random, palette } = scene
  const body = scene.dark ? mix([236, 232, 222], palette.middle, 0.42) : [240, 236, 226] as const
  // Red by day and night unless the prompt names a colour: that is what people expect of one.
  const band = scene.hued ? palette.accent : rgb('#c8372d')
  const shade = mix(palette.near, palette.top, 0.3)
  const [low, high] = [size * 0.105, size * 0.066]
  const top = y - size * 0.8
  const at = (share: number): number => low + (high - low) * share
  const bands = [0.08, 0.36, 0.64].map((from) => {
    const [a, b] = [from, from + 0.14]
    return polygon([[x - at(a), y - size * 0.8 * a], [x - at(b), y - size * 0.8 * b], [x + at(b), y - size * 0.8 * b], [x + at(a), y - size * 0.8 * a]], hex(mix(band, palette.near, scene.dark ? 0.3 : 0.05)))
  })
  const lamp = top - size * 0.07
  const dir = random.chance(0.5) ? 1 : -1
  const beam = (side: number, reach: number, strength: number): string =>
    `<path d="M${n(x)} ${n(lamp)}L${n(x + side * reach)} ${n(lamp - reach * 0.2)}L${n(x + side * reach)} ${n(lamp + reach * 0.1)}Z" fill="url(#beam${side > 0 ? 'r' : 'l'})" fill-opacity="${strength}"/>`
  const ray = (id: string, from: number, to: number): string =>
    `<linearGradient id="${id}" x1="${from}" x2="${to}" y1="0" y2="0"><stop offset="0" stop-color="#fff3c4" stop-opacity="0.85"/><stop offset="1" stop-color="#fff3c4" stop-opacity="0"/></linearGradient>`
  const light = scene.dark || scene.weather !== 'clear'
  return (
    (light ? ray('beamr', 0, 1) + ray('beaml', 1, 0) + beam(dir, 900, 0.75) + beam(-dir, 480, 0.4) : '') +
    polygon([[x - low, y], [x - high, top], [x + high, top], [x + low, y]], hex(body)) +
    bands.join('') +
    polygon([[x, y], [x + high * 0.1, top], [x + high, top], [x + low, y]], hex(shade), 'fill-opacity="0.42"') +
    [0.22, 0.5].map((share) => `<rect x="${n(x - size * 0.012)}" y="${n(y - size * 0.8 * share - size * 0.03)}" width="${n(size * 0.024)}" height="${n(size * 0.04)}" rx="3" fill="${light ? '#ffd98a' : hex(shade)}"/>`).join('') +
    `<rect x="${n(x - high * 1.45)}" y="${n(top - size * 0.012)}" width="${n(high * 2.9)}" height="${n(size * 0.022)}" fill="${hex(palette.near)}"/>` +
    `<rect x="${n(x - high * 0.78)}" y="${n(top - size * 0.105)}" width="${n(high * 1.56)}" height="${n(size * 0.095)}" fill="${light ? '#ffe9ac' : hex(palette.middle)}"/>` +
    `<path d="M${n(x - high * 0.78)} ${n(top - size * 0.1)}v${n(size * 0.09)}M${n(x)} ${n(top - size * 0.1)}v${n(size * 0.09)}M${n(x + high * 0.78)} ${n(top - size * 0.1)}v${n(size * 0.09)}" stroke="${hex(palette.near)}" stroke-width="3"/>` +
    `<path d="M${n(x - high)} ${n(top - size * 0.1)}Q${n(x)} ${n(top - size * 0.21)} ${n(x + high)} ${n(top - size * 0.1)}Z" fill="${hex(mix(band, palette.near, 0.35))}"/>` +
    `<path d="M${n(x)} ${n(top - size * 0.15)}v${n(-size * 0.05)}" stroke="${hex(palette.near)}" stroke-width="4"/>` +
    (light ? `${halo('lamp', rgb('#fff0bd'), 0.95)}<circle cx="${n(x)}" cy="${n(lamp)}" r="${n(size * 0.34)}" fill="url(#lamp)"/>` : '')
  )
}

function drawSailboat(scene: Scene, { x, y, size }: Place): string {
  const { palette, random } = scene
  const lean = random.between(-7, 7)
  const sail = hex(mix([250, 244, 232], palette.horizon, scene.dark ? 0.5 : 0.15))
  const jib = hex(mix(palette.accent, palette.horizon, 0.25))
  const hull = hex(mix(palette.near, palette.accent, 0.12))
  const boat = (id: string): string =>
    `<g id="${id}"><path d="M-26 -6L34 -6Q28 6 20 8L-16 8Q-24 4 -26 -6Z" fill="${hull}"/>` +
    `<path d="M-26 -6L34 -6L33 -3L-25 -3Z" fill="${sail}" fill-opacity="0.8"/>` +
    `<path d="M2 -8L2 -98" stroke="${hull}" stroke-width="1.6"/>` +
    `<path d="M4 -95Q30 -50 33 -13L4 -13Z" fill="${sail}"/><path d="M4 -95Q18 -54 16 -13L4 -13Z" fill="#000" fill-opacity="0.07"/>` +
    `<path d="M0 -90Q-20 -48 -25 -12L0 -14Z" fill="${jib}"/></g>`
  return within(
    { x, y, size },
    `<g transform="scale(1 -0.62) translate(0 -12)" opacity="0.3">${boat('mirror')}</g><g transform="rotate(${n(lean)})">${boat('boat')}</g>` +
      `<path d="M-40 9Q0 5 46 9M-30 13Q4 10 40 13M-48 18Q-6 14 30 18" stroke="${hex(palette.horizon)}" stroke-width="0.8" fill="none" stroke-opacity="0.6"/>`,
  )
}

function drawCabin(scene: Scene, { x, y, size }: Place): string {
  const { palette } = scene
  const wall = hex(mix(palette.near, rgb('#8a4f2f'), 0.45))
  const side = hex(mix(palette.near, rgb('#8a4f2f'), 0.22))
  const roof = scene.weather === 'snow' ? hex(mix([250, 252, 255], palette.horizon, 0.3)) : hex(mix(palette.near, palette.top, 0.25))
  const glow = '#ffd27a'
  const pane = (px: number, py: number, w: number, h: number): string =>
    `<rect x="${px}" y="${py}" width="${w}" height="${h}" fill="${glow}"/><path d="M${px + w / 2} ${py}v${h}M${px} ${py + h / 2}h${w}" stroke="${side}" stroke-width="1.1"/>`
  return within(
    { x, y, size: size * 0.8 },
    `${halo('hearth', rgb(glow), 0.75)}<path d="M34 -66v-26h9v32Z" fill="${side}"/>` +
      `<path d="M38 -94q-10 -12 2 -22q12 -10 0 -24q-8 -10 4 -22" fill="none" stroke="${hex(mix(palette.horizon, palette.light, 0.5))}" stroke-width="6" stroke-opacity="0.3" stroke-linecap="round"/>` +
      `<path d="M-46 0V-40L-22 -74L2 -40V0Z" fill="${wall}"/><path d="M2 0V-40H62V0Z" fill="${side}"/>` +
      `<path d="M-22 -80L40 -80L70 -38H6Z" fill="${roof}"/><path d="M-22 -80L-54 -36L-48 -33L-22 -70L4 -33L10 -38Z" fill="${roof}"/>` +
      `<rect x="-29" y="-26" width="14" height="26" fill="${side}"/>${pane(18, -28, 15, 15)}${pane(40, -28, 15, 15)}` +
      `<circle cx="-22" cy="-48" r="6" fill="${glow}"/><ellipse cx="36" cy="-20" rx="62" ry="52" fill="url(#hearth)"/><ellipse cx="-22" cy="-46" rx="30" ry="28" fill="url(#hearth)"/>`,
  )
}

function drawCastle(scene: Scene, { x, y, size }: Place): string {
  const { palette } = scene
  const stone = mix(palette.near, palette.far, 0.3)
  const tower = (tx: number, w: number, h: number): string =>
    `<rect x="${tx - w / 2}" y="${-h}" width="${w}" height="${h}" fill="${hex(stone)}"/><rect x="${tx}" y="${-h}" width="${w / 2}" height="${h}" fill="${hex(palette.near)}" fill-opacity="0.45"/>` +
    `<path d="M${tx - w * 0.68} ${-h}L${tx} ${-h - w * 1.7}L${tx + w * 0.68} ${-h}Z" fill="${hex(mix(palette.accent, palette.near, 0.35))}"/>` +
    `<path d="M${tx} ${-h - w * 1.7}v-8l9 3l-9 3" fill="${hex(palette.accent)}" stroke="${hex(palette.near)}" stroke-width="0.7"/>` +
    `<rect x="${tx - 2}" y="${-h + 9}" width="4" height="8" rx="2" fill="#ffdc8f"/><rect x="${tx - 2}" y="${-h + 26}" width="4" height="8" rx="2" fill="#ffdc8f" fill-opacity="0.8"/>`
  const battlements = Array.from({ length: 9 }, (_, index) => `M${-44 + index * 10} -42v-7h5v7Z`).join('')
  return within(
    { x, y, size: size * 1.25 },
    tower(-22, 15, 74) + tower(24, 18, 84) + tower(2, 20, 60) +
      `<path d="M-48 0V-42H48V0Z${battlements}" fill="${hex(mix(stone, palette.near, 0.2))}"/>` + tower(-48, 17, 52) + tower(50, 17, 58) +
      `<path d="M-9 0V-16Q0 -30 9 -16V0Z" fill="${hex(lighten(palette.near, -0.05))}"/>`,
  )
}

function drawBalloons(scene: Scene): string {
  const { random, palette, width } = scene
  const colours = [palette.accent, mix(palette.accent, palette.light, 0.55), mix(palette.top, palette.accent, 0.3), palette.light]
  const balloon = (x: number, y: number, r: number): string => {
    const [a, b] = [hex(random.pick(colours)), hex(mix(random.pick(colours), palette.near, 0.3))]
    const stripe = (offset: number, w: number): string => `<path d="M${offset} -98C${offset * 2.6 + w} -80 ${offset * 2.6 + w} -40 ${offset * 0.4} 0C${offset * 2.6 - w} -40 ${offset * 2.6 - w} -80 ${offset} -98Z" fill="${b}"/>`
    return (
      `<g transform="translate(${n(x)} ${n(y)}) scale(${(r / 50).toFixed(2)})"><path d="M0 -100C58 -100 58 -36 9 2L-9 2C-58 -36 -58 -100 0 -100Z" fill="${a}"/>${stripe(-16, 9)}${stripe(0, 9)}${stripe(16, 9)}` +
      `<path d="M0 -100C58 -100 58 -36 9 2L4 2C36 -40 36 -86 0 -100Z" fill="#000" fill-opacity="0.13"/><path d="M-8 3L-5 20M8 3L5 20" stroke="#3a2a20" stroke-width="0.9"/><rect x="-7" y="20" width="14" height="11" rx="2" fill="#6a4426"/></g>`
    )
  }
  const far = Array.from({ length: random.whole(3, 6) }, () => balloon(width * random.between(0.06, 0.94), random.between(180, 470), random.between(14, 34)))
  return far.join('') + balloon(width * random.between(0.3, 0.7), random.between(420, 520), random.between(105, 140))
}

function drawRocket(scene: Scene, { x, y, size }: Place): string {
  const { palette } = scene
  return within(
    { x, y, size },
    `<g transform="rotate(${n(scene.random.between(18, 46))} 0 -50)">${halo('exhaust', rgb('#ffb45c'), 0.9)}<ellipse cx="0" cy="6" rx="34" ry="46" fill="url(#exhaust)"/><path d="M-8 0Q0 52 8 0Z" fill="#fff2c4"/>` +
      `<path d="M-13 -26L-27 2L-11 -6ZM13 -26L27 2L11 -6Z" fill="${hex(palette.accent)}"/><path d="M0 -100C22 -74 20 -24 11 0H-11C-20 -24 -22 -74 0 -100Z" fill="#f3efe6"/>` +
      `<path d="M0 -100C22 -74 20 -24 11 0H3C12 -30 12 -74 0 -100Z" fill="#000" fill-opacity="0.16"/><path d="M0 -100C8 -90 13 -80 15 -70H-15C-13 -80 -8 -90 0 -100Z" fill="${hex(palette.accent)}"/>` +
      `<circle cx="0" cy="-50" r="8" fill="${hex(palette.near)}"/><circle cx="0" cy="-50" r="5.6" fill="#8fd7ff"/></g>`,
  )
}

function drawWanderer(scene: Scene, { x, y, size }: Place): string {
  const cloak = hex(mix(scene.palette.accent, scene.palette.near, 0.25))
  const dark = hex(lighten(scene.palette.near, -0.02))
  return within(
    { x, y, size: size * 0.62 },
    `<path d="M-5 0L-7 -36H7L6 0H1L0 -22L-1 0Z" fill="${dark}"/><path d="M-15 -22Q-12 -66 -4 -76H6Q14 -64 17 -20Q4 -28 -15 -22Z" fill="${cloak}"/>` +
      `<path d="M6 -76Q14 -64 17 -20L8 -23Q10 -56 2 -76Z" fill="#000" fill-opacity="0.2"/><circle cx="1" cy="-84" r="8" fill="${dark}"/><path d="M-8 -86Q1 -104 11 -86Q2 -90 -8 -86Z" fill="${cloak}"/><path d="M20 0L15 -58" stroke="${dark}" stroke-width="2"/>`,
  )
}

/** A broad single tree: a trunk that forks, under clouds of leaves. */
function drawTree(scene: Scene, { x, y, size }: Place): string {
  const { random, palette } = scene
  const trunk = hex(mix(palette.near, rgb('#3a2418'), 0.4))
  const leaf = (): string => {
    const angle = random.between(0, Math.PI * 2)
    const reach = Math.sqrt(random.next())
    const [lx, ly] = [Math.cos(angle) * reach * 52, -78 + Math.sin(angle) * reach * 32]
    const tone = mix(palette.accent, ly > -74 ? palette.near : palette.light, random.between(0.05, ly > -74 ? 0.5 : 0.38))
    return `<circle cx="${n(lx)}" cy="${n(ly)}" r="${n(random.between(2.5, 8.5))}" fill="${hex(tone)}" fill-opacity="${n(random.between(0.6, 1))}"/>`
  }
  return within(
    { x, y, size: size * 1.5 },
    `<path d="M-7 2Q-3 -24 -4 -40Q-18 -58 -32 -66M-4 -38Q6 -58 26 -70M-1 -40Q-2 -66 2 -92" fill="none" stroke="${trunk}" stroke-width="4.5" stroke-linecap="round"/><path d="M-10 3Q-3 -20 -6 -44H3Q2 -18 9 3Z" fill="${trunk}"/>` +
      Array.from({ length: 230 }, leaf).join(''),
  )
}
