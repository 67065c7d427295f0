import { json, type Queryable, sql } from '#platform/db'
import type { Session, StoredInput } from './model.ts'
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

/** What waits for these models and was not begun, the oldest first. It looks only at the lines of their providers. */
export async function listUntouched(db: Queryable, models: readonly ModelPlace[], limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'generations.listUntouched',
    values: [models.map(({ id }) => id), limit, models.map(({ kind }) => kind), models.map(({ provider }) => provider)],
    text: `/* generations.listUntouched */
      select g.id from generation_sessions g where g.kind = any($3::text[]) and g.provider = any($4::text[]) and g.model = any($1::text[]) and ${untouched} order by g.id limit $2`,
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

export interface Move {
  readonly id: string
  readonly model: string
  readonly provider: string
  readonly providerModel: string
  readonly simulated: boolean
  readonly input: StoredInput
  readonly width: number | null
  readonly height: number | null
  /** What a unit is charged; null when that is what it was accepted at. */
  readonly chargedPriceCredits: bigint | null
  /** For the event. */
  readonly reason: string
}

/**
 * The same generation for another model, with event and message. What the first answer told is kept where it would be lost, as in `reopenSession`. Calls that
 * were made for the other model count against no limit, and their answers are of no use. The event's number.
 */
export async function moveSession(tx: Queryable, move: Move): Promise<number> {
  const [row] = await tx.query<{ seq: number }>(sql`
    /* generations.moveSession */
    with calls as (select coalesce(max(call_number), 0) as made from provider_attempts where generation_id = ${move.id}),
    queued as (
      update generation_sessions s set model = ${move.model}, provider = ${move.provider}, provider_model = ${move.providerModel}, simulated = ${move.simulated},
        input = ${json(move.input)}::json, width = ${move.width}, height = ${move.height}, charged_price_credits = ${move.chargedPriceCredits}::bigint,
        calls_forgiven = calls.made, calls_outdated = calls.made, lease_token = s.lease_token + 1, event_seq = s.event_seq + 1,
        accepted = json_build_object(
          'input', case when s.accepted is null then s.input else s.accepted->'input' end,
          'outputsWanted', coalesce((s.accepted->>'outputsWanted')::int, s.outputs_wanted),
          'width', case when s.accepted is null then s.width else (s.accepted->>'width')::int end,
          'height', case when s.accepted is null then s.height else (s.accepted->>'height')::int end,
          'model', coalesce(s.accepted->>'model', s.model), 'simulated', coalesce((s.accepted->>'simulated')::boolean, s.simulated))
      from calls where s.id = ${move.id} and s.status = 'queued' returning s.id, s.kind, s.priority, s.event_seq),
    message as (
      insert into outbox (queue, payload, priority) select kind, jsonb_build_object('generationId', id), priority from queued)
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'status', jsonb_build_object('status', 'queued', 'reason', ${move.reason}::text, 'model', ${move.model}::text) from queued returning seq`)
  return row!.seq
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
