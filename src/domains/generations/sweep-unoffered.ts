import { type Catalogue, type Entry, isConfigured, type PriceList, type Reach, statusOf } from '#domains/catalog'
import { startRepeating } from '#lib/repeat'
import type { Db } from '#platform/db'
import type { Realtime } from '#platform/realtime'
import type { Logger } from '#platform/telemetry'
import { endGeneration } from './end-generation.ts'
import { announce } from './live.ts'
import { moveToModel } from './move-to-model.ts'
import { servingModel, type Session } from './model.ts'
import { withPictures } from './picture-shapes.ts'
import type { Router } from './router.ts'
import { listUntouched, lockUntouched } from './sql-move.ts'
import { readClock } from './sql-sessions.ts'

export interface MovingParts {
  readonly db: Db
  readonly realtime: Realtime
  readonly catalogue: Catalogue
  readonly prices: PriceList
  readonly router: Router
  /** Whether a successor can be asked is known where its provider is reached. */
  readonly reach: Reach
}

export interface Moved {
  readonly moved: number
  readonly ended: number
}

const BATCH = 100
const EVERY_MS = 10_000

/**
 * Deals with what waits for models that can no longer be asked: it goes to the model's successor, never at a dearer price, or ends with everything released.
 * What somebody works on, or what was begun, goes on as it is.
 *
 * One transaction each. Safe to repeat, and any number of processes may do it: whoever claims a generation first has it. Answers how many it dealt with.
 */
export async function sweepUnoffered(parts: MovingParts): Promise<Moved> {
  const { catalogue } = parts
  const over = catalogue.entries().filter((entry) => isOver(parts, entry) && knowsSuccessor(parts, entry)).map(({ model }) => model)
  let [moved, ended] = [0, 0]
  for (const id of over.length === 0 ? [] : await listUntouched(parts.db, over, BATCH)) {
    const became = await moveOn(parts, id)
    if (became === 'moved') moved += 1
    if (became === 'ended') ended += 1
  }
  return { moved, ended }
}

/**
 * What waits for a model that was only switched off waits on, unless the admin said otherwise. The vendor's end of one that lives on elsewhere says nothing: what waits for it was
 * accepted where that is reached, which need not be here.
 */
function isOver({ prices }: MovingParts, { model, moveQueued }: Entry): boolean {
  const status = statusOf(model.livesElsewhere === true ? { ...model, shutdownAt: null } : model, prices.now())
  return status === 'retired' || (status === 'disabled' && moveQueued)
}

/** Whether others make it for real is known to those who have the key: a process without it leaves the model's line to them, so that it hides nothing behind it. */
function knowsSuccessor({ catalogue, prices, reach }: MovingParts, { model }: Entry): boolean {
  const successor = catalogue.successorOf(model.id, prices.now())
  return successor === null || isConfigured(reach, successor)
}

async function moveOn(parts: MovingParts, id: string): Promise<'moved' | 'ended' | 'left'> {
  const { db, realtime, catalogue, prices } = parts
  return db.transaction(async (tx) => {
    const session = await lockUntouched(tx, id)
    const entry = catalogue.entries().find(({ model }) => session !== undefined && model.id === servingModel(session))
    // Taken, moved or ended since it was listed.
    if (session === undefined || entry === undefined || !isOver(parts, entry) || !knowsSuccessor(parts, entry)) return 'left'
    const tell = (status: 'queued' | 'failed', seq: number) => tx.afterCommit(() => announce(realtime, { id, accountId: session.accountId, status, seq }))
    const successor = catalogue.successorOf(entry.model.id, prices.now())
    const moved = successor === null ? undefined : await moveToSuccessor(tx, parts, session, successor.id)
    if (moved !== undefined) {
      tell('queued', moved)
      return 'moved'
    }
    const { seq } = await endGeneration(tx, { session, cause: 'unoffered', databaseSpans: [], now: await readClock(tx) })
    tell('failed', seq)
    return 'ended'
  })
}

/** As a fallback does: at most at the price that was held, and only with exactly what was asked for. */
async function moveToSuccessor(tx: Parameters<typeof moveToModel>[0], { router }: MovingParts, session: Session, successor: string): Promise<number | undefined> {
  const verdict = session.allowFallback ? router.judge(await withPictures(tx, session), successor, [], null) : null
  if (verdict === null || 'refusal' in verdict) return undefined
  const { model, order, credits } = verdict
  const to = { model: model.id, provider: model.provider, providerModel: model.providerModel, input: order.input, unitCredits: credits }
  return moveToModel(tx, { generationId: session.id, token: null, to, reason: 'model_retired' })
}

/** Sweeps until the answer is called, which waits for the sweep under way. */
export function startMovingOn(parts: MovingParts & { readonly log: Logger; readonly onMessages: () => void }): () => Promise<void> {
  const { log, onMessages } = parts
  return startRepeating({
    everyMs: EVERY_MS,
    onError: (error) => log.error({ err: error }, 'moving on what waits for models that are no longer offered failed'),
    work: async () => {
      const { moved, ended } = await sweepUnoffered(parts)
      if (moved + ended === 0) return
      log.warn({ moved, ended }, 'what waited for models that are no longer offered was moved or ended')
      onMessages()
    },
  })
}
