import type { InputMistake } from '#lib/errors'
import type { VideoModel as VideoAbility } from '#platform/providers'
import type { VideoLimits, VideoModel } from './model.ts'
import type { ChangedModel, LimitsChange } from './model-change.ts'
import { checkOff, common, keep, lower } from './narrow-lists.ts'

/** As `narrowImages`, for videos. */
export function narrowVideos(seed: VideoModel, known: VideoAbility | undefined, limits: LimitsChange): ChangedModel {
  const mistakes: InputMistake[] = []
  const offered = known === undefined || known.id === seed.providerModel ? seed.limits : meet(mistakes, seed.limits, known)
  const { min, max } = offered.durationSeconds
  const longest = lower(mistakes, 'durationSecondsMax', { least: min, most: max }, limits.durationSecondsMax)
  const off = limits.optionsOff ?? []
  const mutable = offered.audio !== null && known?.audio === 'optional'
  checkOff(mistakes, [...offered.options, ...(mutable ? ['generateAudio'] : [])], off)
  const narrowed: VideoLimits = {
    ...offered,
    resolution: withDefault(offered.resolution.default, keep(mistakes, 'resolutions', offered.resolution.values, limits.resolutions)),
    aspectRatio: withDefault(offered.aspectRatio.default, keep(mistakes, 'aspectRatios', offered.aspectRatio.values, limits.aspectRatios)),
    durationSeconds: { ...offered.durationSeconds, max: longest, default: Math.min(offered.durationSeconds.default, longest) },
    audio: off.includes('generateAudio') ? null : offered.audio,
    options: offered.options.filter((option) => !off.includes(option)),
  }
  return { model: { ...seed, providerModel: known?.id ?? seed.providerModel, limits: narrowed }, mistakes }
}

function withDefault(value: string, values: readonly string[]): { readonly default: string; readonly values: readonly string[] } {
  return { default: values.includes(value) ? value : (values[0] ?? value), values }
}

/** What both take. */
function meet(mistakes: InputMistake[], offered: VideoLimits, known: VideoAbility): VideoLimits {
  const resolutions = common(offered.resolution.values, known.resolutions)
  const ratios = common(offered.aspectRatio.values, known.ratios)
  const min = Math.max(offered.durationSeconds.min, known.durations.min)
  const max = Math.min(offered.durationSeconds.max, known.durations.max)
  const unlike = resolutions.length === 0 || ratios.length === 0 || min > max || known.durations.only !== null || known.audio === 'always'
  if (unlike) mistakes.push({ path: '/providerModel', message: 'takes too little of what this model offers' })
  const length = Math.min(Math.max(offered.durationSeconds.default, min), max)
  return {
    ...offered,
    promptCharacters: { max: Math.min(offered.promptCharacters.max, known.promptCharactersMax ?? Infinity) },
    resolution: withDefault(offered.resolution.default, resolutions),
    aspectRatio: withDefault(offered.aspectRatio.default, ratios),
    durationSeconds: { ...offered.durationSeconds, min, max, default: length },
    audio: known.audio === 'never' ? null : offered.audio,
    options: offered.options.filter((option) => (option === 'referenceImages' ? known.referenceImagesMax > 0 : known[option])),
    cancellation: known.cancellation.until,
  }
}
