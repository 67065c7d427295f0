'use client'

import { Empty } from '@/ui/notice.tsx'
import { VideoBar } from './video-bar.tsx'
import { useVideoDraft } from './video-draft.ts'
import { Workbench } from './workbench.tsx'

/** Videos: ask, watch, see what they cost. */
export function VideoStudio() {
  const [draft, change] = useVideoDraft()
  return (
    <Workbench
      title="Video"
      kind="video"
      bar={(order, sending, problem) => <VideoBar draft={draft} change={change} order={order} sending={sending} problem={problem} />}
      empty={<Empty title="No video made yet"><p>Describe a scene. A video is paid by the second, and takes some minutes; you may leave meanwhile.</p></Empty>}
    />
  )
}
