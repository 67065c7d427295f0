import type { Readable } from 'node:stream'
import { ObjectMissing, RangeOutside } from './errors.ts'
import type { ByteRange, Storage } from './port.ts'

/** What the database says is stored is not there, or not whole: a loss of ours, and never an answer to the person who asks. */
export class ObjectLost extends Error {
  constructor(key: string, options?: { cause?: unknown }) {
    super(`${key} is not what was stored`, options)
    this.name = 'ObjectLost'
  }
}

/** An object as the database knows it. Without its length none is expected. */
export interface KnownObject {
  readonly key: string
  readonly bytes?: number | undefined
}

/**
 * The bytes of an object that was stored whole, or a part that lies within it. Rejects with `ObjectLost` when it is gone or has another length: sent under the
 * length that was announced, a shorter one would leave the reader waiting for the rest. The caller consumes or destroys the body.
 */
export async function openKnown(storage: Storage, { key, bytes }: KnownObject, range?: ByteRange): Promise<Readable> {
  const opened = await storage.open(key, range).catch((cause: unknown) => {
    throw cause instanceof ObjectMissing || cause instanceof RangeOutside ? new ObjectLost(key, { cause }) : cause
  })
  if (bytes === undefined || opened.totalBytes === bytes) return opened.body
  opened.body.destroy()
  throw new ObjectLost(key, { cause: new Error(`it has ${opened.totalBytes} bytes, not ${bytes}`) })
}
