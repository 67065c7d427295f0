import type { Model, VideoModel } from '../../api/model.ts'
import { durationText } from '../../ui/duration-text.ts'
import { creditsText } from '../credits/credits-text.ts'

/** A model in a list: `Veo 3.1 · 14 credits a second · about 40 s`, or why it cannot be chosen. */
export function videoLabel(model: VideoModel, all: readonly Pick<Model, 'id' | 'name'>[]): string {
  const { name, price, medianMs, status, shutdownAt, replacement } = model
  const successor = all.find(({ id }) => id === replacement)
  if (status === 'unconfigured') return `${name} (not set up here)`
  if (status === 'retired') return `${name} (ended${shutdownAt === null ? '' : ` on ${shutdownAt.slice(0, 10)}`}${successor === undefined ? '' : `; now ${successor.name}`})`
  return [name, `${creditsText(price.credits)} a second`, ...(medianMs === null ? [] : [`about ${durationText(medianMs)}`])].join(' · ')
}

/** What it makes, and until when, in a line. */
export function makesText({ limits, shutdownAt }: Pick<VideoModel, 'limits' | 'shutdownAt'>): string {
  const { durationSeconds: { min, max, values }, resolution, audio } = limits
  return [
    values === null ? `${min} to ${max} s` : `${values.join(', ')} s`,
    resolution.values.map(sizeLabel).join(', '),
    audio === null ? 'no sound' : audio.optional ? 'sound if you like' : 'always with sound',
    ...(shutdownAt === null ? [] : [`ends on ${shutdownAt.slice(0, 10)}`]),
  ].join(' · ')
}

/** `1280x720` as a person writes it; a class of resolutions as it is. */
export function sizeLabel(resolution: string): string {
  return resolution.replace(/^(\d+)x(\d+)$/, '$1 × $2')
}
