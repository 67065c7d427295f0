import { newId } from '#lib/ids'
import type { Run } from './run.ts'
import { insertAttempt, type Permission } from './sql-work.ts'

/**
 * A permission that took longer to come is not used: by then another worker may have the generation, and soon be told that nothing was ever sent. With the longest time a
 * submit takes it stays below what that needs (`video-sweeper.ts`).
 */
const FRESH_MS = 15_000
/** Longer than this nobody keeps a place only to wait in it. */
const WAIT_MS_MAX = 30_000
/** How soon it is asked again where nobody knows how long it will take: the bell may be missed, and slots of dead workers free themselves without one. */
const ASK_MS = { least: 500, spread: 500 }
/** Not all come back at the same moment when a pause ends. */
const JITTER_MS = 200

export interface Permitted {
  readonly attemptId: string
  readonly callNumber: number
  readonly slot: number | null
}

type Blocked = Extract<Permission, { outcome: 'blocked' }>

/**
 * Waits until the provider may be called, and records the intent to. Undefined when this worker is not to make the call: the lease was
 * lost, the process ends, or it would take too long; then nothing is recorded. Undefined also when the answer itself came too late: then the intent stands, and is
 * for the next worker to look into.
 */
export async function awaitPermission(run: Run, index: number): Promise<Permitted | undefined> {
  const { db, fence, watch, signal, stopping, capacity, freshMs = FRESH_MS } = run
  const either = AbortSignal.any([signal, stopping])
  const began = performance.now()
  const callNumber = run.nextCallNumber()
  while (!either.aborted) {
    const attemptId = newId()
    const asked = performance.now()
    const permission = await watch.time(insertAttempt(db, fence, { id: attemptId, outputIndex: index, callNumber }))
    if (permission.outcome === 'lost') return undefined
    if (permission.outcome === 'granted' && performance.now() - asked > freshMs) return undefined
    if (permission.outcome === 'granted') return { attemptId, callNumber, slot: permission.slot }
    if (isTooLong(permission, performance.now() - began)) return undefined
    await capacity.wait(pauseOf(permission), either)
  }
  return undefined
}

function isTooLong({ blocked, waitMs }: Blocked, waitedMs: number): boolean {
  // An operator's pause ends nobody knows when.
  if (blocked === 'paused' && waitMs === null) return true
  return waitedMs + (waitMs ?? 0) > WAIT_MS_MAX
}

function pauseOf({ waitMs }: Blocked): number {
  return waitMs === null ? ASK_MS.least + Math.random() * ASK_MS.spread : waitMs + Math.random() * JITTER_MS
}
