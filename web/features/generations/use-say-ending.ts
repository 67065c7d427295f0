import { useEffect, useRef } from 'react'
import type { Generation } from '@/api/model.ts'
import { announce } from '@/ui/announcer.tsx'
import { isEnded, outcomeText } from './progress.ts'

/** Says the ending of a generation once, and only to whoever watched it run. */
export function useSayEnding(generation: Generation | undefined): void {
  const watched = useRef(false)
  useEffect(() => {
    if (generation === undefined) return
    if (!isEnded(generation.status)) watched.current = true
    else if (watched.current) {
      watched.current = false
      announce(outcomeText(generation))
    }
  }, [generation])
}
