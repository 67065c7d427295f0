'use client'

import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Choice } from '@/ui/choice.tsx'
import { Empty, Notice } from '@/ui/notice.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useNow } from '@/ui/use-now.ts'
import { useUrlFilter } from '@/ui/use-url-filter.ts'
import { useImageModels } from '../catalog/use-models.ts'
import { creditsText } from './credits-text.ts'
import panels from './credits-view.module.css'
import { DayColumns, ModelBars } from './usage-chart.tsx'
import { calendarDay, daysUntil, fillDays, ranges, type Range } from './usage-days.ts'
import { UsageTable } from './usage-table.tsx'
import classes from './usage.module.css'
import { useUsage, type UsageBy } from './use-usage.ts'

const DEFAULT_RANGE: Range = 30

/** What was taken lately, by day or by model, as a chart or as the same figures in a table. The choice lives in the address. */
export function Usage() {
  const { read, write } = useUrlFilter()
  const range = ranges.find((one) => String(one) === read('days')) ?? DEFAULT_RANGE
  const by: UsageBy = read('by') === 'model' ? 'model' : 'day'
  const table = read('usage') === 'table'
  return (
    <section className={panels.panel} aria-labelledby="usage">
      <div className={classes.head}>
        <h2 id="usage">Usage</h2>
        <div className={classes.choices}>
          <Choice legend="Time" value={String(range)} onChange={(value) => write('days', value === String(DEFAULT_RANGE) ? undefined : value)} options={ranges.map((one) => ({ value: String(one), label: `${one} days` }))} />
          <Choice legend="By" value={by} onChange={(value) => write('by', value === 'day' ? undefined : value)} options={[{ value: 'day', label: 'By day' }, { value: 'model', label: 'By model' }]} />
          <Choice legend="Shown as" value={table ? 'table' : 'chart'} onChange={(value) => write('usage', value === 'table' ? value : undefined)} options={[{ value: 'chart', label: 'Chart' }, { value: 'table', label: 'Table' }]} />
        </div>
      </div>
      <Figures range={range} by={by} table={table} />
    </section>
  )
}

function Figures({ range, by, table }: { range: Range; by: UsageBy; table: boolean }) {
  const now = useNow(60_000)
  const days = now === null ? null : daysUntil(now, range)
  const { data, error, refetch } = useUsage(by, days)
  const models = useImageModels().data
  if (days === null || (data === undefined && error === null)) return <Skeleton height={208} />
  if (data === undefined) return <Notice title="The usage could not be read" actions={<Button size="small" onClick={() => void refetch()}>Try again</Button>}><p>{toProblem(error).message}</p></Notice>
  if (data.items.length === 0) return <Empty title="Nothing was taken" heading="h3"><p>No credits were taken in these {range} days. What pictures cost will be shown here.</p></Empty>

  const nameOf = by === 'day' ? calendarDay : (key: string) => models?.find(({ id }) => id === key)?.name ?? key
  const filled = by === 'day' ? fillDays(days, data.items) : data.items
  return (
    <>
      <p className={panels.muted}><strong className={classes.total}>{creditsText(data.total.credits)}</strong> taken in {range} days</p>
      {table && <UsageTable what={by === 'day' ? 'Day (UTC)' : 'Model'} items={by === 'day' ? filled.toReversed() : filled} total={data.total} nameOf={nameOf} />}
      {!table && (by === 'day' ? <DayColumns days={filled} /> : <ModelBars items={filled} nameOf={nameOf} />)}
    </>
  )
}
