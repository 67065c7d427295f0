'use client'

import { useDraft } from './draft.ts'
import { PromptBar } from './prompt-bar.tsx'
import { Samples } from './samples.tsx'
import { Workbench } from './workbench.tsx'

/** Pictures: ask, watch, see what they cost. */
export function Studio() {
  const [draft, change] = useDraft()
  return (
    <Workbench
      title="Studio"
      kind="image"
      bar={(order, sending) => <PromptBar draft={draft} change={change} order={order} sending={sending} />}
      empty={<Samples choose={(prompt) => change({ prompt })} />}
    />
  )
}
