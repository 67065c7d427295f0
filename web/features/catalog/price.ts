import type { GenerationInput, Model } from '../../api/model.ts'

/** What one unit costs by the catalogue: an image, or a second of video at its resolution. */
export function unitPrice({ price }: Pick<Model, 'price'>, input: Pick<GenerationInput, 'resolution'>): number {
  return (typeof input.resolution === 'string' ? price.rates[input.resolution] : undefined) ?? price.credits
}

/** What an input costs by the catalogue, until the server's quote is there. */
export function priceOf(model: Pick<Model, 'kind' | 'price'>, input: GenerationInput): number {
  const units = model.kind === 'video' ? Number(input.durationSeconds ?? 1) : (input.n ?? 1)
  return unitPrice(model, input) * units
}
