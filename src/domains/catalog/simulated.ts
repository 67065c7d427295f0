import type { CatalogModel } from './model.ts'

/** The providers whose answers come from a simulator, each with the kind: a vendor may have a key for images and none for videos. */
export type Simulated = ReadonlySet<string>

export function isSimulated(simulated: Simulated, { kind, provider }: Pick<CatalogModel, 'kind' | 'provider'>): boolean {
  return simulated.has(`${kind}/${provider}`)
}
