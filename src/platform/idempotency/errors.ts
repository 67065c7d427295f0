import { defineError } from '#lib/errors'

export const IdempotencyMismatch = defineError({
  code: 'idempotency.mismatch',
  kind: 'conflict',
  title: 'This Idempotency-Key was used for another request',
  describe: () => 'The key belongs to a request with another body or address. Use a new key for a new request. Nothing was started.',
})

export const IdempotencyInFlight = defineError({
  code: 'idempotency.in_flight',
  kind: 'conflict',
  title: 'A request with this Idempotency-Key is being answered at this moment',
  describe: () => 'Send the same request again in a second: it gets the answer of the first. Nothing was done twice.',
  expose: () => ({ retryAfterSeconds: 1 }),
})
