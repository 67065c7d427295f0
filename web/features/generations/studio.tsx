'use client'

import { useRef } from 'react'
import type { Generation } from '@/api/model.ts'
import { toProblem } from '@/api/problem.ts'
import { Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { useDraft } from './draft.ts'
import { PromptBar } from './prompt-bar.tsx'
import { useGenerations } from './queries.ts'
import { Recent } from './recent.tsx'
import { RunPanel } from './run-panel.tsx'
import { Samples } from './samples.tsx'
import classes from './studio.module.css'
import { useSubmit, type Order } from './submit.ts'
import { useRuns } from './use-runs.ts'

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
  const problem = submit.error === null ? null : toProblem(submit.error)

  const empty = recent.isSuccess && recent.data.length === 0 && ids.length === 0
  return (
    <>
      <PageHead title="Studio" />
      <div className={classes.studio}>
        <PromptBar draft={draft} change={change} order={order} sending={submit.isPending} />
        {problem !== null && (
          <Notice title={problem.status === 0 ? 'No answer from the server' : 'Not started'} reference={problem.requestId && `${problem.code} · ${problem.requestId}`}>
            <p>{problem.message} {problem.status === 0 ? 'Pressing Generate again cannot charge you twice.' : 'Nothing was charged.'}</p>
          </Notice>
        )}
        <div ref={top} className={classes.runs}>
          {ids.map((id) => <RunPanel key={id} id={id} again={order} />)}
        </div>
        {empty ? <Samples choose={(prompt) => change({ prompt })} /> : <Recent query={recent} except={ids} />}
      </div>
    </>
  )
}
