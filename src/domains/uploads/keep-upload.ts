import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { newId } from '#lib/ids'
import type { Db } from '#platform/db'
import { type ReencodedImage, reencodeImage } from '#platform/media'
import { ObjectMissing, type Storage } from '#platform/storage'
import { UploadQuotaExceeded } from './errors.ts'
import { objectKeyOf, pictureTypes, type Quota, STORED_BYTES_MAX, type Upload, UPLOAD_BYTES_MAX, UPLOAD_PIXELS_MAX } from './model.ts'
import { deleteUpload, insertUpload, lockQuota, type NewUpload, touchSame } from './sql.ts'

export interface KeepParts {
  readonly db: Db
  readonly storage: Storage
  readonly quota: Quota
}

/**
 * Keeps a stranger's picture as an upload of the account: encoded anew, upright and without metadata. The same bytes of an account are one upload, so it
 * is safe to repeat.
 *
 * Refuses `media.unsupported`, `media.too_large`, `media.unreadable` and `UploadQuotaExceeded`, with nothing left behind. Opens its own transaction. A process
 * that dies between object and row leaves an object, which is collected.
 */
export async function keepUpload(parts: KeepParts, accountId: string, source: Buffer): Promise<Upload> {
  const sourceSha256 = createHash('sha256').update(source).digest('hex')
  const known = await touchSame(parts.db, accountId, sourceSha256)
  if (known !== undefined && (await isWhole(parts.storage, known))) return known
  // Its bytes were lost. They are here again, so nobody has to find out why their picture is of no use.
  if (known !== undefined) await forget(parts, known)
  const picture = await reencodeImage(source, { bytesMax: UPLOAD_BYTES_MAX, pixelsMax: UPLOAD_PIXELS_MAX, takes: pictureTypes })
  const kept = await store(parts, { accountId, picture, sourceSha256 })
  // The same bytes came a second time meanwhile; or they were just deleted, and are kept once more.
  return kept ?? keepUpload(parts, accountId, source)
}

async function isWhole(storage: Storage, { objectKey, bytes }: Upload): Promise<boolean> {
  return storage.stat(objectKey).then(
    (found) => found.bytes === Number(bytes),
    (error: unknown) => {
      if (error instanceof ObjectMissing) return false
      throw error
    },
  )
}

async function forget({ db, storage }: KeepParts, { id, accountId, objectKey }: Upload): Promise<void> {
  await deleteUpload(db, id, accountId)
  await storage.delete(objectKey)
}

async function store({ db, storage, quota }: KeepParts, given: { accountId: string; picture: ReencodedImage; sourceSha256: string }): Promise<Upload | undefined> {
  const { accountId, sourceSha256, picture } = given
  const { bytes, contentType, width, height } = picture
  const id = newId()
  const objectKey = objectKeyOf({ accountId, id })
  const { sha256 } = await storage.put(objectKey, Readable.from([bytes]), { maxBytes: STORED_BYTES_MAX, bytes: bytes.length, contentType })
  const upload: NewUpload = { id, accountId, objectKey, contentType, bytes: BigInt(bytes.length), width, height, sha256, sourceSha256 }
  // Where this fails nobody knows whether the row was committed: its object stays, and is collected if it is nobody's.
  const inserted = await db.transaction(async (tx) => {
    await lockQuota(tx, accountId)
    return insertUpload(tx, upload, quota)
  })
  if (typeof inserted === 'object') return inserted
  await storage.delete(objectKey)
  if (inserted === 'full') throw new UploadQuotaExceeded(quota)
  return undefined
}
