import { fallbacks } from './models.ts'

/** Who may make what cannot be made by the model, in order. Empty where nobody may. Pure. */
export function fallbacksOf(modelId: string): readonly string[] {
  return fallbacks[modelId] ?? []
}
