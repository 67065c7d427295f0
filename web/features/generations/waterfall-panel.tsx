'use client'

import { useState } from 'react'
import type { Generation } from '@/api/model.ts'
import { Choice } from '@/ui/choice.tsx'
import { durationText } from '@/ui/duration-text.ts'
import { isEnded } from './progress.ts'
import { explainLongest, layOutWaterfall } from './waterfall-layout.ts'
import { WaterfallBars } from './waterfall-bars.tsx'
import { WaterfallTable } from './waterfall-table.tsx'
import classes from './waterfall.module.css'

/** Where the time went, as bars or as a table of the same figures. */
export function WaterfallPanel({ generation }: { generation: Generation }) {
  const [view, setView] = useState('bars')
  const running = !isEnded(generation.status)
  const waterfall = layOutWaterfall(generation.timing?.spans ?? [], generation.timing?.totalMs ?? 0, running, generation.kind === 'video' ? () => 'the video' : undefined)
  const sentence = explainLongest(waterfall)
  return (
    <section className={classes.panel} aria-labelledby="timing">
      <div className={classes.head}>
        <div>
          <h2 id="timing">Timing</h2>
          <p>{waterfall.rows.length === 0 ? 'The first figures come with the first step.' : running ? `${durationText(waterfall.totalMs)} so far.` : `${durationText(waterfall.totalMs)} in all. ${sentence ?? ''}`}</p>
        </div>
        <Choice legend="Shown as" value={view} onChange={setView} options={[{ value: 'bars', label: 'Bars' }, { value: 'table', label: 'Table' }]} />
      </div>
      {waterfall.rows.length > 0 && (view === 'bars' ? <WaterfallBars waterfall={waterfall} /> : <WaterfallTable waterfall={waterfall} />)}
    </section>
  )
}
