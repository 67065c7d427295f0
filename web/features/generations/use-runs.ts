'use client'

import { useCallback, useEffect, useState } from 'react'
import type { Generation } from '@/api/model.ts'
import { isEnded } from './is-ended.ts'

type Kind = Generation['kind']
const keyOf = (kind: Kind): string => (kind === 'image' ? 'cooly.runs' : `cooly.runs.${kind}`)
/** How many runs stay large in the studio; older ones are in the list below and in history. */
const RUNS_MAX = 6

/** The runs shown large: those started in this tab, and any that still run wherever they were started. Newest first. */
export function useRuns(kind: Kind, recent: Generation[] | undefined): { ids: string[]; add: (id: string) => void } {
  const [own, setOwn] = useState<string[]>([])
  useEffect(() => setOwn(read(kind)), [kind])

  const add = useCallback((id: string) => {
    setOwn((now) => {
      const next = [id, ...now.filter((one) => one !== id)].slice(0, RUNS_MAX)
      write(kind, next)
      return next
    })
  }, [kind])

  // A run seen running keeps its place when it ends, so that nothing jumps away under the eyes.
  const running = (recent ?? []).filter((one) => !isEnded(one.status)).map((one) => one.id)
  const missing = running.filter((id) => !own.includes(id)).join(' ')
  useEffect(() => {
    for (const id of missing.split(' ').filter(Boolean).reverse()) add(id)
  }, [missing, add])

  return { ids: own, add }
}

/** The runs belong to who was signed in. */
export function forgetRuns(): void {
  write('image', [])
  write('video', [])
}

function read(kind: Kind): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(keyOf(kind)) ?? '[]')
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string').slice(0, RUNS_MAX) : []
  } catch {
    return []
  }
}

function write(kind: Kind, ids: string[]): void {
  try {
    sessionStorage.setItem(keyOf(kind), JSON.stringify(ids))
  } catch {
    // Without storage the runs are in the list below after a reload.
  }
}
