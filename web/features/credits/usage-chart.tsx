'use client'

import { useState, type CSSProperties, type PointerEvent } from 'react'
import type { UsageItem } from '@/api/model.ts'
import { shareText } from '@/ui/duration-text.ts'
import { creditsText, numberText } from './credits-text.ts'
import { axisTop, calendarDay, namedDays } from './usage-days.ts'
import classes from './usage.module.css'

/** A column for each day. What is pointed at is told in words; the table beside it is for whoever does not point. */
export function DayColumns({ days }: { days: UsageItem[] }) {
  const [pointed, setPointed] = useState<UsageItem | undefined>()
  const largest = days.reduce((best, day) => (day.credits > best.credits ? day : best))
  const top = axisTop(largest.credits)
  const named = namedDays(days.map(({ key }) => key))
  const point = ({ target }: PointerEvent) => setPointed(days.find(({ key }) => key === (target as HTMLElement).dataset.day))
  return (
    <div>
      <p className={classes.readout} aria-hidden="true">{pointed === undefined ? `Most on ${dayWords(largest)}` : dayWords(pointed)}</p>
      <div className={classes.plot} role="img" aria-label={`Credits taken by day. Most on ${dayWords(largest)}.`}>
        <span className={classes.scale}>{numberText(top)}</span>
        <span className={classes.scale} data-half>{numberText(top / 2)}</span>
        <div className={classes.columns} onPointerOver={point} onPointerLeave={() => setPointed(undefined)}>
          {days.map((day) => (
            <span key={day.key} data-day={day.key} data-pointed={day.key === pointed?.key}>
              <i style={{ height: `${(day.credits / top) * 100}%` }} data-empty={day.credits === 0} />
              {named.has(day.key) && <small>{calendarDay(day.key)}</small>}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}

function dayWords({ key, credits, generations }: UsageItem): string {
  return `${calendarDay(key)}: ${creditsText(credits)}${generations === 0 ? '' : `, ${generations === 1 ? '1 generation' : `${numberText(generations)} generations`}`}`
}

/** A bar for each model, the most used first, with its figures beside it. */
export function ModelBars({ items, nameOf }: { items: UsageItem[]; nameOf: (key: string) => string }) {
  const sorted = items.toSorted((a, b) => b.credits - a.credits)
  const sum = items.reduce((total, { credits }) => total + credits, 0)
  return (
    <ul className={classes.bars}>
      {sorted.map((item) => (
        <li key={item.key}>
          <span>{nameOf(item.key)}</span>
          <span className={classes.track} aria-hidden="true"><i style={{ '--share': `${(item.credits / (sorted[0]?.credits || 1)) * 100}%` } as CSSProperties} /></span>
          <span className={classes.figures}>{creditsText(item.credits)} <small>{shareText(item.credits, sum)}</small></span>
        </li>
      ))}
    </ul>
  )
}
