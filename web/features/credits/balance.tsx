'use client'

import Link from 'next/link'
import { numberText } from './credits-text.ts'
import classes from './balance.module.css'
import { useCredits } from './use-credits.ts'

/** What can be spent now, and what is set aside. Only ever what the server said. */
export function Balance() {
  const { data } = useCredits()
  if (data === undefined) return <span className={classes.balance} aria-hidden="true" />
  const held = data.held > 0 ? `${numberText(data.held)} held` : null
  return (
    <Link href="/credits" className={classes.balance} aria-label={`Balance: ${numberText(data.available)} credits ${held === null ? 'available' : `+ ${held}`}`}>
      <span><strong data-testid="available">{numberText(data.available)}</strong> <span className={classes.unit}>credits</span></span>
      {held !== null && <span className={classes.held}>+ {held}</span>}
    </Link>
  )
}
