import { Refusal } from '#lib/errors'
import { Places } from '#lib/places'
import { FetchFailure } from '#platform/safe-fetch'
import { type PictureMistake, PicturesRefused } from './errors.ts'
import { FETCH_DEADLINE_MS, fetchPicture, type Network } from './fetch-picture.ts'
import { type KeepParts, keepUpload } from './keep-upload.ts'
import { isUploadId, type Upload } from './model.ts'
import { touchUploads } from './sql.ts'

export interface SettleParts extends KeepParts {
  readonly network: Network
}

/** A picture as a request names it: by the id of an upload or by an address. */
export interface NamedPicture {
  /** Where it stands in the body, as a JSON pointer. */
  readonly path: string
  readonly named: string
}

/** Each holds a picture in memory, of up to 20 MB as it came and more while it is decoded. */
const places = new Places({ all: 16, each: 4 })

/**
 * The uploads of the account that a request names, in its order. What it names by address is fetched here and becomes an upload, so that no provider is ever
 * sent to a stranger's address, and what was accepted cannot change or vanish behind it.
 *
 * Refuses `PicturesRefused` by field: an id of nobody's or of somebody else's; and where all ids are good, an address that cannot be had, or bytes that are no
 * picture. Safe to repeat: the same bytes are the same upload, and a request that is refused may leave other pictures of it behind as uploads.
 */
export async function settlePictures(parts: SettleParts, accountId: string, pictures: readonly NamedPicture[]): Promise<Upload[]> {
  const ids = pictures.map(({ named }) => named.toLowerCase()).filter(isUploadId)
  const own = ids.length === 0 ? [] : await touchUploads(parts.db, accountId, ids)
  const settled = new Map<string, Upload | Mistake>(own.map((upload) => [upload.id, upload]))
  // Nothing is fetched for a request that is refused already.
  const strange = ids.some((id) => !settled.has(id))
  const addresses = strange ? [] : [...new Set(pictures.map(({ named }) => named).filter((named) => !isUploadId(named)))]
  const signal = AbortSignal.timeout(FETCH_DEADLINE_MS)
  await Promise.all(addresses.map(async (address) => settled.set(address, await places.hold(accountId, () => keepFrom(parts, accountId, address, signal)))))
  const results = pictures.map(({ named }) => settled.get(isUploadId(named) ? named.toLowerCase() : named) ?? (isUploadId(named) ? NOT_YOURS : undefined))
  const errors = results.flatMap((result, index) => (result !== undefined && 'message' in result ? [{ path: pictures[index]!.path, ...result }] : []))
  if (errors.length > 0) throw new PicturesRefused({ errors })
  return results as Upload[]
}

type Mistake = Omit<PictureMistake, 'path'>

const NOT_YOURS: Mistake = { code: 'upload.missing', message: 'is no upload of your account' }

async function keepFrom(parts: SettleParts, accountId: string, address: string, signal: AbortSignal): Promise<Upload | Mistake> {
  try {
    return await keepUpload(parts, accountId, await fetchPicture(address, parts.network, signal))
  } catch (error) {
    if (error instanceof FetchFailure) return { code: 'upload.unfetchable', message: asPhrase(error.publicMessage) }
    if (error instanceof Refusal && error.kind === 'refused') return { code: error.code, message: asPhrase(error.message) }
    throw error
  }
}

/** Behind the path of a field. */
function asPhrase(sentence: string): string {
  return `is refused: ${sentence.replace(/\.$/, '')}`
}
