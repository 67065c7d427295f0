'use client'

import { lazy, Suspense, useEffect, useRef } from 'react'
import type { Generation } from '@/api/model.ts'
import { toProblem, type Problem } from '@/api/problem.ts'
import { Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useDraft } from './draft.ts'
import { PromptBar } from './prompt-bar.tsx'
import { useGenerations } from './queries.ts'
import classes from './studio.module.css'
import { useSubmit, type Order } from './submit.ts'
import { useRuns } from './use-runs.ts'

/** The prompt bar need not wait for what shows its results: that comes right behind it, before anybody can have pressed. */
const loadRunPanel = () => import('./run-panel.tsx')
/** The same for what stands below it, which waits for an answer of the server anyway. */
const Recent = lazy(async () => ({ default: (await import('./recent.tsx')).Recent }))
const Samples = lazy(async () => ({ default: (await import('./samples.tsx')).Samples }))
const RunPanel = lazy(async () => ({ default: (await loadRunPanel()).RunPanel }))

/** Ask, watch, see what it cost. What runs is shown large; what ran before is shown below. */
export function Studio() {
  const [draft, change] = useDraft()
  const recent = useGenerations({ kind: 'image' }, 12)
  const { ids, add } = useRuns(recent.data)
  const top = useRef<HTMLDivElement>(null)
  const submit = useSubmit((generation: Generation) => {
    add(generation.id)
    top.current?.scrollIntoView({ block: 'nearest' })
  })
  const order = (next: Order) => submit.mutate(next)
  useEffect(() => void loadRunPanel().catch(() => undefined), [])
  const problem = submit.error === null ? null : toProblem(submit.error)

  const empty = recent.isSuccess && recent.data.length === 0 && ids.length === 0
  return (
    <>
      <PageHead title="Studio" />
      <div className={classes.studio}>
        <PromptBar draft={draft} change={change} order={order} sending={submit.isPending} />
        {problem !== null && (
          <Notice title={titleOf(problem)} reference={problem.requestId && `${problem.code} · ${problem.requestId}`}>
            <p>{problem.message} {problem.status === 0 ? 'Pressing Generate again cannot charge you twice.' : 'Nothing was charged.'}</p>
          </Notice>
        )}
        <div ref={top} className={classes.runs}>
          {ids.map((id) => <Suspense key={id} fallback={<Skeleton height={320} />}><RunPanel id={id} again={order} /></Suspense>)}
        </div>
        <Suspense>{empty ? <Samples choose={(prompt) => change({ prompt })} /> : <Recent query={recent} except={ids} />}</Suspense>
      </div>
    </>
  )
}

function titleOf({ status, code }: Problem): string {
  if (code === 'price.changed') return 'The price has changed'
  return status === 0 ? 'No answer from the server' : 'Not started'
}
