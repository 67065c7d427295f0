import { type Catalogue, imageInputShape, orderImages, orderVideo, type StoredImageInput, type StoredVideoInput, UnsupportedOption } from '#domains/catalog'
import { namedPictures, type NewInput, type Session, type StoredInput } from '#domains/generations'
import { isUploadId } from '#domains/uploads'
import { z } from 'zod'
import { DeadLetterDearer } from './errors.ts'

/** What of an input may be changed: any of it, and what is left out stays as it was. Of a video its words and its seed: the rest is what its price was for. */
export const InputChange = z.strictObject({ ...imageInputShape, n: imageInputShape.n.unwrap() }).partial()

export type InputChange = z.output<typeof InputChange>

/** The models as they are offered. */
export type Models = Pick<Catalogue, 'findModel'>

type Given = { readonly [Name in keyof InputChange]?: Exclude<InputChange[Name], undefined> }

/**
 * The input with the change, checked like that of a new request. Refuses `UnknownModel`, `UnsupportedOption`, and `DeadLetterDearer` for more outputs than
 * the price was accepted for.
 */
export function changeInput(catalogue: Models, session: Session, change: InputChange): NewInput {
  // What was left out is absent or undefined: either way it stays.
  const given: Given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  return session.kind === 'image' ? changeImages(catalogue, session, given) : changeVideo(catalogue, session, given)
}

function changeImages(catalogue: Models, session: Session, given: Given): NewInput {
  const model = catalogue.findModel('image', session.model)
  const { input, outputs, expected } = orderImages(model, { ...(session.input as StoredImageInput), ...given }, '/input')
  if (outputs > session.outputsWanted) throw new DeadLetterDearer({ outputs: session.outputsWanted })
  refuseAddresses(model.name, input)
  return { input, outputsWanted: outputs, width: expected?.width ?? null, height: expected?.height ?? null }
}

/** What of a video costs nothing more. */
const FREE: readonly string[] = ['prompt', 'negativePrompt', 'seed']

function changeVideo(catalogue: Models, session: Session, given: Given): NewInput {
  const model = catalogue.findModel('video', session.model)
  const others = Object.keys(given).filter((name) => !FREE.includes(name))
  if (others.length > 0) {
    throw new UnsupportedOption({ model: model.name, errors: others.map((name) => ({ path: `/input/${name}`, message: 'cannot be changed: only the prompt, the negative prompt and the seed can' })) })
  }
  const { input } = orderVideo(model, { ...(session.input as StoredVideoInput), ...given }, '/input')
  return { input, outputsWanted: session.outputsWanted, width: session.width, height: session.height }
}

/** An operator's order is decided while the letter is locked, which is no time to fetch anything: pictures are named by what the account has handed in. */
function refuseAddresses(model: string, input: StoredInput): void {
  const errors = namedPictures(input).filter(({ named }) => !isUploadId(named)).map(({ path }) => ({ path: `/input${path}`, message: 'must be the id of an upload of the account' }))
  if (errors.length > 0) throw new UnsupportedOption({ model, errors })
}
