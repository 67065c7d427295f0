import { setTimeout as delay } from 'node:timers/promises'
import { newId } from '#lib/ids'
import type { Run } from './run.ts'
import { insertAttempt, type Permission } from './sql-work.ts'

/** Longer than this nobody keeps a place only to wait in it. */
const WAIT_MS_MAX = 30_000
/** How often it is asked again while nobody knows how long it will take: a slot that another process gives back is not told. */
const ASK_MS = { least: 100, spread: 200 }

export interface Permitted {
  readonly attemptId: string
  readonly callNumber: number
  readonly slot: number | null
}

type Blocked = Extract<Permission, { outcome: 'blocked' }>

/**
 * Waits until the provider may be called, and records the intent to. Undefined when this worker is not to make the call: the lease was
 * lost, the process ends, or it would take too long; then nothing is recorded.
 */
export async function awaitPermission(run: Run, index: number): Promise<Permitted | undefined> {
  const { db, fence, watch, signal, stopping } = run
  const either = AbortSignal.any([signal, stopping])
  const began = performance.now()
  const callNumber = run.nextCallNumber()
  while (!either.aborted) {
    const attemptId = newId()
    const permission = await watch.time(insertAttempt(db, fence, { id: attemptId, outputIndex: index, callNumber }))
    if (permission.outcome === 'lost') return undefined
    if (permission.outcome === 'granted') return { attemptId, callNumber, slot: permission.slot }
    if (isTooLong(permission, performance.now() - began)) return undefined
    await delay(pauseOf(permission), undefined, { signal: either }).catch(() => undefined)
  }
  return undefined
}

function isTooLong({ blocked, waitMs }: Blocked, waitedMs: number): boolean {
  // An operator's pause ends nobody knows when.
  if (blocked === 'paused' && waitMs === null) return true
  return waitedMs + (waitMs ?? 0) > WAIT_MS_MAX
}

/** Not all at the same moment. */
function pauseOf({ waitMs }: Blocked): number {
  return (waitMs ?? ASK_MS.least) + Math.random() * ASK_MS.spread
}
