import { type Order, UnsupportedOption } from '#domains/catalog'
import { settlePictures, type SettleParts } from '#domains/uploads'
import { namedPictures, renamePictures } from './named-pictures.ts'
import { checkShape } from './picture-shapes.ts'

/**
 * The order with uploads of the account for all pictures it names. Refuses `PicturesRefused` for what is no picture of theirs, and `UnsupportedOption` for one
 * whose shape the provider does not take: larger than it takes is made smaller later, but nothing helps against too small or too long. Safe to repeat.
 */
export async function fillPictures(uploads: SettleParts | undefined, accountId: string, order: Order): Promise<Order> {
  const pictures = namedPictures(order.input)
  if (pictures.length === 0) return order
  if (uploads === undefined) throw new Error('pictures are named where nobody can look for them')
  const settled = await settlePictures(uploads, accountId, pictures)
  const errors = settled.flatMap((upload, index) => checkShape(order.model, upload).map((message) => ({ path: pictures[index]!.path, message })))
  if (errors.length > 0) throw new UnsupportedOption({ model: order.model.name, errors })
  return { ...order, input: renamePictures(order.input, settled.map(({ id }) => id)) }
}
