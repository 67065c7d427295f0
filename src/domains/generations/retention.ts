import { isFinal, type OutputRow } from './model.ts'
import type { OwnSession } from './sql-sessions.ts'

/** For how many days the outputs of each plan are kept after their generation ended. Those of a plan that is not named are kept for ever. */
export type RetentionDays = ReadonlyMap<string, number>

/** Not a calendar's: the same length for the sweep and for what people are told, whatever clock either goes by. */
export const DAY_SECONDS = 24 * 60 * 60

type Facts = Pick<OwnSession, 'status' | 'finishedAt' | 'outputsRemovedAt' | 'plan'>

/** When its outputs will be removed; null for never, and where there are none (yet, or any more). Pure. */
export function expiryOf({ status, finishedAt, outputsRemovedAt, plan }: Facts, outputs: readonly Pick<OutputRow, 'state'>[], retention: RetentionDays): Date | null {
  const days = retention.get(plan)
  if (days === undefined || finishedAt === null || outputsRemovedAt !== null || !isFinal(status)) return null
  return outputs.some(({ state }) => state === 'stored') ? new Date(finishedAt.getTime() + days * DAY_SECONDS * 1_000) : null
}
