/**
 * Storage of outputs: whole objects under keys of our own making. What is kept has been written to
 * the end; what is refused leaves nothing behind.
 */
import type { Storage } from './port.ts'

export { ObjectMissing, ObjectTooLarge, RangeOutside, StorageUnavailable } from './errors.ts'
export type { ByteRange, ListedObject, OpenedObject, Storage, StoredObject } from './port.ts'
export { resizeImage } from './resize-image.ts'

export interface StorageConfig {
  /** Made when it is missing. */
  readonly directory: string
}

/** Opens the configured storage. Loads only the adapter that is used. */
export async function openStorage(config: StorageConfig): Promise<Storage> {
  const { FilesystemStorage } = await import('./filesystem.ts')
  return FilesystemStorage.open(config.directory)
}
