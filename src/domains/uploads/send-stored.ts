import { byteRange, bytes, type Bytes, type RequestContext } from '#platform/http'
import { openKnown, previewObject, type Storage } from '#platform/storage'

export const PREVIEW_TYPE = 'image/webp'

/** A stored file as its row has it; it never changes, so a browser may keep it. */
export interface StoredFile {
  readonly accountId: string
  readonly objectKey: string
  readonly bytes: bigint
  readonly sha256: string
  readonly contentType: string
}

export interface SendOptions {
  /** Of a preview, which is a WebP; the file itself where it is undefined, whole or in part. */
  readonly width: number | undefined
  /** What a preview is made of where the file is no picture: an object whose length is not known. */
  readonly pictureKey?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers with a stored file or a preview of it. Whether somebody may have it is the caller's to know. Rejects as `openKnown` does. */
export async function sendStored(storage: Storage, file: StoredFile, { request, signal }: Pick<RequestContext, 'request' | 'signal'>, { width, pictureKey, headers }: SendOptions): Promise<Bytes> {
  const { sha256, contentType, accountId: owner } = file
  const known = { key: file.objectKey, bytes: Number(file.bytes) }
  const kept = { 'cache-control': 'private, max-age=31536000, immutable', ...headers }
  if (width === undefined) return byteRange(request, { bytes: known.bytes, etag: sha256, contentType, headers: kept, open: (start, end) => openKnown(storage, known, { start, end }) })
  const all = { ...kept, etag: `"${sha256}-${width}"` }
  if (request.headers['if-none-match'] === all.etag) return bytes({ status: 304, body: null, contentType: null, headers: all })
  return bytes({ body: await previewObject(storage, pictureKey === undefined ? known : { key: pictureKey }, { width, owner, signal }), contentType: PREVIEW_TYPE, headers: all })
}
