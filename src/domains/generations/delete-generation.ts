import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Storage } from '#platform/storage'
import type { Logger } from '#platform/telemetry'
import { GenerationMissing, GenerationOpen } from './errors.ts'
import { announce } from './live.ts'
import { deleteSession } from './sql-lifetimes.ts'

export interface Deleting {
  readonly db: Db
  readonly storage: Storage
  readonly realtime: Realtime
  readonly log: Logger
}

/**
 * Deletes a generation of the account that has ended: from the commit on there is no such generation and no such outputs, to anybody. What it held, cost
 * and gave back stays in the books.
 *
 * The objects are removed after the commit. Where the storage refuses, or the process dies in between, the collector finds them (`collect-outputs.ts`).
 *
 * Refuses `GenerationOpen`, and `GenerationMissing` for those of others and for one that is deleted: so a repetition is refused and changes nothing.
 */
export async function deleteGeneration({ db, storage, realtime, log }: Deleting, id: string, accountId: string): Promise<void> {
  const found = await deleteSession(db, id, accountId)
  if (found === undefined) throw new GenerationMissing({})
  if (!found.isDeleted) throw new GenerationOpen({ wish: 'Cancel it first, then it can be deleted.' })
  announce(realtime, { id, accountId, status: found.status, seq: found.seq })
  await storage.deleteMany(found.objectKeys).catch((error: unknown) => log.warn({ err: error, generationId: id }, 'the outputs of a deleted generation are left to the collector'))
}
