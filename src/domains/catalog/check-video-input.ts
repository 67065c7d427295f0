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
  if (prompt.length <= limits.promptCharacters.max) return []
  return [{ path: '/prompt', message: `may have at most ${limits.promptCharacters.max} characters` }]
}

function checkChoices({ limits }: VideoModel, input: VideoInput): InputMistake[] {
  return (['resolution', 'aspectRatio'] as const)
    .filter((name) => input[name] !== undefined && !limits[name].values.includes(input[name]))
    .map((name) => ({ path: `/${name}`, message: `must be one of ${limits[name].values.join(', ')}` }))
}

function checkDuration({ limits }: VideoModel, { durationSeconds: seconds }: VideoInput): InputMistake[] {
  const { min, max } = limits.durationSeconds
  if (seconds === undefined || (seconds >= min && seconds <= max)) return []
  return [{ path: '/durationSeconds', message: `must be ${min} to ${max} seconds` }]
}

function checkOptions({ limits }: VideoModel, input: VideoInput): InputMistake[] {
  const missing = options.filter((option) => input[option] !== undefined && !limits.options.includes(option)).map((option) => `/${option}`)
  if (input.generateAudio === true && limits.audio === null) missing.push('/generateAudio')
  return missing.map((path) => ({ path, message: 'is not offered by this model' }))
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
