import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { ObjectTooLarge, WrongSize } from './errors.ts'
import type { PutOptions, StoredObject } from './port.ts'

/** A body on its way into a store: counted, hashed and held to its limits while it passes. */
export interface MeasuredBody {
  /** Fails with the body's own error, `storage.too_large` or `storage.wrong_size`, before the end is seen. */
  readonly pieces: AsyncIterable<Buffer>
  /** What passed. To be asked once the pieces have ended. */
  result(): StoredObject
  /** Why the pieces failed, so that a store can tell the sender's fault from its own. Null while they have not. */
  failure(): Error | null
}

export function measureBody(body: Readable, { maxBytes, bytes: promised }: PutOptions): MeasuredBody {
  const hash = createHash('sha256')
  let [bytes, failure]: [number, Error | null] = [0, null]
  let handing = false

  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      for await (const piece of body as AsyncIterable<Buffer>) {
        bytes += piece.length
        if (bytes > maxBytes) throw new ObjectTooLarge({ maxBytes })
        if (promised !== undefined && bytes > promised) throw new WrongSize({ promisedBytes: promised, bytes })
        hash.update(piece)
        handing = true
        yield piece
        handing = false
      }
      if (promised !== undefined && bytes !== promised) throw new WrongSize({ promisedBytes: promised, bytes })
    } catch (error) {
      if (!handing) failure = error instanceof Error ? error : new Error('the body failed', { cause: error }) // Else the store has given up, and says so here.
      throw error
    }
  }

  return { pieces: pieces(), result: () => ({ bytes, sha256: hash.digest('hex') }), failure: () => failure }
}
