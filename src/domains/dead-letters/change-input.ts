import { checkImageInput, findModel, imageInputShape, parseSize } from '#domains/catalog'
import type { NewInput, Session, StoredInput } from '#domains/generations'
import { z } from 'zod'
import { DeadLetterDearer } from './errors.ts'

/** What of an input may be changed: any of it, and what is left out stays as it was. */
export const InputChange = z.strictObject({ ...imageInputShape, n: imageInputShape.n.unwrap() }).partial()

export type InputChange = z.output<typeof InputChange>

/**
 * The input with the change, checked like that of a new request. Refuses `UnknownModel`, `UnsupportedOption`, and `DeadLetterDearer` for more outputs than
 * the price was accepted for.
 */
export function changeInput(session: Session, change: InputChange): NewInput {
  const model = findModel(session.kind, session.model)
  // What was left out is absent or undefined: either way it stays.
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const input: StoredInput = { ...session.input, ...given }
  checkImageInput(model, input, '/input')
  if (input.n > session.outputsWanted) throw new DeadLetterDearer({ outputs: session.outputsWanted })
  const expected = parseSize(input.size)
  return { input, outputsWanted: input.n, width: expected?.width ?? null, height: expected?.height ?? null }
}
