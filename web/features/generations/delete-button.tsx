'use client'

import { useRouter } from 'next/navigation'
import { lazy, Suspense, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Generation } from '@/api/model.ts'
import { Button } from '@/ui/button.tsx'
import { IconTrash } from '@/ui/icons.ts'

/** Needed by who deletes, and read when somebody does. */
export const DeleteDialog = lazy(() => import('./delete-dialog.tsx'))

/** Asks before it deletes, and leads away from what is not there any more. */
export function DeleteButton({ generation }: { generation: Generation }) {
  const router = useRouter()
  const [state, setState] = useState<'idle' | 'asking' | 'deleted'>('idle')
  const leave = () => {
    // At once, because an open dialog keeps the focus to itself. The page may have learnt before that there is nothing any more, and be without this button.
    flushSync(() => setState('deleted'))
    document.getElementById('content')?.focus()
    router.push('/history')
  }
  return (
    <>
      <Button variant="plain" icon={<IconTrash size={16} stroke={1.75} aria-hidden />} disabled={state === 'deleted'} onClick={() => setState('asking')}>Delete</Button>
      {state === 'asking' && <Suspense><DeleteDialog generation={generation} close={() => setState((now) => (now === 'asking' ? 'idle' : now))} onDeleted={leave} /></Suspense>}
    </>
  )
}
