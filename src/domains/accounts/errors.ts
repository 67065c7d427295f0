import { defineError } from '#lib/errors'

export const WrongCredentials = defineError({
  code: 'auth.wrong_credentials',
  kind: 'unauthenticated',
  title: 'E-mail or password is wrong',
})

export const EmailTaken = defineError({
  code: 'auth.email_taken',
  kind: 'refused',
  title: 'An account with this e-mail exists',
  describe: () => 'Sign in instead, or use another address.',
})

export const UnfitPassword = defineError({
  code: 'auth.unfit_password',
  kind: 'invalid',
  title: 'A password has 8 to 128 characters',
})

export const TooManyTries = defineError<{ retryAfterSeconds: number }>({
  code: 'auth.too_many_tries',
  kind: 'limited',
  title: 'Too many failed sign-ins',
  describe: ({ retryAfterSeconds }) => `Try again in ${Math.ceil(retryAfterSeconds / 60)} min.`,
  expose: ({ retryAfterSeconds }) => ({ retryAfterSeconds }),
})

/** Whatever else the sign-in library refuses; its own sentence is the description. */
export const AuthRefused = defineError<{ message: string }>({
  code: 'auth.refused',
  kind: 'invalid',
  title: 'The sign-in service refused this',
  describe: ({ message }) => message,
})

export const LastAdmin = defineError({
  code: 'admin.last_admin',
  kind: 'conflict',
  title: 'This is the last admin',
  describe: () => 'Make somebody else an admin first: without one nobody could give roles any more. Nothing was changed.',
})
