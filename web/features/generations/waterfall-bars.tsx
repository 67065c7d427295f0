import type { CSSProperties } from 'react'
import { bytesText, durationText, shareText } from '@/ui/duration-text.ts'
import { tracksOf, type Row, type Waterfall } from './waterfall-layout.ts'
import classes from './waterfall.module.css'

/** Bars on one axis, drawn by grid tracks; beside each stand its figures, so nothing is told by length alone. */
export function WaterfallBars({ waterfall }: { waterfall: Waterfall }) {
  const { rows, totalMs, ticksMs, longest } = waterfall
  return (
    <ol className={classes.bars}>
      {rows.map((row) => (
        <li key={row.key} className={classes.row} data-longest={row === longest} title={row.text}>
          <span className={classes.label}>{row.label}</span>
          <Track row={row} totalMs={totalMs} />
          <span className={classes.figures}>
            {durationText(row.durationMs)}{row.open && ' so far'}
            <small>{row.bytes === null ? shareText(row.durationMs, totalMs) : bytesText(row.bytes)}</small>
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

/** Even tracks are gaps, odd ones pieces; a piece is never too thin to see. */
function Track({ row, totalMs }: { row: Row; totalMs: number }) {
  const columns = tracksOf(row, totalMs).map((share, index) => (index % 2 === 0 ? `minmax(0, ${share}fr)` : `minmax(2px, ${share}fr)`)).join(' ')
  return (
    <span className={classes.track} style={{ gridTemplateColumns: columns }} aria-hidden="true">
      {row.pieces.map((piece, index) => <i key={piece.startMs} style={{ gridColumn: index * 2 + 2 }} data-name={row.name} data-open={row.open} />)}
    </span>
  )
}
