import assert from 'node:assert/strict'

const KEY_CHARACTERS_MAX = 512
/** A segment starts with a letter or a digit: no `..`, nothing hidden, and no name of our own work files. */
const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/**
 * Takes a key apart into its segments. A key that is not of our making throws: whoever lets a
 * stranger name an object has a bug, and it ends here and not on the disk.
 */
export function segmentsOf(key: string): readonly string[] {
  const segments = key.split('/')
  const sound = key.length <= KEY_CHARACTERS_MAX && segments.every((segment) => SEGMENT.test(segment))
  assert(sound, `not a storage key: ${JSON.stringify(key.slice(0, 80))}`)
  return segments
}
