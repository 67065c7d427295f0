'use client'

import { useState } from 'react'
import type { Spending } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Choice } from '@/ui/choice.tsx'
import { IconDownload } from '@/ui/icons.ts'
import { Empty, Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useNow } from '@/ui/use-now.ts'
import { useUrlFilter } from '@/ui/use-url-filter.ts'
import classes from '../console/console.module.css'
import { creditsText, numberText } from '../credits/credits-text.ts'
import { calendarDay, daysUntil, ranges, type Range } from '../credits/usage-days.ts'
import usage from '../credits/usage.module.css'
import { dollarsText } from './money-text.ts'
import { CostBars, CostColumns } from './spending-chart.tsx'
import { fillSpendingDays, shownCost } from './spending-lines.ts'
import { SpendingTable, WasteTable } from './spending-table.tsx'
import { downloadSpending, groups, type SpendingGroup, useSpending } from './use-spending.ts'

const DEFAULT_RANGE: Range = 30
const labels: Record<SpendingGroup, string> = { day: 'By day', provider: 'By provider', model: 'By model', account: 'By account' }
const heads: Record<SpendingGroup, string> = { day: 'Day (UTC)', provider: 'Provider', model: 'Model', account: 'Account' }

/** What calls to providers cost, what was earned with them and what was wasted. The choice lives in the address. */
export function SpendingView() {
  const { read, write } = useUrlFilter()
  const range = ranges.find((one) => String(one) === read('days')) ?? DEFAULT_RANGE
  const groupBy = groups.find((one) => one === read('by')) ?? 'day'
  const table = read('as') === 'table'
  const now = useNow(60_000)
  const days = now === null ? null : daysUntil(now, range)
  return (
    <>
      <PageHead title="Provider usage" />
      <div className={classes.page}>
        <section className={classes.panel} aria-labelledby="spending">
          <div className={usage.head}>
            <h2 id="spending">Cost and margin</h2>
            <div className={usage.choices}>
              <Choice legend="Time" value={String(range)} onChange={(value) => write('days', value === String(DEFAULT_RANGE) ? undefined : value)} options={ranges.map((one) => ({ value: String(one), label: `${one} days` }))} />
              <Choice legend="By" value={groupBy} onChange={(value) => write('by', value === 'day' ? undefined : value)} options={groups.map((value) => ({ value, label: labels[value] }))} />
              <Choice legend="Shown as" value={table ? 'table' : 'chart'} onChange={(value) => write('as', value === 'table' ? value : undefined)} options={[{ value: 'chart', label: 'Chart' }, { value: 'table', label: 'Table' }]} />
              {days !== null && <Download groupBy={groupBy} days={days} />}
            </div>
          </div>
          <Figures range={range} groupBy={groupBy} table={table} days={days} />
        </section>
      </div>
    </>
  )
}

function Download({ groupBy, days }: { groupBy: SpendingGroup; days: string[] }) {
  const [failed, setFailed] = useState<string | null>(null)
  const download = () => {
    setFailed(null)
    downloadSpending(groupBy, days).catch((error: unknown) => setFailed(toProblem(error).message))
  }
  return (
    <>
      <Button variant="plain" icon={<IconDownload size={16} aria-hidden />} onClick={download}>CSV</Button>
      {failed !== null && <small role="alert" className={classes.warning}>{failed}</small>}
    </>
  )
}

function Figures({ range, groupBy, table, days }: { range: Range; groupBy: SpendingGroup; table: boolean; days: string[] | null }) {
  const { data, error, refetch } = useSpending(groupBy, days)
  if (days === null || (data === undefined && error === null)) return <Skeleton height={208} />
  if (data === undefined) return <Notice title="The figures could not be read" actions={<Button size="small" onClick={() => void refetch()}>Try again</Button>}><p>{toProblem(error).message}</p></Notice>
  if (data.total.calls === 0) return <Empty title="Nothing was called" heading="h3"><p>No call to a provider ended in these {range} days. What calls cost will be shown here.</p></Empty>
  const items = groupBy === 'day' ? fillSpendingDays(days, data.items) : data.items
  return (
    <>
      <Sums data={data} range={range} />
      {table && <SpendingTable what={heads[groupBy]} items={groupBy === 'day' ? items.toReversed() : items} total={data.total} nameOf={groupBy === 'day' ? calendarDay : (key) => key} />}
      {!table && (groupBy === 'day' ? <CostColumns days={items} /> : <CostBars items={items} />)}
      {data.waste.length > 0 && <><h3>Paid for nothing</h3><WasteTable waste={data.waste} /></>}
    </>
  )
}

function Sums({ data: { total, creditValueMicroUsd }, range }: { data: Spending; range: Range }) {
  return (
    <>
      <p className={classes.facts}>
        <span><strong>{dollarsText(shownCost(total))}</strong> cost</span>
        <span><strong>{dollarsText(total.revenueMicroUsd)}</strong> earned with {creditsText(total.creditsCaptured)} at {dollarsText(creditValueMicroUsd)} each</span>
        <span><strong>{dollarsText(total.nominalMarginMicroUsd)}</strong> margin</span>
        <span><strong>{dollarsText(total.wasteMicroUsd + total.nominalWasteMicroUsd)}</strong> of the cost for nothing, in {range} days</span>
      </p>
      {total.simulatedCalls > 0 && <p className={classes.facts}>{numberText(total.simulatedCalls)} of {numberText(total.calls)} calls were answered by the simulator and cost nothing. They are shown at the list price of the model: {dollarsText(total.nominalCostMicroUsd)} of the cost.</p>}
      {total.unpricedCalls > 0 && <p className={`${classes.facts} ${classes.warning}`}>Of {numberText(total.unpricedCalls)} calls no price is known; they count as free.</p>}
    </>
  )
}
