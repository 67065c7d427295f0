import { type ErrorKind, Refusal } from '#lib/errors'
import { InvalidConfig } from '../config.ts'
import { codeOfDatabaseFailure } from '../launch/database-failure.ts'
import { ApiRefusal } from './api-refusal.ts'
import { UsageError } from './command.ts'

const OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 2,
  unauthenticated: 3,
  forbidden: 3,
  unpaid: 4,
  missing: 4,
  gone: 4,
  conflict: 4,
  refused: 4,
  limited: 5,
  unavailable: 5,
  bug: 70,
}

/** The same kinds as an interface tells them. */
const OF_STATUS: Readonly<Record<number, number>> = { 400: 2, 401: 3, 403: 3, 402: 4, 404: 4, 409: 4, 410: 4, 422: 4, 429: 5, 503: 5 }

/** With what a process ends that failed like this: scripts tell by it whether to correct the call, to try again, or to call somebody. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof InvalidConfig) return OF_KIND.invalid
  if (error instanceof ApiRefusal) return OF_STATUS[error.status] ?? OF_KIND.bug
  if (error instanceof Refusal) return OF_KIND[error.kind]
  return codeOfDatabaseFailure(error) ?? OF_KIND.bug
}
