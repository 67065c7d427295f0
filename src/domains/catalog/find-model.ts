import { ModelDisabled, ModelRetired, UnknownModel } from './errors.ts'
import { type CatalogModel, statusOf } from './model.ts'
import { models } from './models.ts'

/** The model of that slug as this version knows it, whatever an operator changed: what answers a request is in the `Catalogue`. Refuses `UnknownModel`. */
export function findModel<Kind extends CatalogModel['kind']>(kind: Kind | null, id: string): Extract<CatalogModel, { kind: Kind }> {
  return pickModel(models, kind, id)
}

export function pickModel<Kind extends CatalogModel['kind']>(list: readonly CatalogModel[], kind: Kind | null, id: string): Extract<CatalogModel, { kind: Kind }> {
  const model = list.find((candidate) => candidate.id === id && (kind === null || candidate.kind === kind))
  if (model === undefined) throw new UnknownModel({ model: id })
  return model as Extract<CatalogModel, { kind: Kind }>
}

/** Refuses what cannot be asked at that moment: `ModelRetired` when its time is over, `ModelDisabled` when an operator switched it off. */
export function refuseUnoffered(model: CatalogModel, now: Date): void {
  const { name, shutdownAt, replacement } = model
  const status = statusOf(model, now)
  if (status === 'retired' && shutdownAt !== null) throw new ModelRetired({ model: name, shutdownAt, replacement })
  if (status === 'disabled') throw new ModelDisabled({ model: name, replacement })
}
