import type { StoredVideoInput } from '#domains/catalog'
import type { NamedPicture } from '#domains/uploads'
import type { StoredInput } from './model.ts'

const frames = ['firstFrame', 'lastFrame'] as const

/** The pictures that an input names, in one order: the references, then the frames. Each by an id of an upload or, until it is accepted, an address. */
export function namedPictures(input: StoredInput): NamedPicture[] {
  const references = (input.referenceImages ?? []).map((named, index) => ({ path: `/referenceImages/${index}`, named }))
  return [...references, ...frames.flatMap((field) => nameOf(input, field))]
}

function nameOf(input: StoredInput, field: (typeof frames)[number]): NamedPicture[] {
  const named = (input as Partial<StoredVideoInput>)[field]
  return named === undefined ? [] : [{ path: `/${field}`, named }]
}

/** The input with other names in the place of `namedPictures`, one for each and in its order. */
export function renamePictures<Input extends StoredInput>(input: Input, names: readonly string[]): Input {
  const references = (input.referenceImages ?? []).length
  const named = frames.filter((field) => nameOf(input, field).length > 0)
  return {
    ...input,
    ...(references === 0 ? {} : { referenceImages: names.slice(0, references) }),
    ...Object.fromEntries(named.map((field, index) => [field, names[references + index]])),
  }
}
