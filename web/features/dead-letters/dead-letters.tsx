'use client'

import { useState } from 'react'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Empty, Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Select } from '@/ui/select.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { Toggle } from '@/ui/toggle.tsx'
import { useUrlFilter } from '@/ui/use-url-filter.ts'
import { useMe } from '../accounts/session.ts'
import classes from '../console/console.module.css'
import { mayAs } from '../console/role.ts'
import { Batches } from './batches.tsx'
import { GroupPanel } from './group-panel.tsx'
import { lettersText } from './letter-text.ts'
import { PurgeDialog } from './purge-dialog.tsx'
import { RetryAll } from './retry-all.tsx'
import { useGroups, type LetterState } from './use-dead-letters.ts'

const states = [
  { value: 'open', label: 'Open' },
  { value: 'retried', label: 'Tried again' },
  { value: 'discarded', label: 'Discarded' },
] as const

/** What failed for good, by cause, and everything that can be done about it. What it would do stands on each button before it is pressed. */
export function DeadLetters() {
  const { read, write } = useUrlFilter()
  const me = useMe()
  const [waive, setWaive] = useState(false)
  const [purging, setPurging] = useState(false)
  const state = states.find(({ value }) => value === read('state'))?.value ?? 'open'
  const model = read('model')
  const filter = { state, ...(model === undefined ? {} : { model }) }
  const groups = useGroups(filter)
  const count = groups.data?.reduce((sum, group) => sum + group.count, 0) ?? 0
  const mayRetry = state === 'open' && mayAs(me.data?.role, 'operator')
  const models = [...new Set([...(groups.data ?? []).flatMap((group) => group.model ?? []), ...(model === undefined ? [] : [model])])]
  return (
    <>
      <PageHead title="Dead letters" />
      <div className={classes.page}>
        <div className={classes.tools}>
          <Select label="Which" labelHidden options={states} value={state} onChange={(value) => write('state', value === 'open' ? undefined : value)} />
          <Select label="Model" labelHidden options={[{ value: '', label: 'All models' }, ...models.map((value) => ({ value, label: value }))]} value={model ?? ''} onChange={(value) => write('model', value)} />
          {mayRetry && count > 0 && <Toggle label="At no cost to the accounts" checked={waive} onChange={setWaive} />}
          {mayAs(me.data?.role, 'admin') && count > 0 && <Button variant="plain" onClick={() => setPurging(true)}>Delete these…</Button>}
        </div>
        <Batches mayStop={mayAs(me.data?.role, 'operator')} />
        {mayRetry && count > 0 && <RetryAll filter={model === undefined ? {} : { model }} waive={waive} version={groups.dataUpdatedAt} label="Retry all" primary />}
        {groups.isPending && <Skeleton height={240} />}
        {groups.isError && groups.data === undefined && <Notice title="The dead letters could not be read" actions={<Button size="small" onClick={() => void groups.refetch()}>Try again</Button>}><p>{toProblem(groups.error).message}</p></Notice>}
        {groups.data?.length === 0 && <Nothing state={state} />}
        {groups.data !== undefined && groups.data.length > 0 && <p className={classes.facts} role="status">{lettersText(count)} of {groups.data.length === 1 ? '1 cause' : `${groups.data.length} causes`}</p>}
        {groups.data?.map((group) => (
          <GroupPanel key={[group.code, group.queue, group.model, group.provider].join(' ')} group={group} state={state} role={me.data?.role ?? 'viewer'} waive={waive} version={groups.dataUpdatedAt} />
        ))}
      </div>
      {purging && <PurgeDialog filter={filter} count={count} close={() => setPurging(false)} />}
    </>
  )
}

function Nothing({ state }: { state: LetterState }) {
  if (state !== 'open') return <Empty title="Nothing here"><p>No dead letter is in this state.</p></Empty>
  return <Empty title="Nothing failed for good"><p>What cannot be made after all tries will be kept here until somebody has dealt with it. Its credits have gone back by then.</p></Empty>
}
