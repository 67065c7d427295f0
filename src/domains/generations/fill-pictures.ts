import { type Order, UnsupportedOption } from '#domains/catalog'
import { settlePictures, type SettleParts, type Upload } from '#domains/uploads'
import { pictureLimitsOf } from '#platform/providers'
import { namedPictures, renamePictures } from './named-pictures.ts'

/**
 * The order with uploads of the account for all pictures it names. Refuses `PicturesRefused` for what is no picture of theirs, and `UnsupportedOption` for one
 * whose shape the provider does not take: larger than it takes is made smaller later, but nothing helps against too small or too long. Safe to repeat.
 */
export async function fillPictures(uploads: SettleParts | undefined, accountId: string, order: Order): Promise<Order> {
  const pictures = namedPictures(order.input)
  if (pictures.length === 0) return order
  if (uploads === undefined) throw new Error('pictures are named where nobody can look for them')
  const settled = await settlePictures(uploads, accountId, pictures)
  const errors = settled.flatMap((upload, index) => checkShape(order, upload).map((message) => ({ path: pictures[index]!.path, message })))
  if (errors.length > 0) throw new UnsupportedOption({ model: order.model.name, errors })
  return { ...order, input: renamePictures(order.input, settled.map(({ id }) => id)) }
}

function checkShape({ model }: Order, { width, height }: Upload): string[] {
  const { sideMin, ratioMax } = pictureLimitsOf(model.kind, model.provider)
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  if (short < sideMin) return [`is ${width} × ${height} pixels, and the model takes none with a side below ${sideMin}`]
  if (long > short * ratioMax) return [`is ${width} × ${height} pixels, and the model takes no side more than ${ratioMax} times as long as the other`]
  return []
}
