import { findModel, type ModelLife, type Refusal } from '../capabilities.ts'
import { vendorFailure } from '../vendor-failure.ts'
import { RETIRED_MODELS } from './models.ts'

/**
 * Throws what need not be asked: a model that the vendor has stopped, a field that it does not take. A
 * model that is not in our data (an endpoint id, a newer one) is left for the vendor to judge.
 */
export function refuseBefore<Model extends ModelLife>(models: readonly Model[], id: string, refuse: (model: Model) => Refusal | null): void {
  const retired = findModel(RETIRED_MODELS, id)
  if (retired !== undefined) throw vendorFailure('model_retired', `${id} was stopped at ${retired.shutdownAt}`)
  const model = findModel(models, id)
  const refusal = model === undefined ? null : refuse(model)
  if (refusal !== null) throw vendorFailure('invalid', `${refusal.field}: ${refusal.message}`, { field: refusal.field })
}
