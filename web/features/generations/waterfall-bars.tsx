import type { CSSProperties } from 'react'
import { bytesText, durationText, shareText } from '@/ui/duration-text.ts'
import type { Waterfall } from './waterfall-layout.ts'
import classes from './waterfall.module.css'

/** Bars on one axis, drawn by grid tracks; beside each stand its figures, so nothing is told by length alone. */
export function WaterfallBars({ waterfall }: { waterfall: Waterfall }) {
  const { bars, totalMs, ticksMs, longest } = waterfall
  return (
    <ol className={classes.bars}>
      {bars.map((bar) => (
        <li key={bar.key} className={classes.row} data-longest={bar === longest} title={bar.text}>
          <span className={classes.label}>{bar.label}</span>
          <span className={classes.track} style={{ gridTemplateColumns: `${bar.before}fr minmax(2px, ${bar.width}fr) ${bar.after}fr` }} aria-hidden="true">
            <i data-name={bar.name} data-open={bar.open} />
          </span>
          <span className={classes.figures}>
            {durationText(bar.durationMs)}{bar.open && ' so far'}
            <small>{bar.bytes === null ? shareText(bar.durationMs, totalMs) : bytesText(bar.bytes)}</small>
          </span>
        </li>
      ))}
      <li className={classes.axis} aria-hidden="true">
        <span className={classes.ticks}>
          {ticksMs.map((tick) => <i key={tick} style={{ '--at': `${(tick / totalMs) * 100}%` } as CSSProperties}>{durationText(tick)}</i>)}
        </span>
      </li>
    </ol>
  )
}
