import { randomUUID } from 'node:crypto'
import { type BigIntStats, constants, type Dirent } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, opendir, readdir, realpath, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { ObjectMissing, RangeOutside, StorageUnavailable } from './errors.ts'
import { measureBody } from './measured-body.ts'
import { segmentsOf } from './object-key.ts'
import type { ByteRange, LeftoverOptions, ListedObject, OpenedObject, PutOptions, Storage, StoredObject } from './port.ts'

/** Beside the objects, because a rename is atomic only within one file system. No key starts with a dot. */
const WORK_FOLDER = '.parts'
/** Work files older than this belong to a process that died. */
const LEFTOVER_SECONDS = 24 * 60 * 60
const PLACE_TRIES = 10

/** Objects as files below one directory. Any number of processes may share it. */
export class FilesystemStorage implements Storage {
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
  }

  /** Makes the directory when it is missing and removes what dead processes left half-written. */
  static async open(directory: string): Promise<FilesystemStorage> {
    await mkdir(join(directory, WORK_FOLDER), { recursive: true })
    const storage = new FilesystemStorage(await realpath(directory))
    await storage.removeLeftovers({ olderThanSeconds: LEFTOVER_SECONDS })
    return storage
  }

  async put(key: string, body: Readable, options: PutOptions): Promise<StoredObject> {
    const segments = segmentsOf(key)
    const part = join(this.#root, WORK_FOLDER, `${randomUUID()}.part`)
    try {
      const stored = await writePart(part, body, options)
      await syncFolder(await this.#place(part, segments))
      return stored
    } catch (error) {
      body.destroy()
      await rm(part, { force: true }).catch(() => undefined) // Why it failed matters more; what stays is a leftover.
      throw translated(error)
    }
  }

  async open(key: string, range?: ByteRange): Promise<OpenedObject> {
    const handle = await this.#openFile(key)
    try {
      const found = await handle.stat({ bigint: true })
      const [totalBytes, etag] = [Number(found.size), etagOf(found)]
      const start = range?.start ?? 0
      const end = Math.min(range?.end ?? Infinity, totalBytes - 1)
      if (range !== undefined && (start >= totalBytes || end < start)) throw new RangeOutside({})
      if (totalBytes > 0) return { body: handle.createReadStream({ start, end }), bytes: end - start + 1, totalBytes, etag }
      await handle.close()
      return { body: Readable.from([]), bytes: 0, totalBytes, etag }
    } catch (error) {
      await handle.close()
      throw translated(error)
    }
  }

  async stat(key: string): Promise<{ bytes: number; etag: string }> {
    const handle = await this.#openFile(key)
    try {
      const found = await handle.stat({ bigint: true })
      return { bytes: Number(found.size), etag: etagOf(found) }
    } finally {
      await handle.close()
    }
  }

  async copy(from: string, to: string): Promise<void> {
    segmentsOf(to)
    const { body, bytes } = await this.open(from)
    await this.put(to, body, { maxBytes: bytes, bytes })
  }

  async delete(key: string): Promise<void> {
    try {
      await unlink(await this.#pathOf(key))
      await this.#removeEmptyFolders(segmentsOf(key).slice(0, -1))
    } catch (error) {
      if (!isMissing(error)) throw translated(error)
    }
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    keys.forEach(segmentsOf)
    for (const key of keys) await this.delete(key)
  }

  async *list(folder: string, { after = '' }: { after?: string | undefined } = {}): AsyncGenerator<ListedObject> {
    segmentsOf(folder)
    yield* this.#walk(folder, after)
  }

  /** Files have no address of their own. */
  presign(key: string): Promise<null> {
    segmentsOf(key)
    return Promise.resolve(null)
  }

  async check(): Promise<void> {
    const probe = join(this.#root, WORK_FOLDER, `${randomUUID()}.probe`)
    try {
      await writePart(probe, Readable.from([Buffer.from('probe')]), { maxBytes: 16 })
    } catch (error) {
      throw translated(error)
    } finally {
      await rm(probe, { force: true }).catch(() => undefined)
    }
  }

  async #openFile(key: string): Promise<FileHandle> {
    let handle: FileHandle | undefined
    try {
      handle = await open(await this.#pathOf(key), constants.O_RDONLY | constants.O_NOFOLLOW)
      if ((await handle.stat()).isFile()) return handle
      throw new ObjectMissing({})
    } catch (error) {
      await handle?.close()
      throw isMissing(error) ? await this.#missing(error) : translated(error)
    }
  }

  /** Where a volume is not mounted there is nothing at all. That says nothing of one object, and must not be taken for the loss of it. */
  async #missing(cause: unknown): Promise<Error> {
    const fault = await lstat(join(this.#root, WORK_FOLDER)).then(() => null, (error: unknown) => error)
    return fault === null ? new ObjectMissing({}, { cause }) : new StorageUnavailable({}, { cause: fault })
  }

  /** Where the key's file is. A folder on the way that is a link leads out of our hands, so there is nothing. */
  async #pathOf(key: string): Promise<string> {
    const path = join(this.#root, ...segmentsOf(key))
    if ((await realpath(dirname(path))) !== dirname(path)) throw new ObjectMissing({})
    return path
  }

  /** Answers the folder. One that is removed at that very moment, because it was empty, is made again. */
  async #place(part: string, segments: readonly string[]): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        const folder = await this.#makeFolder(segments.slice(0, -1))
        await rename(part, join(folder, segments.at(-1)!))
        return folder
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || tries === PLACE_TRIES) throw error
      }
    }
  }

  /** From the innermost outwards, as far as they are empty; the outermost stays. They would take more room than what was removed, and whoever lists would look into each for ever. */
  async #removeEmptyFolders(segments: readonly string[]): Promise<void> {
    for (let depth = segments.length; depth > 1; depth -= 1) {
      const isRemoved = await rmdir(join(this.#root, ...segments.slice(0, depth))).then(() => true, () => false)
      if (!isRemoved) return
    }
  }

  async #makeFolder(segments: readonly string[]): Promise<string> {
    let folder = this.#root
    for (const segment of segments) {
      folder = join(folder, segment)
      await mkdir(folder).catch(async (error: unknown) => {
        if (codeOf(error) !== 'EEXIST' || !(await lstat(folder)).isDirectory()) throw error
      })
    }
    return folder
  }

  /** Depth first, a folder where its slash sorts it: exactly the order of whole keys. */
  async *#walk(folder: string, after: string): AsyncGenerator<ListedObject> {
    for (const entry of await entriesOf(join(this.#root, ...folder.split('/')))) {
      const key = `${folder}/${entry.name}`
      if (entry.isDirectory() && (`${key}/` > after || after.startsWith(`${key}/`))) yield* this.#walk(key, after)
      if (!entry.isFile() || key <= after) continue
      const found = await lstat(join(this.#root, ...key.split('/'))).catch(() => null) // Removed meanwhile.
      if (found !== null) yield { key, bytes: found.size }
    }
  }

  /** They lie in a folder of our own. */
  async removeLeftovers({ olderThanSeconds }: Pick<LeftoverOptions, 'olderThanSeconds'>): Promise<number> {
    let removed = 0
    for await (const entry of await opendir(join(this.#root, WORK_FOLDER))) {
      const path = join(this.#root, WORK_FOLDER, entry.name)
      const found = await lstat(path).catch(() => null)
      if (found === null || Date.now() - found.mtimeMs <= olderThanSeconds * 1000) continue
      await rm(path, { force: true })
      removed += 1
    }
    return removed
  }
}

/** Every put makes a new file, so its number, size and time change with the bytes. */
function etagOf({ ino, size, mtimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs].map((part) => part.toString(36)).join('-')
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw translated(error)
  })
  const sortKey = (entry: Dirent): string => (entry.isDirectory() ? `${entry.name}/` : entry.name)
  return entries.toSorted((one, two) => (sortKey(one) < sortKey(two) ? -1 : 1))
}

/** Writes and flushes: after the rename a power cut finds the whole object or none. */
async function writePart(path: string, body: Readable, options: PutOptions): Promise<StoredObject> {
  const handle = await open(path, 'wx', 0o640)
  try {
    const measured = measureBody(body, options)
    for await (const piece of measured.pieces) await writeAll(handle, piece)
    await handle.sync()
    return measured.result()
  } finally {
    await handle.close()
  }
}

/** A write may take fewer bytes than it was given, as on a disk that is nearly full. */
async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    offset += (await handle.write(chunk, offset)).bytesWritten
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // A directory cannot be opened there.
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'storage.missing'].includes(String(codeOf(error)))
}

/** What the file system refuses is not the caller's doing: the disk is full, gone, or not ours to write. */
function translated(error: unknown): unknown {
  const fromSystem = error instanceof Error && 'syscall' in error && 'errno' in error
  return fromSystem && /^(open|write|fsync|rename|mkdir|unlink|stat|fstat|lstat|realpath|scandir|opendir|close)$/.test(String(error.syscall))
    ? new StorageUnavailable({}, { cause: error })
    : error
}
