import type { InputMistake } from '#lib/errors'
import { type ImageCall, refuseImage } from '#platform/providers'
import { UnsupportedOption } from './errors.ts'
import type { ImageModel } from './model.ts'

export interface ImageInput {
  readonly prompt: string
  readonly n: number
  readonly size?: string | undefined
  readonly outputFormat?: string | undefined
  readonly outputCompression?: number | undefined
  readonly quality?: string | undefined
  readonly background?: string | undefined
  readonly seed?: number | undefined
  readonly guidanceScale?: number | undefined
  readonly negativePrompt?: string | undefined
  readonly referenceImages?: readonly string[] | undefined
}

/** Fields that are judged together, so that one mistake does not hide another. */
const judgedTogether: readonly (readonly (keyof ImageInput & keyof ImageCall)[])[] = [
  ['prompt'], ['size'], ['outputFormat'], ['quality'], ['background', 'outputFormat'], ['outputCompression', 'outputFormat'], ['seed'], ['negativePrompt'], ['referenceImages'],
]

/**
 * Holds an input against what the model can do, before anything is held or asked.
 *
 * Refuses `UnsupportedOption` with every mistake at once. Nothing is silently dropped or corrected. `at` is where the input stands in the body.
 */
export function checkImageInput(model: ImageModel, input: ImageInput, at = ''): void {
  const mistakes = [...checkCount(model, input), ...checkAbility(model, input), ...checkOurs(input)]
  const errors = mistakes.map(({ path, message }) => ({ path: `${at}${path}`, message }))
  if (errors.length > 0) throw new UnsupportedOption({ model: model.name, errors })
}

function checkAbility({ ability, providerModel, defaults }: ImageModel, input: ImageInput): InputMistake[] {
  const valid: ImageCall = { providerModel, prompt: 'x', size: defaults.size, index: 0, requestId: '', callNumber: 1 }
  const mistakes = new Map<string, string>()
  for (const fields of judgedTogether) {
    const given = Object.fromEntries(fields.filter((field) => input[field] !== undefined).map((field) => [field, input[field]]))
    const refusal = refuseImage(ability, { ...valid, ...given, ...standIns(given['referenceImages'] as readonly string[] | undefined) })
    if (refusal !== null) mistakes.set(refusal.field, refusal.message)
  }
  return [...mistakes].map(([field, message]) => ({ path: `/${field}`, message: asPhrase(message) }))
}

function checkCount({ imagesMax }: ImageModel, { n }: ImageInput): InputMistake[] {
  return n > imagesMax ? [{ path: '/n', message: `may be at most ${imagesMax}` }] : []
}

/** Adapters are given pictures; a request names them. Whether there are such pictures is not the model's to say, only how many it takes. */
function standIns(named: readonly string[] | undefined): Pick<ImageCall, 'referenceImages'> {
  return named === undefined ? {} : { referenceImages: named.map(() => 'data:image/png;base64,AA==') }
}

/** What is no field of any provider's call. */
function checkOurs({ guidanceScale }: ImageInput): InputMistake[] {
  return guidanceScale === undefined ? [] : [{ path: '/guidanceScale', message: 'is offered by no model' }]
}

/** The adapters speak in sentences; here the field's name comes before. */
function asPhrase(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '')
}
