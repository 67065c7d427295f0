'use client'

import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { GenerationStatus } from '@/api/model.ts'
import { isEnded } from '../generations/is-ended.ts'
import { openLiveStream } from './live-stream.ts'

const POLL_MS = 5_000
const LISTS_MS = 400

/**
 * Keeps every query of the tab true. A hint names a generation that changed; the app then reads it again, so
 * that live and later views cannot differ. Returns true while the stream has been down for long enough to say so.
 */
export function useLiveUpdates(): boolean {
  const queries = useQueryClient()
  const [down, setDown] = useState(false)

  useEffect(() => {
    const lists = refreshListsSoon(queries)
    const stop = openLiveStream({
      ready: () => void queries.invalidateQueries({ predicate: ({ queryKey }) => isLive(queryKey[0]) }),
      hint: ({ id, status }) => {
        void queries.invalidateQueries({ queryKey: ['generation', id] })
        if (isEnded(status)) void queries.invalidateQueries({ queryKey: ['credits'] })
        lists()
      },
      down: setDown,
    })
    return stop
  }, [queries])

  useEffect(() => {
    if (!down) return
    const timer = setInterval(() => void queries.refetchQueries({ type: 'active', predicate: ({ queryKey }) => isLive(queryKey[0]) }), POLL_MS)
    return () => clearInterval(timer)
  }, [down, queries])

  return down
}

export interface Hint {
  id: string
  status: GenerationStatus
}

const live = new Set<unknown>(['generation', 'generations', 'credits', 'transactions', 'usage'])
const isLive = (name: unknown): boolean => live.has(name)

/** Lists change with every picture; a burst of hints costs one read. */
function refreshListsSoon(queries: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    if (timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      for (const key of ['generations', 'transactions', 'credits', 'usage']) void queries.invalidateQueries({ queryKey: [key] })
    }, LISTS_MS)
  }
}
