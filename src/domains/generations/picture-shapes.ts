import type { CatalogModel } from '#domains/catalog'
import { listShapes, type Upload } from '#domains/uploads'
import type { Queryable } from '#platform/db'
import { pictureLimitsOf } from '#platform/providers'
import type { Session } from './model.ts'
import { namedPictures } from './named-pictures.ts'

export type Shape = Pick<Upload, 'width' | 'height'>

/** What is wrong with a picture of this shape for the model's provider. Larger than it takes is made smaller; nothing helps against too small or too long. */
export function checkShape(model: Pick<CatalogModel, 'kind' | 'provider'>, { width, height }: Shape): string[] {
  const { sideMin, ratioMax } = pictureLimitsOf(model.kind, model.provider)
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  if (short < sideMin) return [`is ${width} × ${height} pixels, and the model takes none with a side below ${sideMin}`]
  if (long > short * ratioMax) return [`is ${width} × ${height} pixels, and the model takes no side more than ${ratioMax} times as long as the other`]
  return []
}

/** The generation with the shapes of the pictures it is made from: not every provider takes them. One that is gone has none, and whoever would be given it finds that out. */
export async function withPictures(db: Queryable, session: Session): Promise<Session & { readonly pictures: readonly Shape[] }> {
  const ids = namedPictures(session.input).map(({ named }) => named)
  return { ...session, pictures: ids.length === 0 ? [] : await listShapes(db, session.accountId, ids) }
}
