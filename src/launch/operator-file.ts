import { chmodSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const OperatorFile = z.object({ address: z.url(), key: z.string(), pid: z.number().int() })

/** Where the server on this data directory answers, and the key that lets its operator in. */
export type OperatorFile = z.output<typeof OperatorFile>

const nameIn = (dataDirectory: string) => join(dataDirectory, 'operator.json')

/**
 * Tells the command line where this server answers. Readable by its owner alone: who can read it is an admin.
 *
 * Of several servers on one directory the last one counts. One that does not listen on the loopback address tells nothing. The answer takes it away again.
 */
export function writeOperatorFile(dataDirectory: string, listens: string, key: string): () => void {
  const address = throughLoopback(listens)
  if (address === null) return () => undefined
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const path = nameIn(dataDirectory)
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, JSON.stringify({ address, key, pid: process.pid } satisfies OperatorFile), { mode: 0o600 })
  // A file that was there kept its mode.
  chmodSync(fresh, 0o600)
  renameSync(fresh, path)
  return () => {
    if (readOperatorFile(dataDirectory)?.pid === process.pid) unlinkSync(path)
  }
}

/** What the last server wrote, which may be dead; null when there is nothing to read. */
export function readOperatorFile(dataDirectory: string): OperatorFile | null {
  try {
    return OperatorFile.parse(JSON.parse(readFileSync(nameIn(dataDirectory), 'utf8')))
  } catch {
    return null
  }
}

function throughLoopback(listens: string): string | null {
  const url = new URL(listens)
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.hostname === '[::]') url.hostname = '[::1]'
  return /^127\.|^\[::1\]$/.test(url.hostname) ? url.origin : null
}
