import { Refusal } from '#lib/errors'
import { ObjectMissing, RangeOutside, StorageUnavailable } from './errors.ts'

/** What a failed call means for the caller. Our own refusals pass; what is not known is the store's doing, not the caller's. */
export function toStorageFailure(error: unknown): Error {
  if (error instanceof Refusal) return error
  const name = error instanceof Error ? error.name : ''
  // Not any 404: a bucket that is gone says NoSuchBucket, and that is no statement about the object.
  if (name === 'NoSuchKey') return new ObjectMissing({}, { cause: error })
  if (name === 'InvalidRange') return new RangeOutside({}, { cause: error })
  return new StorageUnavailable({}, { cause: error })
}

/** HEAD answers have no body: a missing object and a missing bucket look the same. */
export function isBareNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotFound'
}
