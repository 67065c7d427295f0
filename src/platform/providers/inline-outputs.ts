import { Readable } from 'node:stream'
import { newId } from '#lib/ids'
import type { FetchedOutput } from './port.ts'
import { vendorFailure } from './vendor-failure.ts'

/** Where answers that are outputs themselves are put. The storage port is one. */
export interface InlineStore {
  put(key: string, body: Readable, options: { readonly maxBytes: number }): Promise<unknown>
  open(key: string): Promise<{ readonly body: Readable; readonly bytes: number }>
  delete(key: string): Promise<void>
}

export interface InlineOutputsOptions {
  /** Null keeps outputs in memory only: a restart then loses what was paid for. */
  readonly store: InlineStore | null
  /** Told when an output could not be put into the store, and only the memory of this process has it. */
  readonly onUnkept?: ((error: unknown) => void) | undefined
  readonly memoryBytesMax?: number | undefined
}

const SCHEME = 'inline:'
/** Below this in the store. The name of an answer is an id, which tells its age; what is older than a day belongs to nobody any more. */
export const INLINE_FOLDER = 'provider-answers'
const MEMORY_BYTES_MAX = 64 * 1024 * 1024

interface Remembered {
  readonly bytes: Buffer
  readonly kept: boolean
}

/**
 * Outputs of vendors that answer with the bytes and have no address for them.
 *
 * Before the call resolves they are in the store, under a key that the result carries, so that the
 * result stays small, can be written to a database, and is worth as much after a restart as any address.
 * They stay in memory too, within limits, until they are discarded: in the usual case nothing is read back,
 * and a store that is down just now costs nobody an image that is paid for.
 */
export class InlineOutputs {
  readonly #options: InlineOutputsOptions
  readonly #memory = new Map<string, Remembered>()
  #memoryBytes = 0

  constructor(options: InlineOutputsOptions) {
    this.#options = options
  }

  /** Keeps the bytes and names an address for them, for `open`. Does not reject when the store does. */
  async keep(vendor: string, bytes: Buffer, extension: string): Promise<string> {
    const key = `${INLINE_FOLDER}/${vendor}/${newId()}.${extension}`
    this.#remember(key, { bytes, kept: await this.#put(key, bytes) })
    return SCHEME + key
  }

  /** Safe to repeat until `discard`. Rejects with `output_gone`, or with the store's own error. */
  async open(url: string, contentType: string | null): Promise<FetchedOutput> {
    const key = keyOf(url)
    const { store } = this.#options
    const remembered = this.#memory.get(key)
    if (remembered !== undefined) return { body: Readable.from([remembered.bytes], { objectMode: false }), contentType, contentLength: remembered.bytes.length }
    if (store === null) throw vendorFailure('output_gone', 'the bytes of the answer were in the memory of another process')
    try {
      const { body, bytes } = await store.open(key)
      return { body, contentType, contentLength: bytes }
    } catch (cause) {
      if (isMissing(cause)) throw vendorFailure('output_gone', 'the bytes of the answer are not in the store', { cause })
      throw cause
    }
  }

  /** Lets go of an output that is safe elsewhere. Safe to repeat. */
  async discard(url: string): Promise<void> {
    const key = keyOf(url)
    this.#forget(key)
    await this.#options.store?.delete(key)
  }

  static isAddress(url: string): boolean {
    return url.startsWith(SCHEME)
  }

  async #put(key: string, bytes: Buffer): Promise<boolean> {
    const { store, onUnkept } = this.#options
    try {
      await store?.put(key, Readable.from([bytes], { objectMode: false }), { maxBytes: bytes.length })
      return store !== null
    } catch (error) {
      onUnkept?.(error)
      return false
    }
  }

  /** Beyond the limit the oldest go first, but those that are nowhere else go last. */
  #remember(key: string, output: Remembered): void {
    this.#memory.set(key, output)
    this.#memoryBytes += output.bytes.length
    const limit = this.#options.memoryBytesMax ?? MEMORY_BYTES_MAX
    const oldest = [...this.#memory].toSorted(([, a], [, b]) => Number(b.kept) - Number(a.kept)).map(([each]) => each)
    for (const each of oldest) {
      if (this.#memoryBytes <= limit) return
      this.#forget(each)
    }
  }

  #forget(key: string): void {
    this.#memoryBytes -= this.#memory.get(key)?.bytes.length ?? 0
    this.#memory.delete(key)
  }
}

function keyOf(url: string): string {
  const key = url.slice(SCHEME.length)
  if (url.startsWith(SCHEME) && key.startsWith(`${INLINE_FOLDER}/`)) return key
  throw vendorFailure('bad_output', 'the address is none of an inline output')
}

/** The refusal of the storage port for a key that holds nothing. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'storage.missing' || error.code === 'ENOENT')
}
