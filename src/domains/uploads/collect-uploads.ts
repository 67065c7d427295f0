import { firstIdAt } from '#lib/ids'
import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Storage } from '#platform/storage'
import type { Logger } from '#platform/telemetry'
import { UPLOADS_FOLDER } from './model.ts'
import { deleteUnused, listOrphans, listUnused } from './sql.ts'

export interface CollectParts {
  readonly db: Db
  readonly storage: Storage
  /** How long an upload stays that nobody uses. */
  readonly keptDays: number
  /** Which of these uploads are named by work that has not ended. */
  readonly listNamed: (ids: readonly string[]) => Promise<string[]>
}

/** As `objectKeyOf` makes them. */
const KEY = /^uploads\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
export const isUploadKey = (key: string): boolean => KEY.test(key)
const BATCH = 500
const COLLECT_MS = 60 * 60_000
/** Longer than anybody takes between writing an object and its row. */
const OBJECT_GRACE_SECONDS = 24 * 60 * 60

/**
 * Removes uploads that nobody used for so many days, row and object, except those that open work names. Answers how many. Safe to repeat, and beside others
 * that do the same: the row goes first and only while it is still unused, so that a request which names it at that moment keeps it or is told.
 */
export async function collectUnused({ db, storage, keptDays, listNamed }: CollectParts): Promise<number> {
  let collected = 0
  for (let after: string | null = null; ; ) {
    const ids: string[] = await listUnused(db, keptDays, after, BATCH)
    if (ids.length === 0) return collected
    const named = new Set(await listNamed(ids))
    const objectKeys = await deleteUnused(db, ids.filter((id) => !named.has(id)), keptDays)
    if (objectKeys.length > 0) await storage.deleteMany(objectKeys)
    collected += objectKeys.length
    after = ids.at(-1)!
  }
}

/**
 * Removes objects that no upload has: somebody died between object and row, or between row and object. Answers how many. Safe to repeat.
 *
 * Objects of accounts that this database does not know are never touched, nor is what is not of our making.
 */
export async function collectOrphans({ db, storage }: Pick<CollectParts, 'db' | 'storage'>, olderThanSeconds = OBJECT_GRACE_SECONDS): Promise<number> {
  const oldest = firstIdAt(Date.now() - olderThanSeconds * 1_000)
  let collected = 0
  let old: { key: string; accountId: string }[] = []
  const flush = async () => {
    if (old.length === 0) return
    const orphans = await listOrphans(db, old)
    if (orphans.length > 0) await storage.deleteMany(orphans)
    collected += orphans.length
    old = []
  }
  for await (const { key } of storage.list(UPLOADS_FOLDER)) {
    const [, accountId, id] = KEY.exec(key) ?? []
    if (accountId === undefined || id === undefined || id >= oldest) continue
    old.push({ key, accountId })
    if (old.length === BATCH) await flush()
  }
  await flush()
  return collected
}

/** Collects both every hour, until the answer is called. */
export function startCollectingUploads({ log, ...parts }: CollectParts & { readonly log: Logger }): () => Promise<void> {
  return startRepeating({
    everyMs: COLLECT_MS,
    onError: (error) => log.error({ err: error }, 'collecting uploads failed'),
    work: async () => {
      const unused = await collectUnused(parts)
      const orphans = await collectOrphans(parts)
      if (unused > 0) log.info({ unused }, 'uploads that nobody used any more were removed')
      if (orphans > 0) log.warn({ orphans }, 'objects of no upload were removed')
    },
  })
}
