import { UnknownModel } from './errors.ts'
import type { CatalogModel } from './model.ts'
import { models } from './models.ts'

/** The model of that slug and kind. Refuses `UnknownModel`. */
export function findModel(kind: CatalogModel['kind'], id: string): CatalogModel {
  const model = models.find((candidate) => candidate.id === id && candidate.kind === kind)
  if (model === undefined) throw new UnknownModel({ model: id })
  return model
}
