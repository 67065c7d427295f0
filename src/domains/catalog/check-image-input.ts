import type { InputMistake } from '#lib/errors'
import { UnsupportedOption } from './errors.ts'
import { type ImageModel, type ImageOption, parseSize } from './model.ts'

export interface ImageInput {
  readonly prompt: string
  readonly n: number
  readonly size?: string | undefined
  readonly seed?: number | undefined
  readonly guidanceScale?: number | undefined
  readonly negativePrompt?: string | undefined
  readonly referenceImages?: readonly string[] | undefined
}

const options: readonly ImageOption[] = ['seed', 'guidanceScale', 'negativePrompt', 'referenceImages']

/**
 * Holds an input against what the model can do, before anything is held or asked.
 *
 * Refuses `UnsupportedOption` with every mistake at once. Nothing is silently dropped or corrected. `at` is where the input stands in the body.
 */
export function checkImageInput(model: ImageModel, input: ImageInput, at = ''): void {
  const mistakes = [...checkCounts(model, input), ...checkSize(model, input.size), ...checkOptions(model, input)]
  const errors = mistakes.map(({ path, message }) => ({ path: `${at}${path}`, message }))
  if (errors.length > 0) throw new UnsupportedOption({ model: model.name, errors })
}

function checkCounts({ limits }: ImageModel, { n, prompt }: ImageInput): InputMistake[] {
  const mistakes: InputMistake[] = []
  if (n > limits.n.max) mistakes.push({ path: '/n', message: `may be at most ${limits.n.max}` })
  if (prompt.length > limits.promptCharacters.max) {
    mistakes.push({ path: '/prompt', message: `may have at most ${limits.promptCharacters.max} characters` })
  }
  return mistakes
}

function checkSize({ limits }: ImageModel, size: string | undefined): InputMistake[] {
  if (size === undefined || limits.size.presets.includes(size)) return []
  const parsed = parseSize(size)
  if (parsed === undefined || !size.includes('x')) {
    return [{ path: '/size', message: `must be one of ${limits.size.presets.join(', ')} or WIDTHxHEIGHT` }]
  }
  const { width, height } = parsed
  const { pixels, ratio } = limits.size
  const mistakes: InputMistake[] = []
  if (width * height < pixels.min || width * height > pixels.max) {
    mistakes.push({ path: '/size', message: `must have ${pixels.min} to ${pixels.max} pixels, not ${width * height}` })
  }
  if (width / height < ratio.min || width / height > ratio.max) {
    mistakes.push({ path: '/size', message: 'must have a ratio between 1:16 and 16:1' })
  }
  return mistakes
}

function checkOptions({ limits }: ImageModel, input: ImageInput): InputMistake[] {
  return options
    .filter((option) => input[option] !== undefined && !limits.options.includes(option))
    .map((option) => ({ path: `/${option}`, message: 'is not offered by this model' }))
}
