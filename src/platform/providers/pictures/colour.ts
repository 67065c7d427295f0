/** Red, green and blue from 0 to 255, as they are stored in a picture. */
export type Rgb = readonly [number, number, number]

export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

export function hex(colour: Rgb): string {
  const byte = (part: number): string => Math.round(Math.min(255, Math.max(0, part))).toString(16).padStart(2, '0')
  return `#${byte(colour[0])}${byte(colour[1])}${byte(colour[2])}`
}

/** Mixes by eye and not by voltage (OKLab), so that blue to orange does not pass through mud. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const a = toLab(from)
  const b = toLab(to)
  return fromLab([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share])
}

/** Makes a colour lighter (above 0) or darker (below), keeping its hue. */
export function lighten(colour: Rgb, amount: number): Rgb {
  const [light, a, b] = toLab(colour)
  return fromLab([Math.min(1, Math.max(0, light + amount)), a, b])
}

/** Turns the hue by degrees and scales the strength of the colour. */
export function turn(colour: Rgb, degrees: number, strength = 1): Rgb {
  const [light, a, b] = toLab(colour)
  const angle = (degrees * Math.PI) / 180
  const cos = Math.cos(angle) * strength
  const sin = Math.sin(angle) * strength
  return fromLab([light, a * cos - b * sin, a * sin + b * cos])
}

/** Lends a colour the hue of another and leaves its lightness alone. */
export function tint(colour: Rgb, hue: Rgb, share: number): Rgb {
  const [light, a, b] = toLab(colour)
  const [, ha, hb] = toLab(hue)
  return fromLab([light, a + (ha - a) * share, b + (hb - b) * share])
}

type Lab = readonly [number, number, number]

function toLab(colour: Rgb): Lab {
  const [r, g, b] = [linear(colour[0]), linear(colour[1]), linear(colour[2])]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function fromLab([light, a, b]: Lab): Rgb {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

function linear(byte: number): number {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function gamma(value: number): number {
  const bounded = Math.min(1, Math.max(0, value))
  return 255 * (bounded <= 0.0031308 ? bounded * 12.92 : 1.055 * bounded ** (1 / 2.4) - 0.055)
}
