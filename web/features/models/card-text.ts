import type { Model } from '../../api/model.ts'
import { acceptsText } from '../catalog/model-text.ts'
import { makesText } from '../catalog/video-text.ts'
import type { Tone } from '../../ui/status-mark.tsx'

/** How a model fares, in words, with the sign that goes with them. */
export function healthOf({ status, health }: Pick<Model, 'status' | 'health'>): { tone: Tone; text: string } {
  if (status === 'retired') return { tone: 'bad', text: 'Ended' }
  if (status === 'unconfigured') return { tone: 'quiet', text: 'Not set up here' }
  return healthTexts[health]
}

const healthTexts: Readonly<Record<Model['health'], { tone: Tone; text: string }>> = {
  ok: { tone: 'good', text: 'Works' },
  degraded: { tone: 'warning', text: 'Failing at times' },
  down: { tone: 'bad', text: 'Not available now' },
  unknown: { tone: 'quiet', text: 'Not asked lately' },
}

/** `5 credits a second`, and what other resolutions cost where that differs, the cheapest first: they come in no order. */
export function priceText({ price }: Pick<Model, 'price'>): string {
  const each = `${price.credits} ${price.credits === 1 ? 'credit' : 'credits'} ${price.unit === 'second' ? 'a second' : 'each'}`
  const others = Object.entries(price.rates).filter(([, credits]) => credits !== price.credits).toSorted(([, a], [, b]) => a - b)
  return others.length === 0 ? each : `${each} (${others.map(([rate, credits]) => `${rate}: ${credits}`).join(', ')})`
}

/** What it takes, in a line, without its end: that stands by itself. */
export function takesText(model: Model): string {
  return model.kind === 'image' ? acceptsText({ ...model, shutdownAt: null }) : makesText({ ...model, shutdownAt: null })
}

/** The options of the studios: those that the model honours, and those that it lacks. */
export function optionsOf(model: Model): { has: string[]; lacks: string[] } {
  const named = Object.entries(model.kind === 'image' ? imageOptions : videoOptions)
  const honours = (option: string) => (option === 'generateAudio' ? model.kind === 'video' && model.limits.audio !== null : model.limits.options.includes(option))
  const [has, lacks] = [named.filter(([option]) => honours(option)), named.filter(([option]) => !honours(option))]
  return { has: has.map(([, name]) => name), lacks: lacks.map(([, name]) => name) }
}

const imageOptions = { referenceImages: 'reference pictures', outputFormat: 'choice of format', background: 'transparent background', quality: 'choice of quality' } as const
const videoOptions = {
  firstFrame: 'first frame', lastFrame: 'last frame', referenceImages: 'reference pictures', generateAudio: 'sound', seed: 'seed', negativePrompt: 'what must not be seen',
} as const

/** Until when it is there and what follows; null while nobody knows of an end. */
export function endText({ status, shutdownAt, replacement }: Pick<Model, 'status' | 'shutdownAt' | 'replacement'>, all: readonly Pick<Model, 'id' | 'name'>[]): string | null {
  if (shutdownAt === null) return null
  const successor = all.find(({ id }) => id === replacement)
  return `${status === 'retired' ? 'Ended' : 'Ends'} on ${shutdownAt.slice(0, 10)}${successor === undefined ? '' : `; ${successor.name} follows`}`
}
