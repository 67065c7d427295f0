import { buffer } from 'node:stream/consumers'
import type { Db } from '#platform/db'
import { ObjectLost, openKnown, type Storage } from '#platform/storage'
import { UploadMissing } from './errors.ts'
import { isUploadId, type Upload } from './model.ts'
import { getUpload } from './sql.ts'

/** An upload with its bytes, for whoever works with it. Refuses `UploadMissing`, also when its object is gone or damaged. Safe to repeat. */
export async function openUpload({ db, storage }: { db: Db; storage: Storage }, accountId: string, id: string): Promise<Omit<Upload, 'bytes'> & { readonly bytes: Buffer }> {
  const upload = isUploadId(id) ? await getUpload(db, id, accountId) : undefined
  if (upload === undefined) throw new UploadMissing({})
  try {
    return { ...upload, bytes: await buffer(await openKnown(storage, { key: upload.objectKey, bytes: Number(upload.bytes) })) }
  } catch (error) {
    if (error instanceof ObjectLost) throw new UploadMissing({}, { cause: error })
    throw error
  }
}
