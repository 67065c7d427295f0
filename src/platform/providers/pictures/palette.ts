import { hex, lighten, mix, rgb, tint, turn, type Rgb } from './colour.ts'
import type { Random } from './random.ts'

/** The few colours a picture is made of. Silhouettes run from `far` (hazy) to `near` (deep). */
export interface Palette {
  readonly top: Rgb
  readonly middle: Rgb
  readonly horizon: Rgb
  /** Sun, moon or lamp. */
  readonly light: Rgb
  readonly far: Rgb
  readonly near: Rgb
  readonly accent: Rgb
}

function palette(top: string, middle: string, horizon: string, light: string, far: string, near: string, accent: string): Palette {
  return { top: rgb(top), middle: rgb(middle), horizon: rgb(horizon), light: rgb(light), far: rgb(far), near: rgb(near), accent: rgb(accent) }
}

export const PALETTES = {
  day: palette('#3f84bd', '#8fc0dc', '#f3e9d2', '#fff6dd', '#8fb0bf', '#22424a', '#e0703c'),
  dawn: palette('#6a7fb5', '#e3a9b4', '#ffdfb8', '#fff2d6', '#b39ab5', '#3a2f55', '#f08a6b'),
  sunset: palette('#2d2a5e', '#c2506e', '#ffb25b', '#ffe9b0', '#a4566f', '#221433', '#ff7a4d'),
  dusk: palette('#1b2550', '#6b5a94', '#f0a48c', '#ffe3c4', '#6f6594', '#171a38', '#f2a65a'),
  night: palette('#060b20', '#12284f', '#35577f', '#eef3ff', '#2f4b73', '#060d1c', '#ffc56b'),
  storm: palette('#141b26', '#35444f', '#7f8f8e', '#fff0c2', '#4f606a', '#0c1219', '#f4b860'),
  winter: palette('#7fa3c4', '#c4d8e6', '#fdf1ea', '#fffaf0', '#a9bfd0', '#2f4660', '#d9552b'),
  autumn: palette('#5b7c8c', '#d9b48a', '#ffe0ae', '#fff0cc', '#b5805a', '#3a2118', '#d4572a'),
  spring: palette('#69b3c9', '#bfe3d0', '#fff3dc', '#fffbe8', '#9cc5ab', '#2c5a4a', '#f28aa6'),
  desert: palette('#2f7f96', '#8fc7be', '#fbdcae', '#fff4d8', '#e2a772', '#7a3420', '#f6e7c4'),
  neon: palette('#0b0620', '#3b1466', '#e0348f', '#7df4ff', '#4a1f85', '#0a0518', '#20e3d0'),
  forest: palette('#4d7f6f', '#a9c9a0', '#f6f0cf', '#fffbe0', '#86a98c', '#12291f', '#e8893c'),
  aurora: palette('#040b1c', '#0c3540', '#2c7f74', '#d8ffe9', '#27525f', '#040d14', '#57f2b0'),
  mars: palette('#3a1a1c', '#a4492f', '#f2a66a', '#ffe8cc', '#a8543a', '#2c0f10', '#7fd1c7'),
  deep: palette('#0d5c7a', '#0a3d5c', '#041a2e', '#c9fff4', '#0f4f66', '#03101c', '#ff9f6b'),
  candle: palette('#2a1a16', '#6b3f2a', '#b97a45', '#ffe0a3', '#7a4c34', '#1a0f0c', '#e8a04c'),
  pastel: palette('#b8c8ee', '#f0cfe0', '#fdeed9', '#ffffff', '#cbb8dc', '#5c5a8a', '#f29fb0'),
  mono: palette('#4a4d52', '#9b9ea2', '#ebe9e4', '#ffffff', '#9a9b9d', '#16171a', '#c9342c'),
} as const satisfies Record<string, Palette>

export type PaletteName = keyof typeof PALETTES

const HUES: readonly (readonly [RegExp, Rgb])[] = [
  [/\b(red|crimson|scarlet|ruby)\b/, rgb('#d4302b')],
  [/\b(orange|amber|copper|rust)\b/, rgb('#ee7a24')],
  [/\b(yellow|gold|golden|honey)\b/, rgb('#f2c12e')],
  [/\b(green|emerald|mint|olive|jade)\b/, rgb('#3aa35c')],
  [/\b(teal|turquoise|cyan|aqua)\b/, rgb('#1aa6a6')],
  [/\b(blue|azure|navy|indigo|cobalt)\b/, rgb('#2f6fd0')],
  [/\b(purple|violet|lavender|lilac)\b/, rgb('#8a54c8')],
  [/\b(pink|rose|magenta|coral|peach)\b/, rgb('#f0709a')],
  [/\b(brown|sepia|chocolate)\b/, rgb('#8a5a3a')],
]

/** The colours that the words name, in the order of the spectrum. */
export function huesIn(words: string): readonly string[] {
  return HUES.filter(([pattern]) => pattern.test(words)).map(([, hue]) => hex(hue))
}

/**
 * Mixes the palette of one take: the named hues colour it, and chance turns it a little, so that
 * four takes are kin and not copies.
 */
export function mixPalette(
  name: PaletteName,
  named: { hues: readonly string[]; accentOnly: boolean },
  random: Random,
): Palette {
  const base: Palette = PALETTES[name]
  const degrees = random.between(-7, 7)
  const brightness = random.between(-0.025, 0.025)
  const [first, second] = named.hues.map(rgb)
  const vary = (colour: Rgb, share: number): Rgb => {
    const varied = lighten(turn(colour, degrees, random.between(0.95, 1.12)), brightness)
    return first === undefined || named.accentOnly ? varied : tint(varied, second === undefined || share < 0.3 ? first : mix(first, second, 0.5), share)
  }
  return {
    top: vary(base.top, 0.75),
    middle: vary(base.middle, 0.55),
    horizon: vary(base.horizon, 0.28),
    light: vary(base.light, 0.06),
    far: vary(base.far, 0.65),
    near: vary(base.near, 0.6),
    accent: first === undefined ? vary(base.accent, 0) : lighten(first, brightness),
  }
}
