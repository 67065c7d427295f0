import type { Readable } from 'node:stream'

/**
 * Where the bytes of outputs live. An object is written once in full and is then never changed, only
 * replaced or removed; half an object is never seen by anyone.
 *
 * Keys are made by us, from letters, digits and `._-/`. Any other key is a bug in the caller and
 * throws as one, before anything is touched.
 */
export interface Storage {
  /**
   * Keeps the whole body under the key. Safe to repeat; the same key again replaces the object.
   *
   * Rejects with `storage.too_large` past `maxBytes`, with `storage.wrong_size` when a length was promised and
   * another came, with `storage.unavailable` when the store cannot take it now, and with the body's own
   * error when the body breaks off. Nothing is left behind then, and an earlier object under the key is
   * untouched. The body is consumed or destroyed.
   */
  put(key: string, body: Readable, options: PutOptions): Promise<StoredObject>

  /**
   * Opens an object, or a part of it: both ends counted from 0 and included. An end past the last byte
   * means the last byte. Rejects with `storage.missing`, and with `storage.outside` for a part that
   * starts past the end. The caller consumes or destroys the body; one that breaks off fails.
   */
  open(key: string, range?: ByteRange): Promise<OpenedObject>

  /** The size of an object and its validator. Rejects with `storage.missing`. */
  stat(key: string): Promise<{ readonly bytes: number; readonly etag: string }>

  /** Keeps the same bytes under a second key. Safe to repeat. Rejects with `storage.missing`. */
  copy(from: string, to: string): Promise<void>

  /** Removes an object. Safe to repeat: removing what is not there is done already. */
  delete(key: string): Promise<void>

  /** Removes any number of objects, with fewer calls where the store can. Rejects when one may be left; safe to repeat. */
  deleteMany(keys: readonly string[]): Promise<void>

  /**
   * Every object whose key starts with a folder, in the order of the keys' characters, read page by page
   * as it is consumed. `after` goes on behind a key, whether it still exists or not. For collectors, not for requests.
   */
  list(folder: string, options?: { readonly after?: string | undefined }): AsyncIterable<ListedObject>

  /**
   * An address under which a stranger can read this one object until it expires, or null where the store has none:
   * then the bytes go through us. Whoever asks has checked access; whoever has the address needs none.
   */
  presign(key: string, options: PresignOptions): Promise<string | null>

  /** Proves that an object can be written and removed. Rejects with `storage.unavailable`. */
  check(): Promise<void>

  /** Removes what processes that died left half-written, when it is older than this. Returns how many. Safe to repeat. */
  removeLeftovers(options: LeftoverOptions): Promise<number>
}

export interface LeftoverOptions {
  readonly olderThanSeconds: number
  /** Which keys are of our making: other programs may write to the same bucket. */
  readonly isOurs: (key: string) => boolean
}

export interface PutOptions {
  readonly maxBytes: number
  /** The exact length the sender promised, when it did. */
  readonly bytes?: number | undefined
  /** What a presigned address says the bytes are. Sniffed by the caller, never believed from a sender. */
  readonly contentType?: string | undefined
}

export interface PresignOptions {
  /** At most seven days, which is what the signature allows. */
  readonly expiresInSeconds: number
  /** Offered as a download under this name, which may be anything a person wrote. Shown in the browser when left out. */
  readonly downloadName?: string | undefined
  readonly contentType?: string | undefined
}

export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface StoredObject {
  readonly bytes: number
  readonly sha256: string
}

export interface OpenedObject {
  readonly body: Readable
  /** The length of the body, which is shorter than the object when a range was asked for. */
  readonly bytes: number
  /** The length of the whole object. */
  readonly totalBytes: number
  /** Differs when the bytes differ. Without quotes. */
  readonly etag: string
}

export interface ListedObject {
  readonly key: string
  readonly bytes: number
}
