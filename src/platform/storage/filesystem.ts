import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, opendir, realpath, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { ObjectMissing, ObjectTooLarge, RangeOutside, StorageUnavailable } from './errors.ts'
import { segmentsOf } from './object-key.ts'
import type { ByteRange, ListedObject, OpenedObject, Storage, StoredObject } from './port.ts'

/** Beside the objects, because a rename is atomic only within one file system. No key starts with a dot. */
const WORK_FOLDER = '.parts'
/** Work files older than this belong to a process that died. */
const LEFTOVER_MS = 24 * 60 * 60 * 1000

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
    await storage.#removeLeftovers()
    return storage
  }

  async put(key: string, body: Readable, { maxBytes }: { maxBytes: number }): Promise<StoredObject> {
    const segments = segmentsOf(key)
    const part = join(this.#root, WORK_FOLDER, `${randomUUID()}.part`)
    try {
      const stored = await writePart(part, body, maxBytes)
      const folder = await this.#makeFolder(segments.slice(0, -1))
      await rename(part, join(folder, segments.at(-1)!))
      await syncFolder(folder)
      return stored
    } catch (error) {
      body.destroy()
      await rm(part, { force: true })
      throw translated(error)
    }
  }

  async open(key: string, range?: ByteRange): Promise<OpenedObject> {
    const handle = await this.#openFile(key)
    try {
      const { size } = await handle.stat()
      const start = range?.start ?? 0
      const end = Math.min(range?.end ?? Infinity, size - 1)
      if (range !== undefined && (start >= size || end < start)) throw new RangeOutside({})
      if (size > 0) return { body: handle.createReadStream({ start, end }), bytes: end - start + 1 }
      await handle.close()
      return { body: Readable.from([]), bytes: 0 }
    } catch (error) {
      await handle.close()
      throw translated(error)
    }
  }

  async stat(key: string): Promise<{ bytes: number }> {
    const handle = await this.#openFile(key)
    try {
      return { bytes: (await handle.stat()).size }
    } finally {
      await handle.close()
    }
  }

  async delete(key: string): Promise<void> {
    try {
      await unlink(await this.#pathOf(key))
    } catch (error) {
      if (!isMissing(error)) throw translated(error)
    }
  }

  async *list(folder: string): AsyncIterable<ListedObject> {
    const start = join(this.#root, ...segmentsOf(folder))
    const entries = await opendir(start, { recursive: true }).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw translated(error)
    })
    for await (const entry of entries) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const found = await stat(path).catch(() => null) // Removed meanwhile.
      if (found !== null) yield { key: path.slice(this.#root.length + 1).replaceAll(sep, '/'), bytes: found.size }
    }
  }

  async check(): Promise<void> {
    const probe = join(this.#root, WORK_FOLDER, `${randomUUID()}.probe`)
    try {
      await writePart(probe, Readable.from([Buffer.from('probe')]), 16)
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
      throw isMissing(error) ? new ObjectMissing({}, { cause: error }) : translated(error)
    }
  }

  /** Where the key's file is. A folder on the way that is a link leads out of our hands, so there is nothing. */
  async #pathOf(key: string): Promise<string> {
    const path = join(this.#root, ...segmentsOf(key))
    if ((await realpath(dirname(path))) !== dirname(path)) throw new ObjectMissing({})
    return path
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

  async #removeLeftovers(): Promise<void> {
    for await (const entry of await opendir(join(this.#root, WORK_FOLDER))) {
      const path = join(this.#root, WORK_FOLDER, entry.name)
      const found = await lstat(path).catch(() => null)
      if (found !== null && Date.now() - found.mtimeMs > LEFTOVER_MS) await rm(path, { force: true })
    }
  }
}

/** Writes and flushes: after the rename a power cut finds the whole object or none. */
async function writePart(path: string, body: Readable, maxBytes: number): Promise<StoredObject> {
  const handle = await open(path, 'wx', 0o640)
  try {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new ObjectTooLarge({ maxBytes })
      hash.update(chunk)
      await writeAll(handle, chunk)
    }
    await handle.sync()
    return { bytes, sha256: hash.digest('hex') }
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
  return fromSystem && /^(open|write|fsync|rename|mkdir|unlink|stat|lstat|scandir|opendir|close)$/.test(String(error.syscall))
    ? new StorageUnavailable({}, { cause: error })
    : error
}
