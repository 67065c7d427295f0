import { pipeline, Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { FetchFailure } from './fetch-failure.ts'

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/**
 * The bytes of an answer, unpacked and cut off at the limit. The limit holds on both sides of the unpacking, so that neither a
 * bomb nor an endless stream of nothing gets past it. Nothing is unpacked twice. Fails with `FetchFailure` only.
 */
export function limitBody(body: Readable, encoding: string, bytesMax: number): Readable {
  const raw = Readable.from(capped(body, bytesMax), { objectMode: false })
  if (encoding === '' || encoding === 'identity') return raw
  const decoder = decoders[encoding]
  if (decoder === undefined) throw new FetchFailure('wrong_type', `the answer is packed as ${encoding}`)
  return Readable.from(capped(pipeline(raw, decoder(), () => undefined), bytesMax), { objectMode: false })
}

async function* capped(body: Readable, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > bytesMax) throw new FetchFailure('too_large', `the answer is longer than ${bytesMax} bytes`)
      yield piece
    }
  } catch (cause) {
    throw toFetchFailure(cause)
  }
}

export function toFetchFailure(cause: unknown): FetchFailure {
  if (cause instanceof FetchFailure) return cause
  const blocked = cause instanceof Error && cause.name === 'BlockedAddress'
  return new FetchFailure('unreachable', cause instanceof Error ? cause.message || cause.name : String(cause), { cause, blocked })
}
