import type { Tx } from '#platform/db'
import { WorkerMissing } from './errors.ts'
import type { LaneControl } from './model.ts'
import { getLane, setDraining, upsertLane } from './sql.ts'

interface Decision {
  readonly lane: string
  readonly by: string
}

/** Nobody takes anything more from the lane; what runs goes on, and what is asked for waits. Safe to repeat. Answers how it was before. */
export async function pauseLane(tx: Tx, { lane, by }: Decision): Promise<LaneControl> {
  const before = await getLane(tx, lane)
  await upsertLane(tx, lane, by, { paused: true })
  return before
}

/** Safe to repeat. Answers how it was before. */
export async function resumeLane(tx: Tx, { lane, by }: Decision): Promise<LaneControl> {
  const before = await getLane(tx, lane)
  await upsertLane(tx, lane, by, { paused: false })
  return before
}

/** How many of the lane each worker process works on at once; null for what its own settings say. What runs beyond it ends by itself. */
export async function changeConcurrency(tx: Tx, { lane, by, concurrencyMax }: Decision & { readonly concurrencyMax: number | null }): Promise<LaneControl> {
  const before = await getLane(tx, lane)
  await upsertLane(tx, lane, by, { concurrencyMax })
  return before
}

/** The worker takes nothing more and finishes what it has; it stays so until its process ends. Refuses `WorkerMissing`. Safe to repeat. */
export async function drainWorker(tx: Tx, id: string): Promise<void> {
  if (!(await setDraining(tx, id))) throw new WorkerMissing({})
}
