import type { Db } from '#platform/db'
import type { Storage } from '#platform/storage'
import type { Logger } from '#platform/telemetry'
import { type Belonging, getPosition, type NamedObject, setPosition, sortObjects } from './sql-lifetimes.ts'

const FOLDER = 'generations'
/** `generations/{generation}/{token}/{index}`, and the poster beside it. */
const KEY = /^generations\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,9})\/\d{1,3}(?:-poster)?$/
export const isOutputKey = (key: string): boolean => KEY.test(key)
/** How much of the folder is looked at in one run; the next goes on behind it. */
const RUN = { pagesMax: 10, pageSize: 1_000 }
/** Nobody is in a hurry, and whoever looks into a failure may want to see what was there. */
const REST_SECONDS = 60 * 60

export interface CollectingParts {
  readonly db: Db
  readonly storage: Storage
  readonly log: Logger
}

export interface Collected {
  readonly looked: number
  /** What nobody needs: removed, or in a dry run to be removed. */
  readonly leftovers: number
  /** Of generations that this database does not know. Never touched: a process with the settings of another installation must not empty its bucket. */
  readonly strangers: number
  /** Whether the end of the folder was reached. */
  readonly isWhole: boolean
}

/**
 * Removes objects that no output points to and none ever will, from where the last run stopped, in whatever process, and only so far.
 *
 * Safe to repeat, beside others that do the same, and beside workers: what it removes belongs to a lease that has ended (`sortObjects`). What could not be removed is
 * reported, and is come to again.
 */
export async function collectOutputs(parts: CollectingParts, { pagesMax, pageSize } = RUN): Promise<Collected> {
  const { db } = parts
  const after = await getPosition(db, FOLDER)
  const collected = await goThrough(parts, { after, pagesMax, pageSize, isDry: false, onPage: (last) => setPosition(db, FOLDER, last) })
  if (collected.isWhole) await setPosition(db, FOLDER, null)
  return collected
}

/** The whole folder at once, for an operator; in a dry run nothing is removed. */
export function collectAllOutputs(parts: CollectingParts, isDry: boolean): Promise<Collected> {
  return goThrough(parts, { after: null, pagesMax: Infinity, pageSize: RUN.pageSize, isDry, onPage: () => Promise.resolve() })
}

interface Way {
  readonly after: string | null
  readonly pagesMax: number
  readonly pageSize: number
  readonly isDry: boolean
  readonly onPage: (lastKey: string) => Promise<void>
}

async function goThrough(parts: CollectingParts, { after, pagesMax, pageSize, isDry, onPage }: Way): Promise<Collected> {
  let [looked, leftovers, strangers, pages] = [0, 0, 0, 0]
  for await (const keys of pagesOf(parts.storage, after, pageSize)) {
    const found = await sortPage(parts.db, keys)
    looked += keys.length
    strangers += keys.length - found.leftover.length - found.needed.length
    leftovers += isDry ? found.leftover.length : await remove(parts, found.leftover)
    await onPage(keys.at(-1)!)
    pages += 1
    // A page that is not full is the last.
    if (pages === pagesMax && keys.length === pageSize) return { looked, leftovers, strangers, isWhole: false }
  }
  return { looked, leftovers, strangers, isWhole: true }
}

async function* pagesOf(storage: Storage, after: string | null, size: number): AsyncGenerator<string[]> {
  let keys: string[] = []
  for await (const { key } of storage.list(FOLDER, { after: after ?? undefined })) {
    keys.push(key)
    if (keys.length < size) continue
    yield keys
    keys = []
  }
  if (keys.length > 0) yield keys
}

/** A key that is not of our making is a stranger's, too. */
async function sortPage(db: Db, keys: readonly string[]): Promise<Record<Exclude<Belonging, 'stranger'>, string[]>> {
  const objects = keys.flatMap((key): NamedObject[] => {
    const [, generationId, token] = KEY.exec(key) ?? []
    return generationId === undefined ? [] : [{ key, generationId, token: Number(token) }]
  })
  const belongings = await sortObjects(db, objects, REST_SECONDS)
  const those = (wanted: Belonging) => objects.filter((_, place) => belongings[place] === wanted).map(({ key }) => key)
  return { leftover: those('leftover'), needed: those('needed') }
}

/** Answers how many are gone. One page that the store will not let go of does not keep the collector from the next. */
async function remove({ storage, log }: CollectingParts, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0
  try {
    await storage.deleteMany(keys)
    return keys.length
  } catch (error) {
    log.error({ err: error, objects: keys.length }, 'leftovers in the storage could not be removed')
    return 0
  }
}
