import type { Usage, UsageItem } from '@/api/model.ts'
import { numberText } from './credits-text.ts'
import classes from './usage.module.css'

interface UsageTableProps {
  what: 'Day (UTC)' | 'Model'
  items: UsageItem[]
  total: Usage['total']
  nameOf: (key: string) => string
}

/** The same figures to read, copy or listen to. Rows without use are left out. */
export function UsageTable({ what, items, total, nameOf }: UsageTableProps) {
  const used = items.filter(({ credits }) => credits > 0)
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">Credits taken</caption>
      <thead>
        <tr>
          <th scope="col">{what}</th>
          <th scope="col">Generations</th>
          <th scope="col">Pictures</th>
          <th scope="col">Credits</th>
        </tr>
      </thead>
      <tbody>
        {used.map((item) => (
          <tr key={item.key}>
            <th scope="row">{nameOf(item.key)}</th>
            <td>{numberText(item.generations)}</td>
            <td>{numberText(item.outputs)}</td>
            <td>{numberText(item.credits)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">In all</th>
          <td>{numberText(total.generations)}</td>
          <td>{numberText(total.outputs)}</td>
          <td>{numberText(total.credits)}</td>
        </tr>
      </tfoot>
    </table>
  )
}
