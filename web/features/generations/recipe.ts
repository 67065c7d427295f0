import type { Generation, GenerationInput } from '../../api/model.ts'
import type { Order } from './submit.ts'

/** What makes a picture, and nothing that belongs to one order only: no quote, no webhook, no deadline. */
const ingredients = [
  'prompt', 'n', 'size', 'outputFormat', 'outputCompression', 'quality', 'background', 'durationSeconds', 'resolution', 'aspectRatio', 'generateAudio', 'seed', 'guidanceScale',
  'negativePrompt', 'referenceImages', 'firstFrame', 'lastFrame',
] as const

/** The same order again, as a new one, for everything or for some of the pictures, at the price that the button shows. Of everything the server knows itself what it was. */
export function orderAgain(generation: Pick<Generation, 'id' | 'kind' | 'model' | 'input'>, seen: number, n?: number): Order {
  const kept = ingredients.map((name) => [name, generation.input[name]] as const).filter(([, value]) => value !== undefined && value !== null)
  const input = { ...Object.fromEntries(kept), prompt: generation.input.prompt } as GenerationInput
  const { id, kind, model } = generation
  return n === undefined ? { kind, model, input, seen, repeats: id } : { kind, model, input: { ...input, n }, seen }
}
