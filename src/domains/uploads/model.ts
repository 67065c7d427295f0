/** A picture that somebody handed in, encoded anew: what it was called, where it was taken and whatever was hidden in it is gone. */
export interface Upload {
  readonly id: string
  readonly accountId: string
  readonly objectKey: string
  readonly contentType: PictureType
  readonly bytes: bigint
  readonly width: number
  readonly height: number
  /** Of what is stored. */
  readonly sha256: string
  readonly createdAt: Date
  readonly lastUsedAt: Date
}

export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp'] as const
export type PictureType = (typeof pictureTypes)[number]

/** Of what is sent, before it is encoded anew. */
export const UPLOAD_BYTES_MAX = 20 * 1024 * 1024
export const UPLOAD_PIXELS_MAX = 50_000_000
/** Encoded anew a picture may be longer than it came: a PNG of noise, or of a palette. */
export const STORED_BYTES_MAX = 256 * 1024 * 1024

/** What an account may keep. */
export interface Quota {
  readonly uploadsMax: number
  readonly bytesMax: number
}

/** All objects of uploads, and nothing else, have keys below it: `uploads/{account}/{id}`. */
export const UPLOADS_FOLDER = 'uploads'

export function objectKeyOf({ accountId, id }: Pick<Upload, 'accountId' | 'id'>): string {
  return `${UPLOADS_FOLDER}/${accountId}/${id}`
}

/** An upload is named by its id; whatever else stands where a picture is named is read as an address. */
export function isUploadId(named: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(named)
}
