import { defineError } from '#lib/errors'
import type { Quota } from './model.ts'

export const UploadMissing = defineError({
  code: 'upload.missing',
  kind: 'missing',
  title: 'There is no such upload',
})

export const UploadQuotaExceeded = defineError<Quota>({
  code: 'upload.quota_exceeded',
  kind: 'refused',
  title: 'There is no room for another upload',
  describe: ({ uploadsMax, bytesMax }) =>
    `An account may keep ${uploadsMax} uploads of ${Math.floor(bytesMax / 1_000_000)} MB together. Nothing was kept. Delete uploads that are no longer needed.`,
})

/** What is wrong with one of the pictures that a request names. */
export interface PictureMistake {
  readonly path: string
  readonly message: string
  readonly code: string
}

export const PicturesRefused = defineError<{ errors: readonly PictureMistake[] }>({
  code: 'upload.not_usable',
  kind: 'refused',
  title: 'A picture cannot be used',
  describe: ({ errors }) => `Nothing was started, and no credits were held: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
  expose: ({ errors }) => ({ errors }),
})
