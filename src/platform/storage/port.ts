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
   * Rejects with `storage.too_large` past `maxBytes`, with `storage.unavailable` when the store cannot
   * take it now, and with the body's own error when the body breaks off. Nothing is left behind then,
   * and an earlier object under the key is untouched. The body is consumed or destroyed.
   */
  put(key: string, body: Readable, options: { readonly maxBytes: number }): Promise<StoredObject>

  /**
   * Opens an object, or a part of it: both ends counted from 0 and included. An end past the last byte
   * means the last byte. Rejects with `storage.missing`, and with `storage.outside` for a part that
   * starts past the end. The caller consumes or destroys the body.
   */
  open(key: string, range?: ByteRange): Promise<OpenedObject>

  /** The size of an object. Rejects with `storage.missing`. */
  stat(key: string): Promise<{ readonly bytes: number }>

  /** Removes an object. Safe to repeat: removing what is not there is done already. */
  delete(key: string): Promise<void>

  /** Every object whose key starts with a folder, in no order. For collectors, not for requests. */
  list(folder: string): AsyncIterable<ListedObject>

  /** Proves that an object can be written and removed. Rejects with `storage.unavailable`. */
  check(): Promise<void>
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
}

export interface ListedObject {
  readonly key: string
  readonly bytes: number
}
