import { useId, useState } from 'react'
import type { DeadLetterGroup, Me } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { Time } from '@/ui/time.tsx'
import classes from '../console/console.module.css'
import { mayAs } from '../console/role.ts'
import { creditsText, numberText } from '../credits/credits-text.ts'
import { LetterTable } from './letter-table.tsx'
import { RetryAll } from './retry-all.tsx'
import { causeOf, type LetterState } from './use-dead-letters.ts'

interface GroupPanelProps {
  group: DeadLetterGroup
  state: LetterState
  role: Me['role']
  waive: boolean
  version: number
}

/** One cause: what it is, how much of it there is, and the letters when they are asked for. */
export function GroupPanel({ group, state, role, waive, version }: GroupPanelProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const retriable = state === 'open' && group.provider !== null && mayAs(role, 'operator')
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id}><code>{group.code}</code></h2>
        <span>{group.reason}</span>
      </div>
      <p className={classes.facts}>
        <span><strong>{numberText(group.count)}</strong> {group.count === 1 ? 'letter' : 'letters'}</span>
        <span><strong>{creditsText(group.credits)}</strong> for another try</span>
        <span>{group.accounts === 1 ? '1 account' : `${numberText(group.accounts)} accounts`}</span>
        <span>{[group.model, group.provider, group.queue].filter((name) => name !== null).join(' · ')}</span>
        <span>first <Time iso={group.firstAt} focusable />, last <Time iso={group.lastAt} focusable /></span>
      </p>
      {retriable && <RetryAll filter={causeOf(group)} waive={waive} version={version} label="Retry these" />}
      <div className={classes.actions}>
        <Button variant="plain" size="small" aria-expanded={open} aria-controls={`${id}-letters`} onClick={() => setOpen(!open)}>{open ? 'Hide the letters' : 'Show the letters'}</Button>
      </div>
      <div id={`${id}-letters`} hidden={!open}>{open && <LetterTable filter={{ ...causeOf(group), state }} role={role} waive={waive} />}</div>
    </section>
  )
}
