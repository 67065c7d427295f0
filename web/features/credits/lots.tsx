'use client'

import type { Lot } from '@/api/model.ts'
import { useNow } from '@/ui/use-now.ts'
import { creditsText } from './credits-text.ts'
import classes from './credits-view.module.css'
import { lotsLeft, lotText } from './lot-text.ts'
import { sourceText } from './transaction-text.ts'

/** Where the credits came from and when they end, the soonest first, which is also the order they are used in. */
export function Lots({ lots }: { lots: Lot[] }) {
  const now = useNow(60_000)
  const left = lotsLeft(lots)
  return (
    <section className={classes.panel} aria-labelledby="lots">
      <h2 id="lots">What they are made of</h2>
      {left.length === 0 && <p className={classes.muted}>No credits are left.</p>}
      <ul className={classes.lots}>
        {left.map((lot) => (
          <li key={lot.id}>
            <strong>{now === null ? '\u00a0' : lotText(lot, now)}</strong>
            <span className={classes.muted}>{sourceText(lot.source)}, {creditsText(lot.granted)} at first</span>
          </li>
        ))}
      </ul>
      {left.length > 1 && <p className={classes.muted}>Credits that expire first are used first.</p>}
    </section>
  )
}
