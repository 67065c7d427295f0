import { openUpload } from '#domains/uploads'
import type { Db } from '#platform/db'
import { fitImage } from '#platform/media'
import { type ImageCall, pictureLimitsOf, type VideoCall } from '#platform/providers'
import type { Storage } from '#platform/storage'
import { servingInput, type Session } from './model.ts'
import { namedPictures, renamePictures } from './named-pictures.ts'

export type HandedPictures = Pick<ImageCall, 'referenceImages'> & Pick<VideoCall, 'firstFrame' | 'lastFrame'>

/**
 * The pictures of a generation as its provider is given them: inside the call, as data URLs. An address would have to be open to strangers for as long as the
 * provider likes, and in an installation of one's own there is none.
 *
 * Those beyond the vendor's limits are made smaller first. All of one call have to go into one body, so each gets an equal share of it at most: a few large ones
 * lose nothing, and ten of twenty megabytes become ten of two. Rejects with `UploadMissing` when one of them is gone.
 */
export async function handPictures(parts: { readonly db: Db; readonly storage: Storage }, session: Session): Promise<HandedPictures> {
  const input = servingInput(session)
  const pictures = namedPictures(input)
  if (pictures.length === 0) return {}
  const { togetherBytesMax, ...limits } = pictureLimitsOf(session.kind, session.provider)
  const bounds = { ...limits, bytesMax: Math.min(limits.bytesMax, Math.floor(togetherBytesMax / pictures.length)) }
  const addresses: string[] = []
  // One after the other: a worker has many generations at hand, and each of these may take a hundred megabytes while it is made smaller.
  for (const { named } of pictures) {
    const { bytes, contentType } = await fitImage(await openUpload(parts, session.accountId, named), bounds)
    addresses.push(`data:${contentType};base64,${bytes.toString('base64')}`)
  }
  const { referenceImages, firstFrame, lastFrame } = renamePictures(input, addresses) as HandedPictures
  return { ...given({ referenceImages }), ...given({ firstFrame }), ...given({ lastFrame }) }
}

function given<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.values(fields)[0] === undefined ? {} : fields
}
