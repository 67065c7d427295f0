import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { openKnown } from './open-known.ts'
import type { Storage } from './port.ts'

export interface ZipEntry {
  readonly key: string
  /** What the file is called inside. Folders, and everything a file system could take amiss, are taken out of it. */
  readonly name: string
  readonly bytes: number
  readonly createdAt: Date
}

/** A browser's download, not a backup. */
const ENTRIES_MAX = 200
const NAME_CHARACTERS_MAX = 120

/**
 * Several objects as one zip, made while it is read: no more than one object is open at a time, and none before its turn.
 *
 * Nothing is compressed, as pictures and clips are so already; that is why the length is known beforehand. A store that
 * fails, or an object whose length is not the one named here, breaks the stream off: an incomplete archive never looks whole.
 */
export async function zipObjects(storage: Storage, entries: readonly ZipEntry[]): Promise<{ body: Readable; bytes: number }> {
  if (entries.length > ENTRIES_MAX) throw new RangeError(`at most ${ENTRIES_MAX} files fit into one download`)
  const { makeZip, predictLength } = await import('client-zip')
  const names = uniqueNames(entries.map(({ name }) => name))
  const members = entries.map((entry, index) => ({ entry, name: names[index] ?? entry.key, size: entry.bytes, lastModified: entry.createdAt }))

  const left = new AbortController()

  async function* opened() {
    for (const { entry, ...member } of members) yield { ...member, input: piecesOf(storage, entry, left.signal) }
  }

  const body = Readable.fromWeb(makeZip(opened()) as ReadableStream<Uint8Array>)
  body.once('close', () => left.abort())
  return { body, bytes: Number(predictLength(members.map(({ entry: _, ...member }) => member))) }
}

/** Closes its object when the archive is `left`: the library that makes it does not tell a member that nobody reads on. */
async function* piecesOf(storage: Storage, { key, bytes }: ZipEntry, left: AbortSignal): AsyncGenerator<Buffer> {
  const body = await openKnown(storage, { key, bytes })
  const close = (): void => void body.destroy()
  left.addEventListener('abort', close)
  try {
    if (left.aborted) return
    yield* body as AsyncIterable<Buffer>
  } finally {
    left.removeEventListener('abort', close)
    close()
  }
}

/** Plain names, one of each: a second `sunset.png` becomes `sunset-2.png`, whatever the case of its letters. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = plainName(name)
    let [unique, number] = [plain, 1]
    while (taken.has(unique.toLowerCase())) unique = plain.replace(/(\.[^.]*)?$/, (ending) => `-${(number += 1)}${ending}`)
    taken.add(unique.toLowerCase())
    return unique
  })
}

/** Letters, digits and `._-` of any script; no path, no control or direction marks, no leading dot, no device of Windows. */
function plainName(name: string): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? ''
  const plain = last.replace(/[^\p{L}\p{N}._ -]/gu, '').replace(/^[. ]+|[. ]+$/g, '').slice(-NAME_CHARACTERS_MAX)
  return plain === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `file-${plain}`.replace(/-$/, '') : plain
}
