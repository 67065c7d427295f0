import { UnsupportedOption } from './errors.ts'
import type { Order } from './order.ts'

/** A part of the interface that this version does not have: refuses `UnsupportedOption` by name rather than ignore it. `at` is where the input stands in the body. */
export function refuseUnbuilt({ model }: Order, webhookUrl: string | undefined, at = ''): void {
  if (webhookUrl === undefined) return
  throw new UnsupportedOption({ model: model.name, errors: [{ path: `${at}/webhookUrl`, message: 'is not offered by this version' }] })
}
