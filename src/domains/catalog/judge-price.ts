import type { InputMistake } from '#lib/errors'
import type { CatalogModel } from './model.ts'
import type { NewPrice } from './sql-models.ts'

/** A hundred units of it can still be counted exactly. */
export const UNIT_PRICE_MAX = 90_071_992_547_409

/**
 * What is wrong with a price. One by resolution names every resolution of the model as this version knows it, also those not offered at the moment, so that
 * a request never meets one without a price.
 */
export function judgePrice(seed: CatalogModel, { credits, rates }: NewPrice): InputMistake[] {
  const named = Object.keys(rates)
  if (named.length === 0) return []
  if (seed.kind === 'image') return [{ path: '/price/rates', message: 'are not known of images: one price counts for all' }]
  const { default: usual, values } = seed.limits.resolution
  const missing = values.filter((value) => !named.includes(value))
  const foreign = named.filter((value) => !values.includes(value))
  return [
    ...(missing.length === 0 ? [] : [{ path: '/price/rates', message: `lack ${missing.join(', ')}` }]),
    ...(foreign.length === 0 ? [] : [{ path: '/price/rates', message: `name ${foreign.join(', ')}, and there are only ${values.join(', ')}` }]),
    ...(rates[usual] === undefined || rates[usual] === credits ? [] : [{ path: '/price/credits', message: `must be the rate of ${usual}, which is what is asked for where a request says nothing` }]),
  ]
}
