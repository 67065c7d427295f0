'use client'

import Link from 'next/link'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useNow } from '@/ui/use-now.ts'
import { numberText } from './credits-text.ts'
import classes from './credits-view.module.css'
import { soonText } from './lot-text.ts'
import { Lots } from './lots.tsx'
import { Statement } from './statement.tsx'
import { Usage } from './usage.tsx'
import { useCredits } from './use-credits.ts'

/** What there is, when it ends, and every movement that led here. */
export function CreditsView() {
  const { data, error, refetch } = useCredits()
  const now = useNow(60_000)
  const soon = data === undefined || now === null ? null : soonText(data.lots, now)
  return (
    <>
      <PageHead title="Credits" />
      <div className={classes.page}>
        {data === undefined && (error === null
          ? <div className={classes.top}><Skeleton height={158} /><Skeleton height={158} /></div>
          : <Notice title="The balance could not be read" actions={<Button size="small" onClick={() => void refetch()}>Try again</Button>}><p>{toProblem(error).message}</p></Notice>)}
        {data !== undefined && (
          <div className={classes.top}>
            <section className={classes.panel} aria-labelledby="balance">
              <h2 id="balance">Balance</h2>
              <dl className={classes.sum}>
                <div>
                  <dt>Available</dt>
                  <dd>{numberText(data.available)}</dd>
                </div>
                <div>
                  <dt>Held</dt>
                  <dd>{data.held === 0 ? '0' : <Link href="/history?status=open" aria-label={`${numberText(data.held)} held, show what holds them`}>{numberText(data.held)}</Link>}</dd>
                </div>
              </dl>
              <p className={classes.muted}>{data.held === 0 ? 'Nothing is set aside right now.' : 'Held credits are set aside for what is running. What does not arrive comes back.'}</p>
              {soon !== null && <p className={classes.warning}>{soon}</p>}
              {data.lowBalance && <p className={classes.warning}>Your credits are running low.</p>}
            </section>
            <Lots lots={data.lots} />
          </div>
        )}
        <Usage />
        <Statement />
      </div>
    </>
  )
}
