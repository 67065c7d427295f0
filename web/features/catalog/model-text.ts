import type { ImageModel } from '../../api/model.ts'
import { durationText } from '../../ui/duration-text.ts'
import { creditsText } from '../credits/credits-text.ts'

type Described = Pick<ImageModel, 'name' | 'price' | 'medianMs' | 'limits' | 'shutdownAt' | 'health'>

/** A model in a list: `Seedream 4.5 · 2 credits each · about 9 s`. The time is left out until there is one; that it fares badly is told. */
export function modelLabel({ name, price, medianMs, health }: Described): string {
  return [name, `${creditsText(price.credits)} each`, ...(medianMs === null ? [] : [`about ${durationText(medianMs)}`]), ...(health === 'down' ? ['not available now'] : health === 'degraded' ? ['failing at times'] : [])].join(' · ')
}

/** What it takes, and until when, in a line. */
export function acceptsText({ limits, shutdownAt }: Described): string {
  const { outputFormats, backgrounds, size: { pixels } } = limits
  return [
    `up to ${(pixels.max / 1_000_000).toFixed(1)} megapixels`,
    outputFormats.map((format) => formatNames[format] ?? format).join(', '),
    ...(backgrounds.includes('transparent') ? ['transparent background'] : []),
    ...(shutdownAt === null ? [] : [`ends on ${shutdownAt.slice(0, 10)}`]),
  ].join(' · ')
}

const formatNames: Readonly<Record<string, string>> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP' }

/** The fields of a request that not every model takes, with the values there are. An empty value leaves the choice to the model. */
export const extras = [
  { field: 'outputFormat', label: 'Format', values: { '': 'Any', jpeg: 'JPEG', png: 'PNG', webp: 'WebP' }, of: 'outputFormats' },
  { field: 'background', label: 'Background', values: { '': 'Any', opaque: 'Opaque', transparent: 'Transparent' }, of: 'backgrounds' },
  { field: 'quality', label: 'Quality', values: { '': 'Usual', low: 'Low', medium: 'Medium' }, of: 'qualities' },
] as const

export type Extra = (typeof extras)[number]

/** The values as choices; those that the model does not take say so and cannot be chosen. */
export function extraOptions({ values, of }: Extra, { name, limits }: Described): { value: string; label: string; disabled: boolean }[] {
  return Object.entries(values).map(([value, text]) => {
    const disabled = value !== '' && !limits[of].includes(value)
    return { value, label: disabled ? `${text} (not by ${name})` : text, disabled }
  })
}
