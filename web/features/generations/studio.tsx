'use client'

import { lazy, Suspense } from 'react'
import { useDraft } from './draft.ts'
import { PromptBar } from './prompt-bar.tsx'
import { Workbench } from './workbench.tsx'

const Samples = lazy(async () => ({ default: (await import('./samples.tsx')).Samples }))

/** Pictures: ask, watch, see what they cost. */
export function Studio() {
  const [draft, change] = useDraft()
  return (
    <Workbench
      title="Studio"
      kind="image"
      bar={(order, sending, problem) => <PromptBar draft={draft} change={change} order={order} sending={sending} problem={problem} />}
      empty={<Suspense><Samples choose={(prompt) => change({ prompt })} /></Suspense>}
    />
  )
}
