import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The secret that signs sessions: the one from the settings, else one made up at the first start and kept in the data
 * directory, readable by its owner alone.
 */
export function readAuthSecret(fromSettings: string | null, dataDirectory: string): string {
  if (fromSettings !== null) return fromSettings
  const path = join(dataDirectory, 'auth-secret')
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  try {
    writeFileSync(path, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8').trim()
}
