import type { VideoModel } from '../../api/model.ts'
import type { VideoDraft } from './video-draft.ts'

/** What is sent of a draft besides its words: only fields that the model has. */
export interface VideoSettings {
  durationSeconds: number
  aspectRatio?: string
  resolution: string
  generateAudio?: boolean
  seed?: number
  negativePrompt?: string
}

type Limits = Pick<VideoModel, 'limits'>

/** The draft as this model can make it. The person's own wish stays in the draft for another model. */
export function fitVideo(draft: VideoDraft, { limits }: Limits): VideoSettings {
  const { aspectRatio, audio, options } = limits
  const one = (wish: string | null, choice: { default: string; values: string[] }) => (wish !== null && choice.values.includes(wish) ? wish : choice.default)
  const resolution = one(draft.resolution, limits.resolution)
  const without = draft.without.trim()
  return {
    durationSeconds: nearestLength(draft.seconds, resolution, limits.durationSeconds),
    ...(aspectRatio === null ? {} : { aspectRatio: one(draft.ratio, aspectRatio) }),
    resolution,
    ...(audio === null ? {} : { generateAudio: audio.optional ? (draft.sound ?? audio.default) : true }),
    ...(options.includes('seed') && draft.seed !== '' ? { seed: Number(draft.seed) } : {}),
    ...(options.includes('negativePrompt') && without !== '' ? { negativePrompt: without } : {}),
  }
}

type Durations = VideoModel['limits']['durationSeconds']

function nearestLength(wish: number | null, resolution: string, durations: Durations): number {
  const wanted = wish ?? durations.default
  const lengths = lengthsOf(durations).filter((length) => lacksLength(length, resolution, durations) === null)
  return lengths.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? durations.default
}

/** Every length that the model makes at all, in whole seconds. */
export function lengthsOf({ min, max, values }: Durations): number[] {
  return values ?? Array.from({ length: max - min + 1 }, (_, step) => min + step)
}

/** Why a length cannot be had at this resolution, or null when it can. */
export function lacksLength(length: number, resolution: string, { byResolution }: Durations): string | null {
  return byResolution[resolution]?.includes(length) === false ? `not in ${resolution}` : null
}

const SEED_MAX = 2_147_483_647

/** What was typed as a seed, as one: digits only, and no more than there are seeds. */
export function toSeed(typed: string): string {
  const digits = typed.replace(/\D/g, '').slice(0, 10)
  return digits === '' ? '' : String(Math.min(Number(digits), SEED_MAX))
}
