/**
 * Storage of outputs: whole objects under keys of our own making. What is kept has been written to
 * the end; what is refused leaves nothing behind.
 */
import type { BackblazeSettings } from './backblaze.ts'
import type { Storage } from './port.ts'
import type { S3Settings } from './s3-client.ts'

export type { BackblazeSettings } from './backblaze.ts'
export { ObjectMissing, ObjectTooLarge, RangeOutside, StorageUnavailable, WrongSize } from './errors.ts'
export type {
  ByteRange,
  ListedObject,
  OpenedObject,
  PresignOptions,
  PutOptions,
  Storage,
  StoredObject,
} from './port.ts'
export { ObjectLost, openKnown } from './open-known.ts'
export { previewObject, type PreviewOptions } from './preview-object.ts'
export type { S3Settings } from './s3-client.ts'
export { zipObjects, type ZipEntry } from './zip-objects.ts'

/** Files when nothing else is said. */
export type StorageConfig =
  | {
      readonly kind?: 'files' | undefined
      /** Made when it is missing. */
      readonly directory: string
    }
  | ({ readonly kind: 's3' } & S3Settings)
  | ({ readonly kind: 'b2' } & BackblazeSettings)

/** Opens the configured storage. Loads only the adapter that is used, and asks a bucket nothing: `check` does. */
export async function openStorage(config: StorageConfig): Promise<Storage> {
  if ('directory' in config) {
    const { FilesystemStorage } = await import('./filesystem.ts')
    return FilesystemStorage.open(config.directory)
  }
  const [{ S3Storage }, { backblazeAsS3 }] = await Promise.all([import('./s3.ts'), import('./backblaze.ts')])
  return new S3Storage(config.kind === 's3' ? config : backblazeAsS3(config))
}
