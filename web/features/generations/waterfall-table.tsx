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
          {waterfall.bars.map((bar) => (
            <tr key={bar.key}>
              <th scope="row">{bar.label}</th>
              <td>{durationText(bar.startMs)}</td>
              <td>{durationText(bar.durationMs)}{bar.open && ' so far'}</td>
              <td>{shareText(bar.durationMs, waterfall.totalMs)}</td>
              <td>{bar.bytes === null ? '–' : bytesText(bar.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
