import type { ImageInput } from './check-image-input.ts'
import type { ImageModel } from './model.ts'

/** The input with the model's defaults said, so that asking for a default and leaving it out are the same. */
export function completeInput<Input extends ImageInput>({ defaults }: ImageModel, input: Input): Input & { size: string } {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  return { ...defaults, ...given } as Input & { size: string }
}
