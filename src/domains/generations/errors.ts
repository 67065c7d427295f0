import { defineError } from '#lib/errors'

export { IdempotencyInFlight, IdempotencyMismatch } from '#platform/idempotency'

export const GenerationMissing = defineError({
  code: 'generation.missing',
  kind: 'missing',
  title: 'There is no such generation',
})

export const GenerationOpen = defineError<{ wish: string }>({
  code: 'generation.open',
  kind: 'conflict',
  title: 'The generation has not ended',
  describe: ({ wish }) => `${wish} Nothing was changed.`,
})

export const GenerationDeleted = defineError({
  code: 'generation.deleted',
  kind: 'conflict',
  title: 'The generation was deleted by its owner',
  describe: () => 'What its owner deleted is not made again. Nothing was changed.',
})

export const AssetMissing = defineError({
  code: 'asset.missing',
  kind: 'missing',
  title: 'There is no such file',
})

export const OutputsMissing = defineError({
  code: 'generation.no_outputs',
  kind: 'missing',
  title: 'The generation has no outputs',
  describe: () => 'Nothing of it is stored: it has not got so far, nothing could be made, or it has been removed.',
})

export const CallbackUnknown = defineError({
  code: 'webhook.unknown',
  kind: 'missing',
  title: 'There is no such address for callbacks',
})

export const CallbackUnreadable = defineError({
  code: 'webhook.unreadable',
  kind: 'invalid',
  title: 'The message is none of this provider',
  describe: () => 'Its body does not describe a task. Nothing was changed.',
})

export const AccountBusy = defineError({
  code: 'generation.account_busy',
  kind: 'unavailable',
  title: 'The credits of the account are being moved',
  describe: () => 'Another change of the credits of this account has not ended for two seconds. Nothing was started. Send the request again.',
  expose: () => ({ retryAfterSeconds: 1 }),
})
