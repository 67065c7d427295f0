import type { InputMistake } from '#lib/errors'
import type { VideoModel as VideoAbility } from '#platform/providers'
import type { VideoModel } from './model.ts'
import type { ChangedModel, LimitsChange } from './model-change.ts'
import { checkOff, common, keep, lower } from './narrow-lists.ts'
import { limitsOf } from './offer-video.ts'

/** As `narrowImages`, for videos. */
export function narrowVideos(seed: VideoModel, known: VideoAbility | undefined, limits: LimitsChange): ChangedModel {
  const mistakes: InputMistake[] = []
  const offered = known === undefined || known.id === seed.providerModel ? seed.ability : meet(mistakes, seed.ability, known)
  const { min, max } = offered.durations
  const longest = lower(mistakes, 'durationSecondsMax', { least: min, most: max }, limits.durationSecondsMax)
  const ability = switchOff(mistakes, limits.optionsOff ?? [], {
    ...offered,
    resolutions: keep(mistakes, 'resolutions', offered.resolutions, limits.resolutions),
    ratios: keep(mistakes, 'aspectRatios', offered.ratios, limits.aspectRatios),
    durations: upTo(longest, offered.durations),
  })
  return { model: { ...seed, providerModel: known?.id ?? seed.providerModel, ability, limits: limitsOf(ability, defaultsOf(seed, ability)) }, mistakes }
}

function upTo(longest: number, durations: VideoAbility['durations']): VideoAbility['durations'] {
  const fits = (seconds: number) => seconds <= longest
  const only = durations.only?.filter(fits) ?? null
  const byResolution = Object.fromEntries(Object.entries(durations.byResolution ?? {}).map(([resolution, seconds]) => [resolution, seconds.filter(fits)]))
  return { ...durations, max: only?.at(-1) ?? longest, only, byResolution }
}

function switchOff(mistakes: InputMistake[], off: readonly string[], ability: VideoAbility): VideoAbility {
  const { seed, negativePrompt, firstFrame, lastFrame } = ability
  const switchable = { seed, negativePrompt, firstFrame, lastFrame, referenceImages: ability.referenceImagesMax > 0, generateAudio: ability.audio === 'optional' }
  checkOff(mistakes, Object.entries(switchable).flatMap(([name, there]) => (there ? [name] : [])), off)
  const stays = (name: string) => !off.includes(name)
  return {
    ...ability,
    seed: seed && stays('seed'),
    negativePrompt: negativePrompt && stays('negativePrompt'),
    firstFrame: firstFrame && stays('firstFrame'),
    lastFrame: lastFrame && stays('lastFrame') && stays('firstFrame'),
    referenceImagesMax: stays('referenceImages') ? ability.referenceImagesMax : 0,
    audio: stays('generateAudio') ? ability.audio : 'never',
  }
}

/** A default that is no longer offered gives way to the first that is; for a length, to the longest. */
function defaultsOf({ limits }: VideoModel, { resolutions, ratios, durations }: VideoAbility) {
  const among = (value: string, values: readonly string[]) => (values.includes(value) ? value : (values[0] ?? value))
  const usual = limits.durationSeconds.default
  const isLength = durations.only === null ? usual >= durations.min && usual <= durations.max : durations.only.includes(usual)
  return {
    durationSeconds: isLength ? usual : Math.max(durations.min, Math.min(usual, durations.max)),
    resolution: among(limits.resolution.default, resolutions),
    aspectRatio: limits.aspectRatio === null ? null : among(limits.aspectRatio.default, ratios),
  }
}

/** What both take. */
function meet(mistakes: InputMistake[], offered: VideoAbility, known: VideoAbility): VideoAbility {
  const resolutions = common(offered.resolutions, known.resolutions)
  const ratios = common(offered.ratios, known.ratios)
  const durations = shared(offered.durations, known.durations)
  const unlike = resolutions.length === 0 || (ratios.length === 0) !== (offered.ratios.length === 0) || durations === null
  // Sound that cannot be left out is sound that nobody asked for.
  if (unlike || (known.audio === 'always' && offered.audio !== 'always')) mistakes.push({ path: '/providerModel', message: 'takes too little of what this model offers' })
  return {
    ...known, resolutions, ratios,
    durations: durations ?? offered.durations,
    audio: offered.audio === 'never' ? 'never' : known.audio,
    seed: offered.seed && known.seed, negativePrompt: offered.negativePrompt && known.negativePrompt,
    firstFrame: offered.firstFrame && known.firstFrame, lastFrame: offered.lastFrame && known.lastFrame,
    referenceImagesMax: Math.min(offered.referenceImagesMax, known.referenceImagesMax),
    promptCharactersMax: Math.min(offered.promptCharactersMax ?? Infinity, known.promptCharactersMax ?? Infinity),
  }
}

/** The lengths that both take; null when there are none, or no such list can say them. */
function shared(one: VideoAbility['durations'], other: VideoAbility['durations']): VideoAbility['durations'] | null {
  const [min, max] = [Math.max(one.min, other.min), Math.min(one.max, other.max)]
  if (one.only === null && other.only === null) return min > max ? null : { ...one, min, max, byResolution: { ...one.byResolution, ...other.byResolution } }
  const only = one.only === null ? (other.only ?? []).filter((seconds) => seconds >= min && seconds <= max) : one.only.filter((seconds) => other.only?.includes(seconds) ?? (seconds >= min && seconds <= max))
  const [least, most] = [only[0], only.at(-1)]
  return least === undefined || most === undefined ? null : { ...one, min: least, max: most, only, byResolution: { ...one.byResolution, ...other.byResolution } }
}
