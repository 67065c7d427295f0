import type { GenerationInput } from '@/api/model.ts'

/** The pictures that an input names, by field. Nothing of another form gets in: drafts are read from this device, where anybody may have written. */
export function namesIn(input: Partial<Record<keyof GenerationInput, unknown>>): { referenceImages: string[]; firstFrame: string[]; lastFrame: string[] } {
  const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((name): name is string => typeof name === 'string' && name !== '')
  return { referenceImages: textsOf(input['referenceImages']).slice(0, 10), firstFrame: textsOf(input['firstFrame']).slice(0, 1), lastFrame: textsOf(input['lastFrame']).slice(0, 1) }
}
