import { isConnectionLoss, sqlState } from '#platform/db'

/**
 * With what a process ends that could not use its database: 5 for one that does not answer, 3 for one that does not let this user in, 4 for one that is not there.
 * Null for an error that says nothing of the database.
 */
export function codeOfDatabaseFailure(error: unknown): number | null {
  if (isConnectionLoss(error) || isUnreachable(error)) return 5
  const state = sqlState(error)
  if (state?.startsWith('28') === true || state === '42501') return 3
  return state === '3D000' ? 4 : null
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Error && /^(ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_AGAIN)$/.test((error as NodeJS.ErrnoException).code ?? '')
}
