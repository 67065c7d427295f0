'use client'

import { PageHead } from '@/ui/page-head.tsx'
import { useMe } from '../accounts/session.ts'
import classes from '../console/console.module.css'
import { Part } from '../console/part.tsx'
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
