import { bytesText, durationText, shareText } from '@/ui/duration-text.ts'
import type { Waterfall } from './waterfall-layout.ts'
import classes from './waterfall.module.css'

/** The same figures to read, copy or listen to. */
export function WaterfallTable({ waterfall }: { waterfall: Waterfall }) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label="Timing table">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">From</th>
            <th scope="col">Duration</th>
            <th scope="col">Share</th>
            <th scope="col">Bytes</th>
          </tr>
        </thead>
        <tbody>
          {waterfall.rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.label}</th>
              <td>{durationText(row.startMs)}</td>
              <td>{durationText(row.durationMs)}{row.open && ' so far'}</td>
              <td>{shareText(row.durationMs, waterfall.totalMs)}</td>
              <td>{row.bytes === null ? '–' : bytesText(row.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
