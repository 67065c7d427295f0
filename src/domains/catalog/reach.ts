import { ModelUnconfigured } from './errors.ts'
import type { CatalogModel } from './model.ts'

/** The providers of one kind that an installation opened, as they say of themselves. */
export type Opened = ReadonlyMap<string, { readonly simulated: boolean }>

/** What an installation reaches. Images and videos apart: a vendor may have a key for one of them. */
export type Reach = Readonly<Record<CatalogModel['kind'], Opened>>

type Named = Pick<CatalogModel, 'kind' | 'provider'>

export function isConfigured(reach: Reach, { kind, provider }: Named): boolean {
  return reach[kind].has(provider)
}

/** Whether its results come from a simulator. */
export function isSimulated(reach: Reach, { kind, provider }: Named): boolean {
  return reach[kind].get(provider)?.simulated === true
}

/** The model as this installation has it: the end of one that lives elsewhere does not count where it is reached. */
export function asReached<Model extends CatalogModel>(reach: Reach, model: Model): Model {
  return model.livesElsewhere === true && isConfigured(reach, model) ? { ...model, shutdownAt: null, replacement: null } : model
}

/** Refuses `ModelUnconfigured` where nobody could ask the model's provider. */
export function refuseUnconfigured(reach: Reach, model: CatalogModel): void {
  if (!isConfigured(reach, model)) throw new ModelUnconfigured({ model: model.name })
}
