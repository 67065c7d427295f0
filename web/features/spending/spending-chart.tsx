import { useState, type CSSProperties, type PointerEvent } from 'react'
import type { SpendingLine } from '@/api/model.ts'
import { axisTop, calendarDay, namedDays } from '../credits/usage-days.ts'
import classes from '../credits/usage.module.css'
import { dollarsText } from './money-text.ts'
import { shownCost } from './spending-lines.ts'

/** What each day cost. What is pointed at is told in words; the table beside it is for whoever does not point. */
export function CostColumns({ days }: { days: SpendingLine[] }) {
  const [pointed, setPointed] = useState<SpendingLine | undefined>()
  const largest = days.reduce((best, day) => (shownCost(day) > shownCost(best) ? day : best))
  const top = axisTop(shownCost(largest))
  const named = namedDays(days.map(({ key }) => key))
  const point = ({ target }: PointerEvent) => setPointed(days.find(({ key }) => key === (target as HTMLElement).dataset.day))
  return (
    <div>
      <p className={classes.readout} aria-hidden="true">{pointed === undefined ? `Most on ${dayWords(largest)}` : dayWords(pointed)}</p>
      <div className={classes.plot} role="img" aria-label={`Cost by day. Most on ${dayWords(largest)}.`}>
        <span className={classes.scale}>{dollarsText(top)}</span>
        <span className={classes.scale} data-half>{dollarsText(top / 2)}</span>
        <div className={classes.columns} onPointerOver={point} onPointerLeave={() => setPointed(undefined)}>
          {days.map((day) => (
            <span key={day.key} data-day={day.key} data-pointed={day.key === pointed?.key}>
              <i style={{ height: `${(shownCost(day) / top) * 100}%` }} data-empty={shownCost(day) === 0} />
              {named.has(day.key) && <small>{calendarDay(day.key)}</small>}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}

function dayWords(day: SpendingLine): string {
  return `${calendarDay(day.key)}: ${dollarsText(shownCost(day))}, margin ${dollarsText(day.nominalMarginMicroUsd)}`
}

/** A bar for each line, the most expensive first. */
export function CostBars({ items }: { items: SpendingLine[] }) {
  const most = Math.max(1, ...items.map(shownCost))
  return (
    <ul className={classes.bars}>
      {items.map((item) => (
        <li key={item.key}>
          <span>{item.key}</span>
          <span className={classes.track} aria-hidden="true"><i style={{ '--share': `${(shownCost(item) / most) * 100}%` } as CSSProperties} /></span>
          <span className={classes.figures}>{dollarsText(shownCost(item))} <small>margin {dollarsText(item.nominalMarginMicroUsd)}</small></span>
        </li>
      ))}
    </ul>
  )
}
