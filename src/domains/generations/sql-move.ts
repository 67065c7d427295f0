import { type Queryable, sql } from '#platform/db'
import type { Session } from './model.ts'
import { sessionColumns } from './sql-columns.ts'

/**
 * Of a generation `g`: it waits, and nothing of it was begun that is still of use or may be under way. A call whose outcome nobody knows counts as under
 * way for as long as somebody asks after it or would have to.
 */
const untouched = `
  g.status = 'queued' and g.phase is null
    and not exists (select from generation_outputs o where o.generation_id = g.id)
    and not exists (select from provider_attempts a where a.generation_id = g.id
      and (a.state in ('intent', 'submitted') or a.next_poll_at is not null or (a.state = 'succeeded' and a.call_number > g.calls_outdated)))`

export interface ModelPlace {
  readonly id: string
  readonly kind: string
  readonly provider: string
}

/** What these models are to make and was not begun, the oldest first. It looks only at the lines of their providers. */
export async function listUntouched(db: Queryable, models: readonly ModelPlace[], limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'generations.listUntouched',
    values: [models.map(({ id }) => id), limit, models.map(({ kind }) => kind), models.map(({ provider }) => provider)],
    text: `/* generations.listUntouched */
      select g.id from generation_sessions g where g.kind = any($3::text[]) and g.provider = any($4::text[]) and coalesce(g.route -> -1 ->> 'model', g.model) = any($1::text[]) and ${untouched} order by g.id limit $2`,
  })
  return rows.map(({ id }) => id)
}

/** Locks the row of a generation that waits and was not begun; undefined when it is not (any more), or somebody is just taking it. */
export async function lockUntouched(tx: Queryable, id: string): Promise<Session | undefined> {
  const [row] = await tx.query<Session>({
    name: 'generations.lockUntouched',
    values: [id],
    text: `/* generations.lockUntouched */
      -- The row as it was locked: read beside the lock it would be as the statement began, before somebody else moved it.
      with s as materialized (select g.* from generation_sessions g where g.id = $1::uuid and ${untouched} for update skip locked)
      select ${sessionColumns} from s`,
  })
  return row
}

export interface OpenOfModel {
  readonly model: string
  readonly waiting: bigint
  readonly running: bigint
}

/** How many generations of each model have not ended. */
export function countOpenByModel(db: Queryable): Promise<OpenOfModel[]> {
  return db.query<OpenOfModel>(sql`
    /* generations.countOpenByModel */
    select model, count(*) filter (where status = 'queued') as waiting, count(*) filter (where status = 'running') as running
    from generation_sessions where status = 'queued' or status = 'running' group by model`)
}
