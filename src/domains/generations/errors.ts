import { defineError } from '#lib/errors'

export const GenerationMissing = defineError({
  code: 'generation.missing',
  kind: 'missing',
  title: 'There is no such generation',
})

export const AssetMissing = defineError({
  code: 'asset.missing',
  kind: 'missing',
  title: 'There is no such file',
})

export const IdempotencyMismatch = defineError({
  code: 'idempotency.mismatch',
  kind: 'conflict',
  title: 'This Idempotency-Key was used for another request',
  describe: () => 'The key belongs to a request with another body or address. Use a new key for a new request. Nothing was started.',
})
