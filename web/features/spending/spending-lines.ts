import type { SpendingLine } from '../../api/model.ts'

/** What a line costs as it is shown: what was billed, and what simulated calls would have been. */
export function shownCost({ costMicroUsd, nominalCostMicroUsd }: Pick<SpendingLine, 'costMicroUsd' | 'nominalCostMicroUsd'>): number {
  return costMicroUsd + nominalCostMicroUsd
}

const nothing: Omit<SpendingLine, 'key'> = {
  calls: 0, simulatedCalls: 0, unpricedCalls: 0, outputs: 0, costMicroUsd: 0, nominalCostMicroUsd: 0, creditsCaptured: 0, revenueMicroUsd: 0, marginMicroUsd: 0,
  nominalMarginMicroUsd: 0, wastedCalls: 0, wasteMicroUsd: 0, nominalWasteMicroUsd: 0,
}

/** One line for every day; a day on which nothing was called has zeros. */
export function fillSpendingDays(days: readonly string[], items: readonly SpendingLine[]): SpendingLine[] {
  const known = new Map(items.map((item) => [item.key, item]))
  return days.map((key) => known.get(key) ?? { key, ...nothing })
}
