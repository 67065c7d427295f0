import { defineError } from '#lib/errors'

export const ObjectMissing = defineError({
  code: 'storage.missing',
  kind: 'missing',
  title: 'The stored file does not exist',
})

export const ObjectTooLarge = defineError<{ maxBytes: number }>({
  code: 'storage.too_large',
  kind: 'refused',
  title: 'The file is too large to be stored',
  describe: ({ maxBytes }) => `A file here may have at most ${maxBytes} bytes.`,
})

export const WrongSize = defineError<{ promisedBytes: number; bytes: number }>({
  code: 'storage.wrong_size',
  kind: 'invalid',
  title: 'The file is not as long as was promised',
  describe: ({ promisedBytes, bytes }) => `${promisedBytes} bytes were promised and ${bytes} came.`,
})

export const RangeOutside = defineError({
  code: 'storage.outside',
  kind: 'invalid',
  title: 'The requested part starts past the end of the file',
})

export const StorageUnavailable = defineError({
  code: 'storage.unavailable',
  kind: 'unavailable',
  title: 'Files cannot be stored or read at the moment',
})
