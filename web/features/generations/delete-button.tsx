'use client'

import { useRouter } from 'next/navigation'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Generation } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { IconTrash } from '@/ui/icons.ts'

/** Needed by who deletes, and read when somebody does. */
export const DeleteDialog = lazy(() => import('./delete-dialog.tsx'))

/** Asks before it deletes, and leads away from what is not there any more. */
export function DeleteButton({ generation }: { generation: Generation }) {
  const router = useRouter()
  const [state, setState] = useState<'idle' | 'asking' | 'deleted'>('idle')
  useEffect(() => {
    if (state !== 'deleted') return
    // The dialog is gone, which kept the focus to itself; this stays while the page changes.
    document.getElementById('content')?.focus()
    router.push('/history')
  }, [state, router])
  return (
    <>
      <Button variant="plain" icon={<IconTrash size={16} stroke={1.75} aria-hidden />} disabled={state === 'deleted'} onClick={() => setState('asking')}>Delete</Button>
      {state === 'asking' && <Suspense><DeleteDialog generation={generation} close={() => setState((now) => (now === 'asking' ? 'idle' : now))} onDeleted={() => setState('deleted')} /></Suspense>}
    </>
  )
}
