import { defineError } from '#lib/errors'

export const MediaUnsupported = defineError<{ takes: readonly string[] }>({
  code: 'media.unsupported',
  kind: 'refused',
  title: 'This kind of file is not taken',
  describe: ({ takes }) => `The bytes are of another kind than is taken here: ${takes.join(', ')}.`,
})

export const MediaTooLarge = defineError<{ limit: string }>({
  code: 'media.too_large',
  kind: 'refused',
  title: 'The picture or clip is too large',
  describe: ({ limit }) => `It may have at most ${limit}.`,
})

export const MediaUnreadable = defineError({
  code: 'media.unreadable',
  kind: 'refused',
  title: 'The picture or clip cannot be read',
  describe: () => 'The file is damaged, or is something else that only begins like a picture or a clip.',
})
