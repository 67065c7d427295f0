import { z } from 'zod'
import type { Figures, Report } from './report.ts'

const count = z.number().int()
const microUsd = z.number().int().describe('Millionths of a dollar')

const figures = {
  calls: count.describe('That were billed, or may have been'),
  simulatedCalls: count.describe('Of them, answered by a simulator: they cost nothing'),
  unpricedCalls: count.describe('Of them, without a known price: they count as free'),
  outputs: count,
  costMicroUsd: microUsd,
  nominalCostMicroUsd: microUsd.describe('What the simulated calls would have cost at list price'),
  creditsCaptured: count,
  revenueMicroUsd: microUsd.describe('The credits at their value'),
  marginMicroUsd: microUsd.describe('Revenue less cost'),
  nominalMarginMicroUsd: microUsd.describe('The same, with simulated calls at list price'),
  wastedCalls: count.describe('Whose output nobody has'),
  wasteMicroUsd: microUsd.describe('Of the cost, that of wasted calls'),
  nominalWasteMicroUsd: microUsd,
}

export const SpendingReport = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    groupBy: z.enum(['day', 'provider', 'model', 'account']),
    creditValueMicroUsd: microUsd.describe('Of one credit: COOLY_CREDIT_VALUE_MICRO_USD'),
    items: z.array(z.object({ key: z.string().describe('The day as YYYY-MM-DD, the provider, the model that was called, or the account'), ...figures })),
    waste: z.array(z.object({ reason: z.string(), calls: count, costMicroUsd: microUsd, nominalCostMicroUsd: microUsd })).describe('What was paid for nothing, by why'),
    total: z.object(figures),
  })
  .meta({ id: 'ProviderUsage' })

type FiguresView = z.input<typeof SpendingReport>['total']

/** The figures with what follows from the value of a credit. Sums fit JSON numbers: they stay below nine billion dollars. */
export function figuresView(row: Figures, creditValueMicroUsd: number): FiguresView {
  const revenue = row.creditsCaptured * BigInt(creditValueMicroUsd)
  const { calls, simulatedCalls, unpricedCalls, outputs, costMicroUsd, nominalCostMicroUsd, creditsCaptured, wastedCalls, wasteMicroUsd, nominalWasteMicroUsd } = row
  const all = {
    calls, simulatedCalls, unpricedCalls, outputs, costMicroUsd, nominalCostMicroUsd, creditsCaptured, revenueMicroUsd: revenue, marginMicroUsd: revenue - costMicroUsd,
    nominalMarginMicroUsd: revenue - costMicroUsd - nominalCostMicroUsd, wastedCalls, wasteMicroUsd, nominalWasteMicroUsd,
  }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, Number(value)])) as unknown as FiguresView
}

export function wasteView({ waste }: Report): z.input<typeof SpendingReport>['waste'] {
  return waste.map(({ reason, calls, costMicroUsd, nominalCostMicroUsd }) => ({ reason, calls: Number(calls), costMicroUsd: Number(costMicroUsd), nominalCostMicroUsd: Number(nominalCostMicroUsd) }))
}

/** The lines as CSV (RFC 4180), with the names of the interface as heads. */
export function reportCsv(items: z.input<typeof SpendingReport>['items']): string {
  const names = ['key', ...Object.keys(figures)] as (keyof (typeof items)[number])[]
  return [names, ...items.map((item) => names.map((name) => cell(item[name])))].map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** Names of models and providers may come from settings: quoted, and never a formula. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
