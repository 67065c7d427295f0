import { ModelRetired, UnknownModel } from './errors.ts'
import { type CatalogModel, statusOf } from './model.ts'
import { models } from './models.ts'

/** The model of that slug, of the kind if one is named. Refuses `UnknownModel`. */
export function findModel<Kind extends CatalogModel['kind']>(kind: Kind | null, id: string): Extract<CatalogModel, { kind: Kind }> {
  const model = models.find((candidate) => candidate.id === id && (kind === null || candidate.kind === kind))
  if (model === undefined) throw new UnknownModel({ model: id })
  return model as Extract<CatalogModel, { kind: Kind }>
}

/** Refuses `ModelRetired` for a model whose time is over at that moment. */
export function refuseRetired({ name, shutdownAt, replacement, ...model }: CatalogModel, now: Date): void {
  if (shutdownAt !== null && statusOf({ ...model, shutdownAt }, now) === 'retired') throw new ModelRetired({ model: name, shutdownAt, replacement })
}
