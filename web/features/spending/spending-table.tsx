import type { Spending, SpendingLine } from '@/api/model.ts'
import table from '../console/console.module.css'
import { numberText } from '../credits/credits-text.ts'
import { dollarsText, wasteText } from './money-text.ts'
import { shownCost } from './spending-lines.ts'

interface SpendingTableProps {
  what: string
  items: SpendingLine[]
  total: Spending['total']
  nameOf: (key: string) => string
}

/** The same figures to read, copy or listen to. Lines without a call are left out. */
export function SpendingTable({ what, items, total, nameOf }: SpendingTableProps) {
  const lines = [...items.filter(({ calls }) => calls > 0).map((line) => ({ ...line, name: nameOf(line.key) })), { ...total, key: '', name: 'In all' }]
  return (
    <table className={table.table}>
      <caption className="visually-hidden">What calls to providers cost</caption>
      <thead>
        <tr>
          <th scope="col">{what}</th><th scope="col" data-number>Calls</th><th scope="col" data-number>Outputs</th><th scope="col" data-number>Cost</th><th scope="col" data-number>Credits</th>
          <th scope="col" data-number>Revenue</th><th scope="col" data-number>Margin</th><th scope="col" data-number>Waste</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.key}>
            <td><strong>{line.name}</strong></td>
            <td data-number data-label="Calls">{numberText(line.calls)}</td>
            <td data-number data-label="Outputs">{numberText(line.outputs)}</td>
            <td data-number data-label="Cost">{dollarsText(shownCost(line))}</td>
            <td data-number data-label="Credits">{numberText(line.creditsCaptured)}</td>
            <td data-number data-label="Revenue">{dollarsText(line.revenueMicroUsd)}</td>
            <td data-number data-label="Margin">{dollarsText(line.nominalMarginMicroUsd)}</td>
            <td data-number data-label="Waste">{dollarsText(line.wasteMicroUsd + line.nominalWasteMicroUsd)}{line.wastedCalls > 0 && <small>{numberText(line.wastedCalls)} {line.wastedCalls === 1 ? 'call' : 'calls'}</small>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What was paid for nothing, by why. */
export function WasteTable({ waste }: Pick<Spending, 'waste'>) {
  return (
    <table className={table.table}>
      <caption className="visually-hidden">What was paid for nothing, and why</caption>
      <thead><tr><th scope="col">Why</th><th scope="col" data-number>Calls</th><th scope="col" data-number>Cost</th></tr></thead>
      <tbody>
        {waste.map(({ reason, calls, ...cost }) => (
          <tr key={reason}>
            <td>{wasteText(reason)}<small><code>{reason}</code></small></td>
            <td data-number data-label="Calls">{numberText(calls)}</td>
            <td data-number data-label="Cost">{dollarsText(shownCost(cost))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
