import { json, type Queryable, sql } from '#platform/db'
import type { Session } from './model.ts'
import type { NewInput } from './reopen.ts'
import { sessionColumns } from './sql-columns.ts'

/** Locks the row of a generation that failed; undefined when it has not. `deadlineSeconds` is how long it had. */
export async function lockFailed(tx: Queryable, id: string): Promise<{ session: Session; deadlineSeconds: number; isDeleted: boolean } | undefined> {
  const [row] = await tx.query<Session & { deadlineSeconds: number; isDeleted: boolean }>({
    name: 'generations.lockFailed',
    values: [id],
    text: `/* generations.lockFailed */
      select ${sessionColumns}, round(extract(epoch from s.deadline_at - coalesce(s.reopened_at, s.created_at)))::int as "deadlineSeconds",
        s.deleted_at is not null as "isDeleted"
      from generation_sessions s where s.id = $1::uuid and s.status = 'failed' for update`,
  })
  if (row === undefined) return undefined
  const { deadlineSeconds, isDeleted, ...session } = row
  return { session, deadlineSeconds, isDeleted }
}

export interface Reopening {
  readonly id: string
  /** Null at no cost. */
  readonly reservationId: string | null
  readonly credits: bigint
  readonly deadlineSeconds: number
  readonly changed: NewInput | null
  readonly simulated: boolean
}

/**
 * Back to the queue, with event and message. What the first answer told is kept where it would be lost, once: a repetition of the
 * request gets it again.
 */
export async function reopenSession(tx: Queryable, { id, reservationId, credits, deadlineSeconds, changed, simulated }: Reopening): Promise<number> {
  await tx.query(sql`/* generations.forgetFailedOutputs */ delete from generation_outputs where generation_id = ${id} and state = 'failed'`)
  const [row] = await tx.query<{ seq: number }>(sql`
    /* generations.reopenSession */
    with calls as (select coalesce(max(call_number), 0) as made from provider_attempts where generation_id = ${id}),
    queued as (
      update generation_sessions s set status = 'queued', phase = null, reservation_id = ${reservationId}, waived = ${reservationId === null},
        credits_held = ${credits}, credits_captured = 0, credits_released = 0, error_code = null, error_message = null, timing_breakdown = null,
        started_at = null, finished_at = null, reopened_at = now(), deadline_at = now() + make_interval(secs => ${deadlineSeconds}::int),
        provider_status = null, provider_progress = null, storage_status = null, crashes = 0, lease_token = s.lease_token + 1, event_seq = s.event_seq + 1,
        -- From the model that was asked for again: what another one answered is of no use to it.
        provider = coalesce(s.route -> 0 ->> 'provider', s.provider), provider_model = coalesce(s.route -> 0 ->> 'providerModel', s.provider_model),
        route = null, served_input = null, charged_price_credits = null, defaulted = case when ${changed !== null} then '{}' else s.defaulted end,
        calls_forgiven = calls.made, calls_outdated = case when ${changed !== null} or s.route is not null or s.simulated <> ${simulated} then calls.made else s.calls_outdated end,
        simulated = ${simulated},
        accepted = case when s.accepted is not null or not (${changed !== null} or ${reservationId === null} or s.simulated <> ${simulated}) then s.accepted else json_build_object(
          'input', s.input, 'outputsWanted', s.outputs_wanted, 'width', s.width, 'height', s.height, 'simulated', s.simulated) end,
        input = case when ${changed !== null} then ${json(changed?.input ?? {})}::json else s.input end,
        outputs_wanted = coalesce(${changed?.outputsWanted ?? null}::int, s.outputs_wanted),
        width = case when ${changed !== null} then ${changed?.width ?? null}::int else s.width end,
        height = case when ${changed !== null} then ${changed?.height ?? null}::int else s.height end
      from calls where s.id = ${id} returning s.id, s.kind, s.priority, s.event_seq),
    message as (
      insert into outbox (queue, payload, priority) select kind, jsonb_build_object('generationId', id), priority from queued)
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'status', '{"status":"queued","reason":"an operator had it tried again"}' from queued returning seq`)
  return row!.seq
}

/** How many generations that were opened again still wait; counts no further than `max`. */
export async function countReopened(db: Queryable, max: number): Promise<number> {
  const [row] = await db.query<{ waiting: number }>(sql`
    /* generations.countReopened */
    select count(*)::int as waiting from (
      select 1 from generation_sessions where status = 'queued' and reopened_at is not null limit ${max}) reopened`)
  return row!.waiting
}
