/** Longer than any vendor lets a task wait. After it nobody asks any more. */
export const GIVEN_UP_SECONDS = 24 * 60 * 60

/**
 * When a task is asked after again: often while it is young, since short ones end soon, and then after a share of its age, so that being late is always a small part of
 * what it took. A little apart, so that tasks begun together are not asked after together for ever.
 */
export function nextPollSeconds(ageSeconds: number, dice: number = Math.random()): number {
  return Math.min(LONGEST, Math.max(SHORTEST, ageSeconds * SHARE)) * (1 + dice * 0.1)
}

const SHORTEST = 1
const LONGEST = 20
const SHARE = 0.08
