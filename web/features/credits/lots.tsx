'use client'

import type { Lot } from '@/api/model.ts'
import { dayText, relativeTime } from '@/ui/relative-time.ts'
import { useNow } from '@/ui/use-now.ts'
import { numberText } from './credits-text.ts'
import classes from './credits-view.module.css'
import { sourceText } from './transaction-text.ts'

/** Where the credits came from and when they end, the soonest first, which is also the order they are used in. */
export function Lots({ lots }: { lots: Lot[] }) {
  const now = useNow(60_000)
  const left = lots.filter((lot) => lot.remaining > 0).sort((a, b) => (a.expiresAt ?? '9999').localeCompare(b.expiresAt ?? '9999'))
  return (
    <section className={classes.panel} aria-labelledby="lots">
      <h2 id="lots">What they are made of</h2>
      {left.length === 0 && <p className={classes.muted}>No credits are left.</p>}
      <ul className={classes.lots}>
        {left.map((lot) => (
          <li key={lot.id}>
            <span>{sourceText(lot.source)}</span>
            <span className={classes.muted}>{now === null ? '' : lot.expiresAt === null ? 'never expire' : `expire ${dayText(lot.expiresAt, now)}, ${relativeTime(lot.expiresAt, now)}`}</span>
            <span className={classes.number}>{numberText(lot.remaining)} <small>of {numberText(lot.granted)}</small></span>
          </li>
        ))}
      </ul>
      {left.length > 1 && <p className={classes.muted}>Credits that expire first are used first.</p>}
    </section>
  )
}
