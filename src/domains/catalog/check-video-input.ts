import type { InputMistake } from '#lib/errors'
import { UnsupportedOption } from './errors.ts'
import type { VideoModel, VideoOption } from './model.ts'

export interface VideoInput {
  readonly prompt: string
  readonly durationSeconds?: number | undefined
  readonly resolution?: string | undefined
  readonly aspectRatio?: string | undefined
  readonly generateAudio?: boolean | undefined
  readonly seed?: number | undefined
  readonly negativePrompt?: string | undefined
  readonly firstFrame?: string | undefined
  readonly lastFrame?: string | undefined
  readonly referenceImages?: readonly string[] | undefined
}

const options: readonly VideoOption[] = ['seed', 'negativePrompt', 'firstFrame', 'lastFrame', 'referenceImages']

/** As `checkImageInput`, for videos. */
export function checkVideoInput(model: VideoModel, input: VideoInput, at = ''): void {
  const mistakes = [...checkPrompt(model, input), ...checkChoices(model, input), ...checkDuration(model, input), ...checkOptions(model, input), ...checkPictures(model, input)]
  const errors = mistakes.map(({ path, message }) => ({ path: `${at}${path}`, message }))
  if (errors.length > 0) throw new UnsupportedOption({ model: model.name, errors })
}

function checkPrompt({ limits }: VideoModel, { prompt }: VideoInput): InputMistake[] {
  // As a schema counts them, and as people do: one that takes two units of UTF-16 is one.
  if (Array.from(prompt).length <= limits.promptCharacters.max) return []
  return [{ path: '/prompt', message: `may have at most ${limits.promptCharacters.max} characters` }]
}

function checkChoices({ limits }: VideoModel, input: VideoInput): InputMistake[] {
  return (['resolution', 'aspectRatio'] as const).flatMap((name) => {
    const choice = limits[name]
    if (input[name] === undefined || choice?.values.includes(input[name]) === true) return []
    return [{ path: `/${name}`, message: choice === null ? 'is not offered by this model' : `must be one of ${choice.values.join(', ')}` }]
  })
}

function checkDuration({ limits }: VideoModel, { durationSeconds: seconds, resolution = limits.resolution.default }: VideoInput): InputMistake[] {
  const { min, max, values, byResolution } = limits.durationSeconds
  const refuse = (message: string) => [{ path: '/durationSeconds', message }]
  if (seconds === undefined) return checkUsualDuration(limits, resolution)
  if (values !== null && !values.includes(seconds)) return refuse(`must be ${values.join(', ')} seconds`)
  if (seconds < min || seconds > max) return refuse(`must be ${min} to ${max} seconds`)
  const here = durationsWith(byResolution, resolution)
  return here === undefined || here.includes(seconds) ? [] : refuse(`must be ${here.join(', ')} seconds with ${resolution}`)
}

/** A length that was not said must not be what makes an input wrong. */
function checkUsualDuration({ durationSeconds: { default: usual, byResolution } }: VideoModel['limits'], resolution: string): InputMistake[] {
  const here = durationsWith(byResolution, resolution)
  return here === undefined || here.includes(usual) ? [] : [{ path: '/durationSeconds', message: `is needed with ${resolution}: ${here.join(', ')} seconds` }]
}

/** By its own names alone: a request may name `toString` as its resolution, which every object has. */
function durationsWith(byResolution: VideoModel['limits']['durationSeconds']['byResolution'], resolution: string): readonly number[] | undefined {
  return Object.hasOwn(byResolution, resolution) ? byResolution[resolution] : undefined
}

function checkOptions({ limits }: VideoModel, input: VideoInput): InputMistake[] {
  const missing = options.filter((option) => input[option] !== undefined && !limits.options.includes(option)).map((option) => `/${option}`)
  if (input.generateAudio === true && limits.audio === null) missing.push('/generateAudio')
  const silenced = input.generateAudio === false && limits.audio?.optional === false
  return [
    ...missing.map((path) => ({ path, message: 'is not offered by this model' })),
    ...(silenced ? [{ path: '/generateAudio', message: 'cannot be false: this model always makes sound' }] : []),
  ]
}

/** How pictures may be combined, the same for every provider: frames have a place in the video, references have none. */
function checkPictures({ limits }: VideoModel, { firstFrame, lastFrame, referenceImages = [] }: VideoInput): InputMistake[] {
  const mistakes: InputMistake[] = []
  const max = limits.referenceImagesMax ?? 0
  const offers = (option: VideoOption) => limits.options.includes(option)
  if (lastFrame !== undefined && firstFrame === undefined && offers('lastFrame')) mistakes.push({ path: '/lastFrame', message: 'needs a first frame' })
  if (referenceImages.length > max && offers('referenceImages')) mistakes.push({ path: '/referenceImages', message: `may be at most ${max}` })
  if (referenceImages.length > 0 && (firstFrame ?? lastFrame) !== undefined) mistakes.push({ path: '/referenceImages', message: 'cannot go with a first or last frame' })
  return mistakes
}
