'use client'

import type { Generation } from '@/api/model.ts'
import { durationText } from '@/ui/duration-text.ts'
import { useNow } from '@/ui/use-now.ts'
import { elapsedMs, isEnded } from './progress.ts'
import classes from './run-panel.module.css'

/** How long it takes or took, and what is usual. Ticks in silence: nobody wants each second read aloud. */
export function Elapsed({ generation, usualMs = null }: { generation: Generation; usualMs?: number | null }) {
  const running = !isEnded(generation.status)
  const now = useNow(1000, running)
  if (now === null) return null
  const ms = elapsedMs(generation, now)
  if (!running) return <span>{durationText(ms)}</span>
  const seconds = Math.floor(ms / 1000)
  return (
    <span aria-hidden>
      {seconds === 0 ? '0 s' : durationText(seconds * 1000)}
      {usualMs !== null && <span className={classes.usual}>{usualText(ms, usualMs)}</span>}
    </span>
  )
}

function usualText(ms: number, usualMs: number): string {
  return ms > usualMs * 2 ? ' · longer than usual' : ` · usually ${durationText(Math.max(1, Math.round(usualMs / 1000)) * 1000)}`
}
