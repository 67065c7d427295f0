import { ModelRetired, UnknownModel } from './errors.ts'
import { type CatalogModel, statusOf } from './model.ts'
import { models } from './models.ts'

/** The model of that slug and kind. Refuses `UnknownModel`. */
export function findModel(kind: CatalogModel['kind'], id: string): CatalogModel {
  const model = models.find((candidate) => candidate.id === id && candidate.kind === kind)
  if (model === undefined) throw new UnknownModel({ model: id })
  return model
}

/** Refuses `ModelRetired` for a model whose time is over at that moment. */
export function refuseRetired({ name, shutdownAt, replacement, ...model }: CatalogModel, now: Date): void {
  if (shutdownAt !== null && statusOf({ ...model, shutdownAt }, now) === 'retired') throw new ModelRetired({ model: name, shutdownAt, replacement })
}
