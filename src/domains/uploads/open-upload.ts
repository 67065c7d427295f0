import { buffer } from 'node:stream/consumers'
import type { Db } from '#platform/db'
import { ObjectMissing, type Storage } from '#platform/storage'
import { UploadMissing } from './errors.ts'
import { isUploadId, type Upload } from './model.ts'
import { getUpload } from './sql.ts'

/** An upload with its bytes, for whoever works with it. Refuses `UploadMissing`, also when its object is gone. Safe to repeat. */
export async function openUpload({ db, storage }: { db: Db; storage: Storage }, accountId: string, id: string): Promise<Omit<Upload, 'bytes'> & { readonly bytes: Buffer }> {
  const upload = isUploadId(id) ? await getUpload(db, id, accountId) : undefined
  if (upload === undefined) throw new UploadMissing({})
  try {
    const { body } = await storage.open(upload.objectKey)
    return { ...upload, bytes: await buffer(body) }
  } catch (error) {
    if (error instanceof Error && error.name === ObjectMissing.code) throw new UploadMissing({}, { cause: error })
    throw error
  }
}
