import type { Refusal } from '#lib/errors'
import { AuthRefused, EmailTaken, UnfitPassword, WrongCredentials } from './errors.ts'

const refusals: Readonly<Record<string, () => Refusal>> = {
  INVALID_EMAIL_OR_PASSWORD: () => new WrongCredentials({}),
  USER_ALREADY_EXISTS: () => new EmailTaken({}),
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: () => new EmailTaken({}),
  PASSWORD_TOO_SHORT: () => new UnfitPassword({}),
  PASSWORD_TOO_LONG: () => new UnfitPassword({}),
}

/** Whether a person could not be put into the database. Leaves the answer to be read. */
export async function couldNotCreate(response: Response): Promise<boolean> {
  if (response.status !== 422) return false
  const body: unknown = await response.clone().json().catch(() => null)
  return (body as { code?: unknown } | null)?.code === 'FAILED_TO_CREATE_USER'
}

/** The sign-in library's refusal as one of ours; undefined when the answer is none. Throws when the library failed, which is nobody's mistake but ours. */
export async function readRefusal(response: Response): Promise<Refusal | undefined> {
  if (response.status < 400) return undefined
  if (response.status >= 500) throw new Error(`the sign-in library answered ${response.status}`)
  const body: unknown = await response.json().catch(() => null)
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown }
  const known = typeof code === 'string' ? refusals[code] : undefined
  return known?.() ?? new AuthRefused({ message: typeof message === 'string' ? message : 'There is nothing at this address of the sign-in service.' })
}
