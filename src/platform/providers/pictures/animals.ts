import { hex, lighten, mix, rgb, type Rgb } from './colour.ts'
import type { Scene } from './scene.ts'

export type SittingAnimal = 'fox' | 'wolf' | 'cat' | 'rabbit' | 'bear'

interface Coat {
  readonly fur: Rgb
  readonly belly: Rgb
  readonly dark: Rgb
  readonly eye: string
}

const COATS: Readonly<Record<SittingAnimal, Coat>> = {
  fox: { fur: rgb('#d9601f'), belly: rgb('#fbeedd'), dark: rgb('#3a1d14'), eye: '#2a1508' },
  wolf: { fur: rgb('#76838f'), belly: rgb('#dfe5e8'), dark: rgb('#2c343d'), eye: '#e5b13c' },
  cat: { fur: rgb('#4a4654'), belly: rgb('#6a6576'), dark: rgb('#24212c'), eye: '#b8d65a' },
  rabbit: { fur: rgb('#c9a98c'), belly: rgb('#f6eadb'), dark: rgb('#7c5c48'), eye: '#2b1a12' },
  bear: { fur: rgb('#6b4630'), belly: rgb('#a87b56'), dark: rgb('#38221a'), eye: '#1a0f0a' },
}

/**
 * An animal sitting and looking at you, in the manner of cut paper, 100 high. The coat takes some
 * light from the scene; which way the tail lies is left to the take.
 */
export function drawSitting(scene: Scene, animal: SittingAnimal): string {
  const coat = coatOf(scene, animal)
  const { fur, belly, dark, eye } = coat
  const facing = scene.random.chance(0.5) ? 1 : -1
  const shade = hex(mix(fur, dark, 0.38))
  const tilt = scene.random.between(-6, 6)
  return (
    `<g transform="scale(${facing} 1)"><ellipse cx="4" cy="0" rx="42" ry="4.5" fill="#000" fill-opacity="0.22"/>${tailOf(animal, coat)}` +
    `<path d="M-9 -62C-25 -46 -29 -20 -25 0H25C31 -18 26 -46 9 -62Z" fill="${hex(fur)}"/>` +
    `<path d="M9 -62C26 -46 31 -18 25 0H12C20 -22 15 -46 4 -60Z" fill="${shade}" fill-opacity="0.75"/>` +
    `<path d="M-8 -56C-14 -42 -11 -26 -4 -14H5C11 -26 13 -42 8 -56Z" fill="${hex(belly)}"/>` +
    `<path d="M-11 -34C-14 -16 -13 -6 -14 0H-2C-3 -12 -3 -20 -4 -30ZM11 -34C14 -16 13 -6 14 0H2C3 -12 3 -20 4 -30Z" fill="${hex(lighten(fur, -0.03))}"/>` +
    `<path d="M-14.5 0Q-14 -9 -8 -9Q-2 -9 -2 0ZM14.5 0Q14 -9 8 -9Q2 -9 2 0Z" fill="${hex(animal === 'fox' ? dark : mix(fur, dark, 0.5))}"/>` +
    `<g transform="rotate(${tilt.toFixed(1)} 0 -60)">${earsOf(animal, coat)}${headOf(animal, coat)}` +
    `<ellipse cx="-7.5" cy="-73" rx="2" ry="${animal === 'cat' ? 2.8 : 2.2}" fill="${eye}"/><ellipse cx="7.5" cy="-73" rx="2" ry="${animal === 'cat' ? 2.8 : 2.2}" fill="${eye}"/>` +
    `<circle cx="-6.9" cy="-73.7" r="0.7" fill="#fff"/><circle cx="8.1" cy="-73.7" r="0.7" fill="#fff"/></g></g>`
  )
}

function coatOf(scene: Scene, animal: SittingAnimal): Coat {
  const coat = COATS[animal]
  const ambient = scene.dark ? 0.24 : 0.08
  const lit = (colour: Rgb): Rgb => mix(colour, mix(scene.palette.middle, scene.palette.near, 0.4), ambient)
  return { fur: lit(coat.fur), belly: lit(coat.belly), dark: lit(coat.dark), eye: coat.eye }
}

function tailOf(animal: SittingAnimal, { fur, belly, dark }: Coat): string {
  if (animal === 'rabbit') return `<circle cx="26" cy="-9" r="8" fill="${hex(belly)}"/>`
  if (animal === 'bear') return ''
  if (animal === 'cat') return `<path d="M20 -4C44 -2 52 -14 46 -30C43 -38 48 -44 52 -42" fill="none" stroke="${hex(mix(fur, dark, 0.3))}" stroke-width="6.5" stroke-linecap="round"/>`
  return (
    `<path d="M16 -2C34 4 60 0 62 -24C63 -38 55 -46 50 -50C52 -40 46 -28 36 -22C28 -17 20 -14 16 -2Z" fill="${hex(mix(fur, dark, 0.16))}"/>` +
    `<path d="M62 -24C63 -38 55 -46 50 -50C52 -42 49 -36 45 -31C50 -33 58 -31 62 -24Z" fill="${hex(belly)}"/>`
  )
}

function earsOf(animal: SittingAnimal, { fur, belly, dark }: Coat): string {
  const both = (markup: string): string => markup + `<g transform="scale(-1 1)">${markup}</g>`
  const inner = hex(mix(belly, dark, 0.25))
  if (animal === 'rabbit') return both(`<path d="M4 -82C0 -104 6 -122 11 -122C17 -121 18 -98 13 -82Z" fill="${hex(fur)}"/><path d="M7 -86C5 -104 9 -115 11 -115C14 -114 14 -98 11 -86Z" fill="${inner}"/>`)
  if (animal === 'bear') return both(`<circle cx="14" cy="-88" r="7.5" fill="${hex(fur)}"/><circle cx="14" cy="-87" r="4" fill="${inner}"/>`)
  const tip = animal === 'cat' ? -99 : -104
  return both(`<path d="M4 -84L18 ${tip}L23 -74Z" fill="${hex(fur)}"/><path d="M9 -85L17 ${tip + 6}L20 -79Z" fill="${animal === 'fox' ? hex(dark) : inner}"/>`)
}

function headOf(animal: SittingAnimal, { fur, belly, dark }: Coat): string {
  const nose = `<path d="M-3.4 -61.500Q0 -64 3.4 -61.500Q2 -57.5 0 -57.500Q-2 -57.5 -3.4 -61.500Z" fill="${hex(dark)}"/>`
  if (animal === 'fox' || animal === 'wolf') {
    return (
      `<path d="M0 -54C-9 -58 -27 -66 -25 -76C-22 -88 -10 -90 0 -90C10 -90 22 -88 25 -76C27 -66 9 -58 0 -54Z" fill="${hex(fur)}"/>` +
      `<path d="M0 -54C-9 -58 -27 -66 -25 -75C-18 -66 -10 -71 -5 -75C-2 -70 -1 -64 0 -60C1 -64 2 -70 5 -75C10 -71 18 -66 25 -75C27 -66 9 -58 0 -54Z" fill="${hex(belly)}"/>` +
      `<path d="M0 -90L-4 -76L0 -64L4 -76Z" fill="${hex(mix(fur, dark, 0.12))}"/>${nose}`
    )
  }
  const round = `<path d="M0 -53C-16 -53 -25 -62 -24 -73C-23 -86 -12 -92 0 -92C12 -92 23 -86 24 -73C25 -62 16 -53 0 -53Z" fill="${hex(fur)}"/>`
  const muzzle = `<ellipse cx="0" cy="-60" rx="${animal === 'bear' ? 11 : 8}" ry="6.5" fill="${hex(belly)}"/>`
  const whiskers = animal === 'bear' ? '' : `<path d="M-9 -60L-27 -63M-9 -58L-26 -56M9 -60L27 -63M9 -58L26 -56" stroke="${hex(belly)}" stroke-width="0.6" stroke-opacity="0.8"/>`
  return round + muzzle + whiskers + nose
}

export function drawOwl(scene: Scene): string {
  const fur = mix(rgb('#8a6a48'), scene.palette.near, scene.dark ? 0.3 : 0.1)
  const pale = mix(rgb('#efe0c4'), scene.palette.middle, scene.dark ? 0.25 : 0.05)
  const specks = Array.from({ length: 15 }, (_, index) => `<path d="M${-10 + (index % 5) * 5} ${-46 + Math.floor(index / 5) * 10}q2 5 0 6q-2 -1 0 -6" fill="${hex(fur)}"/>`)
  return (
    `<path d="M-90 2Q0 -8 90 4L90 9Q0 0 -90 8Z" fill="${hex(lighten(scene.palette.near, -0.02))}"/>` +
    `<path d="M0 -98C-32 -98 -34 -40 -20 0H20C34 -40 32 -98 0 -98Z" fill="${hex(fur)}"/><path d="M0 -60C-18 -58 -17 -22 -10 -4H10C17 -22 18 -58 0 -60Z" fill="${hex(pale)}"/>${specks.join('')}` +
    `<path d="M-26 -60C-36 -40 -30 -14 -18 2C-20 -22 -20 -44 -26 -60ZM26 -60C36 -40 30 -14 18 2C20 -22 20 -44 26 -60Z" fill="${hex(mix(fur, scene.palette.near, 0.4))}"/>` +
    `<path d="M-24 -104L-4 -90L-24 -82ZM24 -104L4 -90L24 -82Z" fill="${hex(fur)}"/><circle cx="-11" cy="-78" r="12.5" fill="${hex(pale)}"/><circle cx="11" cy="-78" r="12.5" fill="${hex(pale)}"/>` +
    `<circle cx="-10" cy="-78" r="7" fill="#e9a32b"/><circle cx="10" cy="-78" r="7" fill="#e9a32b"/><circle cx="-10" cy="-78" r="4" fill="#140c06"/><circle cx="10" cy="-78" r="4" fill="#140c06"/><circle cx="-8.5" cy="-80" r="1.2" fill="#fff"/><circle cx="11.5" cy="-80" r="1.2" fill="#fff"/>` +
    `<path d="M-3.5 -72L0 -62L3.5 -72Z" fill="#c9852b"/>`
  )
}

export function drawStag(scene: Scene): string {
  const facing = scene.random.chance(0.5) ? 1 : -1
  const coat = mix(rgb('#7a4e30'), scene.palette.near, scene.dark ? 0.45 : 0.2)
  const tone = hex(coat)
  const shade = hex(mix(coat, scene.palette.near, 0.45))
  const horn = hex(mix(rgb('#d8c3a0'), scene.palette.near, 0.25))
  const antlers =
    'M-32 -78C-38 -90 -48 -92 -50 -106M-45 -93C-52 -94 -56 -100 -57 -106M-39 -88C-38 -96 -40 -102 -38 -110M-29 -78C-24 -90 -14 -92 -12 -106M-17 -93C-10 -94 -6 -100 -5 -106M-23 -88C-24 -96 -22 -102 -24 -110'
  return (
    `<g transform="scale(${facing} 1)"><ellipse cx="2" cy="0" rx="40" ry="3.5" fill="#000" fill-opacity="0.2"/>` +
    `<path d="M-10 -36L-12 0H-8L-4 -34ZM26 -38L31 -18L28 0H32L36 -20L34 -40Z" fill="${shade}"/>` +
    `<path d="M-24 -72C-18 -62 -16 -54 -6 -52C10 -54 28 -56 36 -48C40 -42 38 -34 34 -32L30 -20L32 0H27L25 -20C22 -26 18 -28 10 -27C2 -26 -6 -27 -12 -30L-15 0H-20L-20 -34C-24 -42 -28 -52 -34 -62Z" fill="${tone}"/>` +
    `<path d="M36 -48Q43 -47 42 -38Q38 -42 35 -42Z" fill="${hex(mix(coat, rgb('#fff4e0'), 0.7))}"/>` +
    `<path d="M-22 -76C-26 -82 -36 -80 -40 -72L-48 -62C-48 -58 -42 -57 -38 -60L-30 -62Z" fill="${tone}"/><path d="M-24 -77L-14 -82Q-14 -75 -22 -73Z" fill="${shade}"/>` +
    `<path d="M-24 -70C-20 -60 -14 -56 -8 -52C-12 -44 -18 -40 -22 -42C-26 -50 -30 -58 -32 -62Z" fill="${hex(mix(coat, rgb('#fff4e0'), 0.22))}"/>` +
    `<circle cx="-34" cy="-71" r="1.5" fill="#120a06"/><path d="M-48.5 -63q3 -1.5 3 1.500z" fill="#120a06"/><path d="${antlers}" fill="none" stroke="${horn}" stroke-width="2.3" stroke-linecap="round"/></g>`
  )
}

/** A tail going under, with the spray of the dive. */
export function drawWhale(scene: Scene): string {
  const skin = hex(mix(scene.palette.near, scene.palette.top, 0.25))
  const edge = hex(mix(scene.palette.far, scene.palette.light, 0.2))
  const foam = hex(mix([255, 255, 255], scene.palette.horizon, 0.2))
  const drops = Array.from({ length: 60 }, () => {
    const x = scene.random.between(-42, 42)
    return `<circle cx="${x.toFixed(1)}" cy="${scene.random.between(-26, 4).toFixed(1)}" r="${scene.random.between(0.4, 2).toFixed(1)}" fill-opacity="0.7"/>`
  })
  return (
    `<path d="M-11 4C-9 -30 -7 -44 -5 -58C-24 -60 -52 -72 -66 -96C-44 -98 -16 -92 0 -74C16 -92 44 -98 66 -96C52 -72 24 -60 5 -58C7 -44 9 -30 13 4Z" fill="${skin}"/>` +
    `<path d="M-66 -96C-44 -98 -16 -92 0 -74C-18 -86 -44 -92 -66 -96ZM66 -96C44 -98 16 -92 0 -74C18 -86 44 -92 66 -96Z" fill="${edge}" fill-opacity="0.7"/>` +
    `<path d="M2 -70C5 -48 8 -24 13 4L6 4C4 -24 3 -48 2 -70Z" fill="${edge}" fill-opacity="0.25"/>` +
    `<g fill="${foam}"><ellipse cx="0" cy="4" rx="48" ry="5" fill-opacity="0.6"/><ellipse cx="2" cy="7" rx="70" ry="3" fill-opacity="0.35"/>${drops.join('')}</g>`
  )
}
