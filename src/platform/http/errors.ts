import { defineError, type InputMistake } from '#lib/errors'

/** At most this many mistakes are told at once; a body of nonsense does not earn a megabyte of answer. */
const MISTAKES_MAX = 50

export const RequestInvalid = defineError<{ mistakes: readonly InputMistake[] }>({
  code: 'request.invalid',
  kind: 'invalid',
  title: 'The request has mistakes',
  describe: ({ mistakes }) => {
    const first = mistakes[0]
    if (first === undefined) return 'The request has mistakes.'
    const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more)` : ''
    return `${first.path === '' ? '' : `${first.path}: `}${first.message}${more}`
  },
  expose: ({ mistakes }) => ({ errors: mistakes.slice(0, MISTAKES_MAX) }),
})

export const MalformedJson = defineError<{ reason: string }>({
  code: 'request.malformed_json',
  kind: 'invalid',
  title: 'The body is not JSON that can be read',
  describe: ({ reason }) => reason,
})

export const MalformedMultipart = defineError<{ reason: string }>({
  code: 'request.malformed_multipart',
  kind: 'invalid',
  title: 'The body is not a form that can be read',
  describe: ({ reason }) => reason,
})

export const NotText = defineError<{ where: string }>({
  code: 'request.not_text',
  kind: 'invalid',
  title: 'The request holds characters that are not text',
  describe: ({ where }) => `The ${where} holds a NUL character, half of a surrogate pair, or bytes that are not UTF-8.`,
})

export const BadEncoding = defineError<{ where: string }>({
  code: 'request.bad_encoding',
  kind: 'invalid',
  title: 'The address is not encoded correctly',
  describe: ({ where }) => `The ${where} holds a percent sign that does not start a valid UTF-8 escape.`,
})

export const MalformedHttp = defineError<{ reason: string }>({
  code: 'request.malformed_http',
  kind: 'invalid',
  title: 'The request is not valid HTTP',
  describe: ({ reason }) => reason,
})

export const HeadersTooLarge = defineError({
  code: 'request.headers_too_large',
  kind: 'invalid',
  title: 'The request headers are too large',
})

export const RequestTimeout = defineError({
  code: 'request.timeout',
  kind: 'invalid',
  title: 'The request took too long to arrive',
})

export const BodyTooLarge = defineError<{ bytesMax: number }>({
  code: 'request.too_large',
  kind: 'invalid',
  title: 'The body is too large',
  describe: ({ bytesMax }) => `At most ${bytesMax} bytes are accepted here.`,
  expose: ({ bytesMax }) => ({ bytesMax }),
})

export const UnsupportedMediaType = defineError<{ accepted: readonly string[] }>({
  code: 'request.unsupported_media_type',
  kind: 'invalid',
  title: 'The content type is not accepted here',
  describe: ({ accepted }) =>
    accepted.length === 0 ? 'No body is accepted here.' : `Send the body as ${accepted.join(' or ')}.`,
  expose: ({ accepted }) => ({ accepted }),
})

export const RangeNotSatisfiable = defineError<{ bytes: number }>({
  code: 'request.range_not_satisfiable',
  kind: 'invalid',
  title: 'The requested range lies outside the content',
  describe: ({ bytes }) => `The content has ${bytes} bytes.`,
  expose: ({ bytes }) => ({ bytes }),
})

export const NotFound = defineError({
  code: 'request.not_found',
  kind: 'missing',
  title: 'There is nothing at this address',
})

export const MethodNotAllowed = defineError<{ allow: readonly string[] }>({
  code: 'request.method_not_allowed',
  kind: 'invalid',
  title: 'The method is not allowed here',
  describe: ({ allow }) => `Allowed: ${allow.join(', ')}.`,
  expose: ({ allow }) => ({ allow }),
})

export const MethodUnknown = defineError({
  code: 'request.method_unknown',
  kind: 'invalid',
  title: 'The method is not known to this server',
})

export const InvalidIdempotencyKey = defineError({
  code: 'idempotency.invalid_key',
  kind: 'invalid',
  title: 'The Idempotency-Key header must be 1 to 255 printable ASCII characters',
})

export const AuthRequired = defineError({
  code: 'auth.required',
  kind: 'unauthenticated',
  title: 'Sign in or send an API key',
})

export const AuthForbidden = defineError({
  code: 'auth.forbidden',
  kind: 'forbidden',
  title: 'You are not allowed to do this',
})

export const CrossSite = defineError({
  code: 'auth.cross_site',
  kind: 'forbidden',
  title: 'This request came from another site',
})

export const ServerDraining = defineError({
  code: 'server.draining',
  kind: 'unavailable',
  title: 'This server is shutting down; try again',
  expose: () => ({ retryAfterSeconds: 1 }),
})

export const ServerUnavailable = defineError<{ retryAfterSeconds: number }>({
  code: 'server.unavailable',
  kind: 'unavailable',
  title: 'The server cannot answer right now; try again',
  expose: ({ retryAfterSeconds }) => ({ retryAfterSeconds }),
})

export const ServerError = defineError({
  code: 'server.error',
  kind: 'bug',
  title: 'Something went wrong on our side',
})
