import { Places } from '#lib/places'
import { type KnownObject, openKnown } from './open-known.ts'
import type { Storage } from './port.ts'
import { resizeImage } from './resize-image.ts'

/**
 * Each has a whole picture in memory, and keeps one of the four threads busy that also read files, look names up and check passwords. One is left to them, whatever
 * anybody asks for, and one to other people.
 */
const places = new Places({ all: 3, each: 2 })

export interface PreviewOptions {
  readonly width: number
  /** Who asks: their previews wait for each other, and nobody else's for all of them. */
  readonly owner: string
  readonly signal: AbortSignal
}

/** `resizeImage` of a stored picture, in its turn. Opens nothing before, and nothing at all once the signal is aborted: then null. Rejects as `openKnown` does. */
export function previewObject(storage: Storage, known: KnownObject, { width, owner, signal }: PreviewOptions): Promise<Buffer | null> {
  return places.hold(owner, async () => (signal.aborted ? null : resizeImage(await openKnown(storage, known), width)))
}
