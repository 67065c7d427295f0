import { readAvailable } from '#domains/credits'
import type { Queryable } from '#platform/db'
import type { Estimate, LetterFilter } from './model.ts'
import { countUnretriable, listCosts } from './sql-letters.ts'

/** What trying again all that matches would do at this moment: how many, what they would hold, and whose credits do not suffice. Changes nothing. */
export async function estimateRetry(db: Queryable, filter: LetterFilter, waived: boolean): Promise<Estimate> {
  const costs = await listCosts(db, filter)
  const available = waived ? new Map<string, bigint>() : await readAvailable(db, costs.map(({ accountId }) => accountId))
  const sum = { count: 0, credits: 0n, unpayableCount: 0, unpayableCredits: 0n, accounts: 0 }
  for (const { accountId, credits } of costs) {
    let left = available.get(accountId) ?? 0n
    let refused = 0
    for (const amount of credits) {
      if (waived || amount <= left) {
        left -= amount
        sum.count += 1
        sum.credits += waived ? 0n : amount
      } else {
        refused += 1
        sum.unpayableCredits += amount
      }
    }
    sum.unpayableCount += refused
    sum.accounts += refused > 0 ? 1 : 0
  }
  const unpayable = { count: sum.unpayableCount, credits: sum.unpayableCredits, accounts: sum.accounts }
  return { count: sum.count, credits: sum.credits, unpayable, unretriable: await countUnretriable(db, filter) }
}
