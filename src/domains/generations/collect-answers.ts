import { isUploadKey } from '#domains/uploads'
import { firstIdAt } from '#lib/ids'
import { startRepeating } from '#lib/repeat'
import { INLINE_FOLDER } from '#platform/providers'
import type { Storage } from '#platform/storage'
import type { Logger } from '#platform/telemetry'
import { isOutputKey } from './collect-outputs.ts'

/** Longer than the longest deadline of a generation: whoever could have fetched an answer this old has ended. */
const KEPT_SECONDS = 26 * 60 * 60
const COLLECT_MS = 60 * 60_000
const DELETED_AT_ONCE = 500

/**
 * Removes answers of providers that were kept to be fetched and never let go of: their worker died between the two. Answers how many. Safe to
 * repeat, and beside others that do the same. Keys end in an id that tells when it was made; one that does not is nobody's, and goes too.
 */
export async function collectAnswers(storage: Storage, olderThanSeconds = KEPT_SECONDS): Promise<number> {
  const oldest = firstIdAt(Date.now() - olderThanSeconds * 1_000)
  let collected = 0
  let old: string[] = []
  const flush = async () => {
    if (old.length > 0) await storage.deleteMany(old)
    collected += old.length
    old = []
  }
  for await (const { key } of storage.list(INLINE_FOLDER)) {
    if (nameOf(key) >= oldest) continue
    old.push(key)
    if (old.length === DELETED_AT_ONCE) await flush()
  }
  await flush()
  return collected
}

/** What this program writes; a bucket may be shared with others. */
export function isOurs(key: string): boolean {
  return isOutputKey(key) || isUploadKey(key) || key.startsWith(`${INLINE_FOLDER}/`)
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

/** Collects what nobody needs in the storage every hour, until the answer is called. */
export function startCollecting({ storage, log }: { storage: Storage; log: Logger }): () => Promise<void> {
  return startRepeating({
    everyMs: COLLECT_MS,
    onError: (error) => log.error({ err: error }, 'collecting leftovers in the storage failed'),
    work: async () => {
      const answers = await collectAnswers(storage)
      const leftovers = await storage.removeLeftovers({ olderThanSeconds: 24 * 60 * 60, isOurs })
      if (answers + leftovers > 0) log.warn({ answers, leftovers }, 'leftovers in the storage were removed')
    },
  })
}
