import { decodeCursor, encodeCursor, idShape } from '#lib/cursor'
import type { Queryable } from '#platform/db'
import { GenerationMissing } from './errors.ts'
import { beganAt, isFinal, type OutputRow, type Session, type Timing } from './model.ts'
import { readLine } from './line.ts'
import { getSession, type ListQuery, listSessions, type OwnSession, readClock } from './sql-sessions.ts'
import { listAttempts, listOutputs } from './sql-work.ts'
import { expiryOf, type RetentionDays } from './retention.ts'
import { buildTiming } from './timing.ts'
import { generationView, type GenerationView } from './view.ts'

export interface ReadParts {
  readonly db: Queryable
  readonly retention: RetentionDays
}

/** The row of one generation of the account. Refuses `GenerationMissing`, also for those of others and for deleted ones. */
export async function readSession(db: Queryable, id: string, accountId: string): Promise<OwnSession> {
  const session = await getSession(db, id, accountId)
  if (session === undefined) throw new GenerationMissing({})
  return session
}

/** One generation of the account, as clients see it. Refuses `GenerationMissing`, also for those of others and for deleted ones. */
export async function readGeneration({ db, retention }: ReadParts, id: string, accountId: string): Promise<GenerationView> {
  const session = await readSession(db, id, accountId)
  const outputs = await listOutputs(db, [id])
  const timing = session.timing ?? (await timeSoFar(db, session, outputs))
  const line = session.status === 'queued' ? await readLine(db, session) : null
  return generationView(session, outputs, { timing, line, expiresAt: expiryOf(session, outputs, retention) })
}

async function timeSoFar(db: Queryable, session: Session, outputs: readonly OutputRow[]): Promise<Timing> {
  const attempts = session.status === 'queued' && session.attempts === 0 ? [] : await listAttempts(db, session.id)
  const stored = outputs.filter((output) => output.state === 'stored')
  const mine = attempts.filter(({ callNumber }) => callNumber > session.callsForgiven)
  const { startedAt } = session
  return buildTiming({ beganAt: beganAt(session), startedAt, until: await readClock(db), attempts: mine, outputs: stored, databaseSpans: [] })
}

/** A page of the account's generations, newest first. Those under way come without their timing. */
export async function listGenerations(
  { db, retention }: ReadParts,
  query: Omit<ListQuery, 'afterId'> & { cursor: string | null },
): Promise<{ items: GenerationView[]; nextCursor: string | null }> {
  const { cursor, limit, ...filters } = query
  const afterId = cursor === null ? null : decodeCursor(cursor, { id: idShape }).id
  const sessions = await listSessions(db, { ...filters, afterId, limit: limit + 1 })
  const page = sessions.slice(0, limit)
  const outputs = Map.groupBy(await listOutputs(db, page.map(({ id }) => id)), ({ generationId }) => generationId)
  const items = page.map((session) => {
    const own = outputs.get(session.id) ?? []
    return generationView(session, own, { timing: isFinal(session.status) ? session.timing : null, line: null, expiresAt: expiryOf(session, own, retention) })
  })
  const last = page.at(-1)
  return { items, nextCursor: sessions.length > limit && last !== undefined ? encodeCursor({ id: last.id }) : null }
}
