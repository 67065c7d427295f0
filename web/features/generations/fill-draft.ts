import type { Generation, ImageModel } from '@/api/model.ts'
import { choiceOf } from '../catalog/shapes.ts'
import { readDraft, saveDraft, textsOf } from './draft.ts'

/** Puts a generation's recipe into the studio's prompt bar. It fills; it does not spend. */
export function fillDraft(generation: Generation, models: ImageModel[] | undefined): void {
  const model = models?.find(({ id }) => id === generation.model)
  const choice = model === undefined ? null : choiceOf(generation.input.size, model.limits.size)
  saveDraft({
    ...readDraft(),
    prompt: generation.input.prompt,
    n: generation.input.n ?? 1,
    model: generation.model,
    outputFormat: textOf(generation.input['outputFormat']),
    background: textOf(generation.input['background']),
    quality: textOf(generation.input['quality']),
    references: textsOf(generation.input['referenceImages']),
    ...choice,
  })
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
