import Link from 'next/link'
import type { Transaction } from '@/api/model.ts'
import { Time } from '@/ui/time.tsx'
import { changeText, numberText } from './credits-text.ts'
import classes from './credits-view.module.css'
import { kindText } from './transaction-text.ts'

export function StatementTable({ items }: { items: Transaction[] }) {
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">Movements of your credits, newest first</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Change</th>
          <th scope="col">Balance after</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => <Row key={item.id} item={item} />)}
      </tbody>
    </table>
  )
}

/** Holds move nothing yet: they show what was set aside, in words, where other rows show the change. */
function Row({ item }: { item: Transaction }) {
  const held = item.kind === 'hold' || item.kind === 'release'
  return (
    <tr data-held={held}>
      <td>
        <span>{kindText(item.kind)}{item.generationId !== null && <> · <Link href={`/generations/${item.generationId}`}>generation</Link></>}</span>
        <small>{item.reason !== '' && <>{item.reason} · </>}<Time iso={item.createdAt} focusable /></small>
      </td>
      <td>{held ? `${numberText(Math.abs(item.heldChange ?? 0))} ${item.kind === 'hold' ? 'held' : 'freed'}` : changeText(item.amount)}</td>
      <td>{numberText(item.balanceAfter)}</td>
    </tr>
  )
}
