'use client'

import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { Time } from '@/ui/time.tsx'
import { useMe } from '../accounts/session.ts'
import classes from '../console/console.module.css'
import { mayAs } from '../console/role.ts'
import { Findings } from './findings.tsx'
import { ModelTable } from './model-table.tsx'
import { checkText } from './model-admin-text.ts'
import { isBeingAsked, useAdminModels, useAskProviders, type AdminModels } from './use-admin-models.ts'

/** Every model with its state, price and end, and what can be decided about it. */
export function ModelsView() {
  const me = useMe()
  const models = useAdminModels()
  const mayDecide = mayAs(me.data?.role, 'admin')
  return (
    <>
      <PageHead title="Models" />
      <div className={classes.page}>
        {models.isPending && <Skeleton height={320} />}
        {models.isError && <Notice title={models.data === undefined ? 'The catalogue could not be read' : 'This is not fresh any more'} actions={<Button size="small" onClick={() => void models.refetch()}>Try again</Button>}><p>{toProblem(models.error).message}</p></Notice>}
        {models.data !== undefined && (
          <>
            <LastCheck data={models.data} mayAsk={mayAs(me.data?.role, 'operator')} />
            <Findings items={models.data.items} may={mayDecide} />
            <section className={classes.panel} aria-label="Models">
              <h2>Models</h2>
              <ModelTable items={models.data.items} may={mayDecide} />
            </section>
          </>
        )}
      </div>
    </>
  )
}

function LastCheck({ data: { lastCheck }, mayAsk }: { data: AdminModels; mayAsk: boolean }) {
  const ask = useAskProviders()
  return (
    <div className={classes.tools}>
      <p className={classes.facts} role="status">
        <span>{checkText(lastCheck)}</span>
        {lastCheck?.finishedAt != null && <Time iso={lastCheck.finishedAt} focusable />}
      </p>
      {mayAsk && <Button variant="plain" size="small" className={classes.end} loading={ask.isPending || isBeingAsked(lastCheck)} onClick={() => ask.mutate()}>Ask the providers now</Button>}
      {ask.isError && <small role="alert" className={classes.warning}>{toProblem(ask.error).message}</small>}
    </div>
  )
}
