import { findModel, type ModelLife, type Refusal } from '../capabilities.ts'
import { vendorFailure } from '../vendor-failure.ts'
import { RETIRED_MODELS } from './models.ts'

interface Rules<Model> {
  readonly models: readonly Model[]
  readonly refuse: (model: Model) => Refusal | null
  /** What the protocol has no field for, whatever the model can do. */
  readonly unsayable: Readonly<Record<string, unknown>>
}

/**
 * Throws what need not be asked: a model that the vendor has stopped, a field that it does not take. A
 * model that is not in our data (an endpoint id, a newer one) is left for the vendor to judge, but for what cannot be
 * said: nothing is dropped in silence.
 */
export function refuseBefore<Model extends ModelLife>(id: string, { models, refuse, unsayable }: Rules<Model>): void {
  const retired = findModel(RETIRED_MODELS, id)
  if (retired !== undefined) throw vendorFailure('model_retired', `${id} was stopped at ${retired.shutdownAt}`)
  const model = findModel(models, id)
  const refusal = model === undefined ? refuseUnsayable(unsayable) : refuse(model)
  if (refusal !== null) throw vendorFailure('invalid', `${refusal.field}: ${refusal.message}`, { field: refusal.field })
}

function refuseUnsayable(fields: Readonly<Record<string, unknown>>): Refusal | null {
  const field = Object.keys(fields).find((name) => fields[name] !== undefined)
  return field === undefined ? null : { field, message: 'This protocol has no such field.' }
}
