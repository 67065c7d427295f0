'use client'

import { PageHead } from '@/ui/page-head.tsx'
import { useMe } from '../accounts/session.ts'
import classes from '../console/console.module.css'
import { Part } from '../console/part.tsx'
import { mayAs } from '../console/role.ts'
import { useProviders } from '../queues/use-queues.ts'
import { HealthTable } from './health-table.tsx'
import { ModelHealthTable } from './model-health-table.tsx'

/** Whom the workers call: how that goes, and what is decided about it. Looked at every two seconds. */
export function ProvidersView() {
  const me = useMe()
  const may = mayAs(me.data?.role, 'operator')
  const providers = useProviders()
  return (
    <>
      <PageHead title="Providers" />
      <div className={classes.page}>
        <Part title="Providers" read={providers} empty="No worker has called a provider yet.">{(items) => <HealthTable items={items} may={may} />}</Part>
        <Part title="Models" read={providers} empty="No worker has called a provider yet.">{(items) => <ModelHealthTable items={items} />}</Part>
      </div>
    </>
  )
}
