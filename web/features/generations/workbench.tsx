'use client'

import { lazy, Suspense, useEffect, useMemo, useRef, type ReactNode } from 'react'
import type { Generation } from '@/api/model.ts'
import { toProblem, type Problem } from '@/api/problem.ts'
import { Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useGenerations } from './queries.ts'
import classes from './studio.module.css'
import { isSamePress, useSubmit, type Order } from './submit.ts'
import { useRuns } from './use-runs.ts'

/** The prompt bar need not wait for what shows its results: that comes right behind it, before anybody can have pressed. */
const loadRunPanel = () => import('./run-panel.tsx')
const loadRecent = () => import('./recent.tsx')
const RunPanel = lazy(async () => ({ default: (await loadRunPanel()).RunPanel }))
const Recent = lazy(async () => ({ default: (await loadRecent()).Recent }))

interface WorkbenchProps {
  title: string
  kind: Generation['kind']
  bar: (order: (order: Order) => void, sending: boolean, problem: Problem | null) => ReactNode
  /** What an account is shown that has made nothing of the kind yet. */
  empty: ReactNode
}

/** A studio of one kind. What runs is shown large; what ran before is shown below. */
export function Workbench({ title, kind, bar, empty: welcome }: WorkbenchProps) {
  const recent = useGenerations({ kind }, 12)
  const { ids, add } = useRuns(kind, recent.data)
  const top = useRef<HTMLDivElement>(null)
  const submit = useSubmit((generation: Generation) => {
    add(generation.id)
    top.current?.scrollIntoView({ block: 'nearest' })
  })
  const order = (next: Order) => {
    if (!isSamePress(next)) submit.mutate(next)
  }
  useEffect(() => void Promise.all([loadRecent(), loadRunPanel()]).catch(() => undefined), [])
  const problem = useMemo(() => (submit.error === null ? null : toProblem(submit.error)), [submit.error])

  const empty = recent.isSuccess && recent.data.length === 0 && ids.length === 0
  return (
    <>
      <PageHead title={title} />
      <div className={classes.studio}>
        {bar(order, submit.isPending, problem)}
        {problem !== null && (
          <Notice title={titleOf(problem)} reference={problem.requestId && `${problem.code} · ${problem.requestId}`}>
            <p>{problem.message} {isUnsure(problem) ? 'Pressing Generate again cannot charge you twice.' : 'Nothing was charged.'}</p>
          </Notice>
        )}
        <div ref={top} className={classes.runs}>
          {ids.map((id) => <Suspense key={id} fallback={<Skeleton height={320} />}><RunPanel id={id} again={order} /></Suspense>)}
        </div>
        {empty ? welcome : <Suspense fallback={<Skeleton height={280} />}><Recent query={recent} except={ids} /></Suspense>}
      </div>
    </>
  )
}

/** No answer, or one that breaks off what was begun: the order may have been taken. A repetition of it goes out under the same key. */
const isUnsure = ({ status }: Problem): boolean => status === 0 || status >= 500

function titleOf(problem: Problem): string {
  if (problem.code === 'price.changed') return 'The price has changed'
  if (problem.status === 0) return 'No answer from the server'
  return isUnsure(problem) ? 'Perhaps not started' : 'Not started'
}
