import { hex, lighten, mix, rgb, turn, type Rgb } from './colour.ts'
import { layered } from './random.ts'
import { clamp, n, paint, type Drawing, type Scene } from './scene.ts'
import { fade, halo } from './shapes.ts'
import { blend, rampOf, readRamp } from './sky.ts'

const SKINS = ['#f0c9a8', '#d9a078', '#b5764e', '#8a5536', '#5f3a28', '#e6b48c'].map(rgb)
const HAIRS = ['#1d1512', '#3b2418', '#6b3a1e', '#a8672c', '#d8b26a', '#5a5560'].map(rgb)

/** A head and shoulders in planes of colour before a disc of light, leaves around it. */
export function drawPortrait(scene: Scene): Drawing {
  const { random, palette, width } = scene
  const grain = layered(scene.noise, 4)
  const ramp = rampOf([palette.top, palette.middle, palette.horizon], [0, 0.6, 1])
  const middle = width / 2
  const disc = { x: middle + random.between(-60, 60), y: random.between(360, 430), radius: Math.min(width * 0.42, random.between(310, 360)) }
  const backdrop = paint(scene, (x, y, out) => {
    readRamp(ramp, clamp(y / 1000 + (grain(x / 220, y / 220) - 0.5) * 0.5), out)
    blend(out, palette.light, 0.35 * Math.exp(-Math.hypot(x - disc.x, y - disc.y) / 380))
  }, 160_000)
  const scale = Math.min(1, width / 760)
  const figure = scene.subject === 'robot' ? drawRobot(scene) : drawPerson(scene)
  return {
    backdrop,
    shapes:
      fade('disc', [[0, mix(palette.light, palette.accent, 0.25)], [1, palette.accent]]) +
      `<circle cx="${n(disc.x)}" cy="${n(disc.y)}" r="${n(disc.radius)}" fill="url(#disc)"/><circle cx="${n(disc.x)}" cy="${n(disc.y)}" r="${n(disc.radius + 26)}" fill="none" stroke="${hex(palette.light)}" stroke-width="2.5" stroke-opacity="0.5"/>` +
      foliage(scene, { count: 12, from: 660, sizeMax: 400 }) + `<g transform="translate(${n(middle)} 1000) scale(${scale.toFixed(3)}) translate(0 -1000)">${figure}</g>` + foliage(scene, { count: 4, from: 880, sizeMax: 270 }),
  }
}

function drawPerson(scene: Scene): string {
  const { random, palette } = scene
  const warmth = (tone: Rgb): Rgb => mix(tone, palette.accent, scene.dark ? 0.16 : 0.06)
  const skin = warmth(random.pick(SKINS))
  const shade = mix(skin, mix(palette.near, rgb('#6b2a1e'), 0.5), 0.4)
  const hair = random.pick(HAIRS)
  const cloth = turn(mix(palette.near, palette.top, 0.45), random.between(-30, 30), 1.3)
  const facing = random.chance(0.5) ? 1 : -1
  const lip = hex(mix(skin, rgb('#a02a34'), 0.6))
  const bearded = scene.subject === 'man'
  const back = bearded ? '' : random.chance(0.6)
    ? `<path d="M0 188C-150 184 -176 320 -166 450C-160 540 -196 620 -210 720H200C190 620 160 540 166 450C176 320 150 184 0 188Z" fill="${hex(hair)}"/>`
    : `<circle cx="-10" cy="196" r="70" fill="${hex(hair)}"/><path d="M0 196C-146 196 -160 330 -146 420H146C160 330 146 196 0 196Z" fill="${hex(hair)}"/>`
  return (
    `<g transform="scale(${facing} 1)">${back}` +
    `<path d="M-330 1010C-320 820 -190 760 -70 724C-30 710 30 710 70 724C190 760 320 820 330 1010Z" fill="${hex(cloth)}"/><path d="M70 724C190 760 320 820 330 1010H120C150 900 130 800 70 724Z" fill="#000" fill-opacity="0.14"/>` +
    `<path d="M-62 560C-60 640 -64 690 -84 728C-40 790 40 790 84 728C64 690 60 640 62 560Z" fill="${hex(shade)}"/><path d="M-62 560C-60 640 -64 690 -84 728C-60 762 -30 772 -4 774C-10 700 10 640 40 590Z" fill="${hex(mix(skin, shade, 0.35))}"/>` +
    `<path d="M0 250C-100 250 -124 330 -120 420C-116 520 -66 618 0 622C66 618 116 520 120 420C124 330 100 250 0 250Z" fill="${hex(skin)}"/>` +
    `<path d="M14 250C104 256 124 330 120 420C116 520 66 618 0 622C40 580 40 540 22 508C44 500 40 480 26 452C16 410 22 380 24 366C20 330 22 290 14 250Z" fill="${hex(shade)}" fill-opacity="0.6"/>` +
    `<path d="M-92 392Q-62 414 -30 394M34 394Q64 414 94 392" fill="none" stroke="${hex(mix(hair, palette.near, 0.3))}" stroke-width="6" stroke-linecap="round"/><path d="M-98 352Q-64 330 -28 350M32 350Q66 330 98 352" fill="none" stroke="${hex(hair)}" stroke-width="7" stroke-linecap="round"/>` +
    `<path d="M24 366C16 420 20 450 30 470Q18 490 -8 482" fill="none" stroke="${hex(mix(shade, palette.near, 0.25))}" stroke-width="4" stroke-linecap="round"/>` +
    `<path d="M-40 540Q-18 526 0 534Q18 526 40 540Q18 566 0 566Q-18 566 -40 540Z" fill="${lip}"/><path d="M-40 540Q0 550 40 540" stroke="${hex(mix(rgb('#4a1218'), skin, 0.25))}" stroke-width="3" fill="none"/>` +
    `<ellipse cx="-72" cy="470" rx="34" ry="24" fill="${lip}" fill-opacity="0.18"/><ellipse cx="74" cy="470" rx="34" ry="24" fill="${lip}" fill-opacity="0.18"/>` +
    (bearded ? shortHair(hair, lip) : parting(hair) + earrings(scene)) +
    '</g>'
  )
}

function parting(hair: Rgb): string {
  return `<path d="M-20 236C-120 236 -146 330 -132 430C-112 390 -96 330 -40 300C30 320 100 330 128 420C150 320 116 226 -20 236Z" fill="${hex(lighten(hair, 0.04))}"/><path d="M-36 296C-90 322 -110 372 -130 424M-20 286C40 300 100 316 124 392" stroke="${hex(lighten(hair, 0.12))}" stroke-width="3" fill="none" stroke-opacity="0.7"/>`
}

function earrings({ palette }: Scene): string {
  const pearl = hex(palette.light)
  return `<circle cx="-128" cy="512" r="12" fill="${pearl}"/><circle cx="128" cy="512" r="12" fill="${pearl}"/>`
}

/** Cropped hair, ears, and a beard around the mouth. */
function shortHair(hair: Rgb, lip: string): string {
  const tone = hex(hair)
  return (
    `<path d="M-120 400C-112 470 -110 500 -96 520C-60 500 -40 512 0 508C40 512 60 500 96 520C110 500 112 470 120 400C126 520 92 660 0 668C-92 660 -126 520 -120 400Z" fill="${tone}"/>` +
    `<path d="M-34 548Q0 538 34 548Q18 566 0 566Q-18 566 -34 548Z" fill="${lip}"/><path d="M-62 524Q-24 506 0 518Q24 506 62 524Q30 532 0 526Q-30 532 -62 524Z" fill="${hex(lighten(hair, 0.07))}"/>` +
    `<path d="M-124 420C-140 300 -104 226 0 222C104 226 140 300 124 420C114 380 112 350 100 324C60 300 -40 296 -96 322C-112 350 -114 380 -124 420Z" fill="${hex(lighten(hair, 0.03))}"/><path d="M-88 300C-40 270 50 272 96 306" stroke="${hex(lighten(hair, 0.12))}" stroke-width="3" fill="none" stroke-opacity="0.6"/>`
  )
}

function drawRobot(scene: Scene): string {
  const { random, palette } = scene
  const steel = mix(mix([214, 220, 224], palette.middle, 0.3), palette.accent, 0.08)
  const dark = mix(palette.near, [20, 24, 30], 0.4)
  const lamp = scene.dark ? rgb('#6ff2ff') : turn(palette.accent, 160, 1.1)
  const eye = hex(lighten(lamp, 0.1))
  const eyes = [-62, 62].map((x) => `<circle cx="${x}" cy="412" r="48" fill="${hex(dark)}"/><circle cx="${x}" cy="412" r="30" fill="${eye}"/><circle cx="${x - 9}" cy="402" r="9" fill="#fff"/><circle cx="${x}" cy="412" r="105" fill="url(#eye)"/>`)
  const grille = Array.from({ length: random.whole(4, 6) }, (_, index, ) => `M${-60 + index * 24} 528v34`).join('')
  return (
    halo('eye', lamp, 0.55) + fade('steel', [[0, lighten(steel, 0.06)], [0.45, steel], [1, lighten(steel, -0.26)]], true) +
    `<path d="M-300 1010C-300 830 -220 760 -110 744H110C220 760 300 830 300 1010Z" fill="url(#steel)"/><circle cx="0" cy="880" r="46" fill="${hex(dark)}"/><circle cx="0" cy="880" r="26" fill="${hex(palette.accent)}"/>` +
    `<path d="M-56 620H56V752H-56Z" fill="${hex(dark)}"/><path d="M-56 654H56M-56 688H56M-56 722H56" stroke="${hex(steel)}" stroke-width="7" stroke-opacity="0.5"/>` +
    `<path d="M0 250V176" stroke="${hex(dark)}" stroke-width="9"/><circle cx="0" cy="166" r="19" fill="${hex(palette.accent)}"/>` +
    `<rect x="-206" y="368" width="44" height="116" rx="18" fill="${hex(dark)}"/><rect x="162" y="368" width="44" height="116" rx="18" fill="${hex(dark)}"/>` +
    `<rect x="-172" y="246" width="344" height="386" rx="${n(random.between(70, 150))}" fill="url(#steel)"/><path d="M-120 300Q0 262 120 300" stroke="#fff" stroke-width="7" fill="none" stroke-opacity="0.4" stroke-linecap="round"/>` +
    `<rect x="-136" y="330" width="272" height="164" rx="78" fill="${hex(lighten(dark, 0.06))}"/>${eyes.join('')}<path d="${grille}" stroke="${hex(dark)}" stroke-width="9" stroke-linecap="round"/>`
  )
}

function foliage(scene: Scene, input: { count: number; from: number; sizeMax: number }): string {
  const { random, palette, width } = scene
  const frond = (): string => {
    const left = random.chance(0.5)
    const x = left ? random.between(-20, width * 0.16) : random.between(width * 0.84, width + 20)
    const angle = (left ? -60 : -120) + random.between(-34, 34)
    const size = random.between(0.6, 1) * input.sizeMax
    const tone = mix(palette.near, random.chance(0.3) ? palette.accent : palette.far, random.between(0.05, 0.45))
    const blades = Array.from({ length: 9 }, (_, index) => {
      const at = size * (0.16 + index * 0.095)
      const reach = size * 0.3 * Math.sin(((index + 1.5) / 11) * Math.PI)
      return `M${n(at)} 0Q${n(at + reach * 0.6)} ${n(-reach * 0.75)} ${n(at + reach * 1.15)} ${n(-reach * 0.8)}Q${n(at + reach * 0.75)} ${n(-reach * 0.25)} ${n(at)} 0Q${n(at + reach * 0.6)} ${n(reach * 0.75)} ${n(at + reach * 1.15)} ${n(reach * 0.8)}Q${n(at + reach * 0.75)} ${n(reach * 0.25)} ${n(at)} 0Z`
    }).join('')
    return `<g transform="translate(${n(x)} ${n(random.between(input.from, 1040))}) rotate(${n(angle)})"><path d="${blades}" fill="${hex(tone)}"/><path d="M0 0H${n(size)}" stroke="${hex(lighten(tone, 0.08))}" stroke-width="3"/></g>`
  }
  return Array.from({ length: input.count }, frond).join('')
}
