import { json, type Queryable } from '#platform/db'
import type { MoveReason, StoredInput } from './model.ts'

export interface Move {
  readonly generationId: string
  /** The lease of whoever works on it; null where nobody may be. */
  readonly token: number | null
  readonly to: { readonly model: string; readonly provider: string; readonly providerModel: string; readonly input: StoredInput; readonly unitCredits: bigint }
  readonly reason: MoveReason
}

export const servingReasons = ['provider_unavailable', 'provider_failed', 'model_retired'] as const

/** The words a client is told, for what an operator is told more exactly. */
export const publicReasons = {
  breaker_open: 'provider_unavailable', paused: 'provider_unavailable', auth: 'provider_unavailable', permission: 'provider_unavailable', quota: 'provider_unavailable',
  model_retired: 'model_retired', provider_fault: 'provider_failed',
} as const satisfies Record<MoveReason, (typeof servingReasons)[number]>

const text = `/* generations.moveToModel */
  with s as materialized (
    select * from generation_sessions where id = $1::uuid and allow_fallback and price_credits >= $7::bigint
      and case when $2::int is null then status = 'queued' and phase is null else status = 'running' and lease_token = $2::int and lease_owner is not null end
    for update),
  movable as materialized (
    select s.id from s
    where s.model <> $3 and not exists (select from jsonb_array_elements(coalesce(s.route, '[]')) station where station ->> 'model' = $3)
      -- Nothing is under way, and nothing that was paid for, or may have been, is given up: it is fetched, or looked into, where it was made.
      and not exists (
        select from provider_attempts a where a.generation_id = s.id and (a.state in ('intent', 'submitted') or a.next_poll_at is not null
          or ((a.state = 'succeeded' and a.call_number > s.calls_outdated or a.state = 'unknown' and a.call_number > s.calls_forgiven)
            and not exists (select from generation_outputs o where o.generation_id = s.id and o.output_index = a.output_index))))),
  queued as (
    update generation_sessions g set status = 'queued', phase = null, provider = $4, provider_model = $5, served_input = $6::json,
      charged_price_credits = nullif(least(coalesce(g.charged_price_credits, g.price_credits), $7::bigint), g.price_credits),
      route = coalesce(g.route, jsonb_build_array(jsonb_build_object('model', g.model, 'provider', g.provider, 'providerModel', g.provider_model, 'reason', null)))
        || jsonb_build_array(jsonb_build_object('model', $3::text, 'provider', $4::text, 'providerModel', $5::text, 'reason', $8::text)),
      provider_status = null, provider_progress = null, lease_expires_at = null, lease_owner = null, lease_token = g.lease_token + 1, event_seq = g.event_seq + 1
    from movable where g.id = movable.id returning g.id, g.kind, g.priority, g.event_seq),
  event as (
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'status', jsonb_build_object('status', 'queued', 'reason', 'it goes to another model',
      'servedBy', jsonb_build_object('model', $3::text, 'provider', $4::text, 'reason', $9::text)) from queued),
  message as (
    insert into outbox (queue, payload, priority) select kind, jsonb_build_object('generationId', id), priority from queued)
  select event_seq as seq from queued`

/**
 * Gives a generation to another model and sends it to the lane: outputs that are there stay, the rest is made by that one, at most at the price that was held;
 * where its unit costs less, that is what every unit is charged.
 *
 * One statement. The event's number; undefined when it is not done: the lease was lost or somebody took it, a call is under way or may be billed without its output
 * being decided, the model was tried, or is dearer, or the request wants no other. Safe to repeat: a second time finds the model tried.
 */
export async function moveToModel(db: Queryable, { generationId, token, to, reason }: Move): Promise<number | undefined> {
  const values = [generationId, token, to.model, to.provider, to.providerModel, json(to.input), to.unitCredits, reason, publicReasons[reason]]
  const [row] = await db.query<{ seq: number }>({ name: 'generations.moveToModel', values, text })
  return row?.seq
}
