'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { toProblem } from '@/api/problem.ts'
import { Button } from '@/ui/button.tsx'
import { Notice } from '@/ui/notice.tsx'
import { PageHead } from '@/ui/page-head.tsx'
import { Skeleton } from '@/ui/skeleton.tsx'
import { useMe } from '../accounts/session.ts'
import classes from '../console/console.module.css'
import { mayAs } from '../console/role.ts'
import { ProviderTable } from './provider-table.tsx'
import { QueueTable } from './queue-table.tsx'
import { useProviders, useQueues, useWorkers } from './use-queues.ts'
import { WorkerTable } from './worker-table.tsx'

/** What waits, who works on it, and whom they call: looked at every two seconds. */
export function QueuesView() {
  const me = useMe()
  const may = mayAs(me.data?.role, 'operator')
  const [queues, workers, providers] = [useQueues(), useWorkers(), useProviders()]
  return (
    <>
      <PageHead title="Queues" />
      <div className={classes.page}>
        <Part title="Queues" read={queues}>{(items) => <QueueTable items={items} may={may} />}</Part>
        <Part title="Workers" read={workers} empty="No worker process is running. What is asked for waits.">{(items) => <WorkerTable items={items} may={may} />}</Part>
        <Part title="Providers" read={providers} empty="No worker has called a provider yet.">{(items) => <ProviderTable items={items} may={may} />}</Part>
      </div>
    </>
  )
}

function Part<Item>({ title, read, empty, children }: { title: string; read: UseQueryResult<Item[]>; empty?: string; children: (items: Item[]) => ReactNode }) {
  return (
    <section className={classes.panel} aria-label={title}>
      <h2>{title}</h2>
      {read.isPending && <Skeleton height={120} />}
      {read.isError && <Notice title={read.data === undefined ? 'This could not be read' : 'This is not fresh any more'} actions={<Button size="small" onClick={() => void read.refetch()}>Try again</Button>}><p>{toProblem(read.error).message}</p></Notice>}
      {read.data !== undefined && (read.data.length === 0 && empty !== undefined ? <p className={classes.facts}>{empty}</p> : children(read.data))}
    </section>
  )
}
