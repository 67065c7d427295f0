import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'

export interface Bucket {
  readonly client: S3Client
  readonly name: string
}

/** What one call of the protocol takes. */
const BULK_MAX = 1000
const SIDE_BY_SIDE = 8

/** Removes objects with one call a thousand. Throws when the store kept one; the others are gone. */
export async function removeInBulk({ client, name }: Bucket, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += BULK_MAX) {
    const batch = keys.slice(from, from + BULK_MAX)
    const Delete = { Objects: batch.map((Key) => ({ Key })), Quiet: true }
    // Answers 200 with a list of what it did not do.
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: name, Delete }))
    const kept = Errors.filter(({ Code }) => Code !== 'NoSuchKey')
    if (kept.length > 0) throw new Error(`${kept.length} objects were kept: ${kept[0]?.Key} ${kept[0]?.Code} ${kept[0]?.Message}`)
  }
}

/** Removes objects one call each, a few side by side. */
export async function removeOneByOne(keys: readonly string[], remove: (key: string) => Promise<void>): Promise<void> {
  const waiting = keys.values()
  const worker = async (): Promise<void> => {
    for (const key of waiting) await remove(key)
  }
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, keys.length) }, worker))
}

export async function removeObject({ client, name }: Bucket, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }))
}

/**
 * Removes an object with all its versions and hide markers. Deleting by name alone only hides it in
 * such a bucket, and what is hidden is still billed.
 */
export async function removeEveryVersion({ client, name }: Bucket, key: string): Promise<void> {
  let [KeyMarker, VersionIdMarker]: (string | undefined)[] = []
  do {
    const where = { Bucket: name, Prefix: key, KeyMarker, VersionIdMarker }
    const page: ListObjectVersionsCommandOutput = await client.send(new ListObjectVersionsCommand(where))
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      if (Key === key) await client.send(new DeleteObjectCommand({ Bucket: name, Key, VersionId }))
    }
    ;[KeyMarker, VersionIdMarker] = page.IsTruncated === true ? [page.NextKeyMarker, page.NextVersionIdMarker] : []
  } while (KeyMarker !== undefined && KeyMarker === key)
}

/**
 * Ends uploads of ours that nobody finishes any more; their parts are billed until then. Returns how many. All are listed and those of others passed over: MinIO
 * takes a prefix here for the whole name.
 */
export async function abortOldUploads({ client, name }: Bucket, before: Date, isOurs: (key: string) => boolean): Promise<number> {
  let aborted = 0
  let [KeyMarker, UploadIdMarker]: (string | undefined)[] = []
  do {
    const where = { Bucket: name, KeyMarker, UploadIdMarker }
    const page: ListMultipartUploadsCommandOutput = await client.send(new ListMultipartUploadsCommand(where))
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined || Initiated === undefined || Initiated >= before || !isOurs(Key)) continue
      aborted += (await abort(client, { Bucket: name, Key, UploadId })) ? 1 : 0
    }
    ;[KeyMarker, UploadIdMarker] = page.IsTruncated === true ? [page.NextKeyMarker, page.NextUploadIdMarker] : []
  } while (KeyMarker !== undefined)
  return aborted
}

/** False when somebody else was faster, or it was finished after all. */
async function abort(client: S3Client, upload: { Bucket: string; Key: string; UploadId: string }): Promise<boolean> {
  try {
    await client.send(new AbortMultipartUploadCommand(upload))
    return true
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchUpload') return false
    throw error
  }
}
