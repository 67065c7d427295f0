import { CREDITS_MAX } from '#domains/credits'
import { defineError } from '#lib/errors'

export const UserMissing = defineError({
  code: 'admin.user_missing',
  kind: 'missing',
  title: 'There is no such person',
})

export const UnfitExpiry = defineError<{ why: string }>({
  code: 'admin.unfit_expiry',
  kind: 'invalid',
  title: 'The expiry does not fit',
  describe: ({ why }) => `${why} Nothing was changed.`,
  expose: ({ why }) => ({ errors: [{ path: '/expiresAt', message: why }] }),
})

export const BalanceTooLarge = defineError({
  code: 'admin.balance_too_large',
  kind: 'refused',
  title: 'An account cannot have that many credits',
  describe: () => `With this the account would have more than ${CREDITS_MAX} credits. Nothing was changed.`,
})
