import type { TakeOutcome } from './sql-holds.ts'

/** How many lots the attempts lock, one after the other: few lots pay for nearly everything. */
const LOTS = [8, 128, 4_096, 131_072]

/**
 * Takes an amount from as many of an account's lots as it needs.
 *
 * A refusal is believed when a look at the books, which locks nothing, agrees: locking waits, and what came back meanwhile to a lot that the
 * attempt did not look at, or what an earlier call with the same id did, shows only to a new statement.
 */
export async function takeFromLots(
  amount: bigint,
  attempt: (lotsMax: number) => Promise<TakeOutcome>,
  look: () => Promise<Pick<TakeOutcome, 'available' | 'earlier'>>,
): Promise<Pick<TakeOutcome, 'done' | 'available' | 'earlier'>> {
  for (const lotsMax of LOTS) {
    const outcome = await attempt(lotsMax)
    if (outcome.done || outcome.earlier !== null) return outcome
    if (outcome.lots === lotsMax) continue
    const seen = await look()
    if (seen.earlier !== null || seen.available < amount) return { done: false, ...seen }
  }
  return attempt(LOTS.at(-1)!)
}
