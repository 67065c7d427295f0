import { listProviders } from '#domains/capacity'
import { listLaneControls, readStartRate } from '#domains/workers'
import type { Queryable } from '#platform/db'
import type { Session } from './model.ts'
import { countAhead, PLACES_COUNTED_MAX } from './sql-line.ts'
import type { LineView } from './view.ts'

/**
 * Where a generation that waits stands, and when it will probably be started: after those before it, at the rate at which workers started such
 * work in the last minute. Nothing is guessed: without a rate, in a lane that is stopped, or behind more than were counted, there is no time.
 */
export async function readLine(db: Queryable, session: Session): Promise<LineView> {
  const ahead = await countAhead(db, session)
  const position = ahead + 1
  if (ahead >= PLACES_COUNTED_MAX) return { position, estimatedStartAt: null }
  const rate = await readStartRate(db, session.kind, session.provider)
  const opensAt = rate === null || rate <= 0 ? null : await readOpening(db, session)
  if (opensAt === null) return { position, estimatedStartAt: null }
  return { position, estimatedStartAt: new Date(opensAt.getTime() + (position / rate!) * 60_000) }
}

/** From when on the provider can be called: now, or when its pause ends; null when nobody knows. */
async function readOpening(db: Queryable, { kind, provider }: Session): Promise<Date | null> {
  const lane = (await listLaneControls(db)).find((control) => control.lane === kind)
  if (lane?.paused === true) return null
  const state = (await listProviders(db)).find((control) => control.provider === provider && control.kind === kind)
  const now = new Date()
  if (state === undefined || (!state.paused && state.breaker !== 'open')) return now
  if (state.breaker === 'open' || state.pausedUntil === null) return null
  return state.pausedUntil > now ? state.pausedUntil : now
}
