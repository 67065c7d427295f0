const FIRST_MS = 1_000
const LONGEST_MS = 60_000

/** How often a job may be handed out before the queue gives it up. The database has long ended its generation by then. */
export const ATTEMPTS_MAX = 21

/** How long a job that failed so many times waits: doubling up to a minute, and spread, so that what failed together does not come back together. */
export function retryDelayMs(attempt: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
}
