import { type Blocked, callOutcome, type EndedCall, gateOfCall, outcomeValues } from '#domains/capacity'
import type { ImageResult, VideoResult } from '#platform/providers'
import { json, type Queryable, sql } from '#platform/db'
import type { OutputRow } from './model.ts'
import { logEnded } from './sql-ended-calls.ts'

/** One call that was made, or was about to be. */
export interface Attempt {
  readonly id: string
  readonly outputIndex: number
  readonly callNumber: number
  readonly state: 'intent' | 'submitted' | 'succeeded' | 'failed' | 'unknown'
  /** Of the generation's kind. */
  readonly result: ImageResult | VideoResult | null
  /** True while something may be going on at the provider that is asked after. */
  readonly isAskedAfter: boolean
  readonly taskId: string | null
  /** Who was asked; null of calls of earlier versions. */
  readonly model: string | null
  readonly failureReason: string | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

/** Who writes: every write finds the session only under the newest token. */
export interface Fence {
  readonly generationId: string
  readonly token: number
}

/** What became of the wish to call. `lost`: the lease was lost, and no call may be made. */
export type Permission =
  | { readonly outcome: 'granted'; readonly slot: number | null }
  | { readonly outcome: 'blocked'; readonly blocked: Blocked; readonly waitMs: number | null }
  | { readonly outcome: 'lost' }

const intentText = `/* generations.insertAttempt */
  with caller as materialized (
    -- Whoever is ending the generation is waited for, so that a call never begins behind its back. Its other writes are not.
    select id as generation_id, provider, kind, lease_token, provider_model, coalesce(route -> -1 ->> 'model', model) as model
    from generation_sessions where id = $1::uuid and lease_token = $2 and status = 'running' for key share),
  ${gateOfCall('$3')},
  intent as (
    insert into provider_attempts (id, generation_id, output_index, call_number, lease_token, kind, model, provider, provider_model)
    select $3::uuid, generation_id, $4::int, $5::int, lease_token, kind, model, provider, provider_model from caller where (select passes from gate))
  select passes, slot, blocked, wait_ms as "waitMs" from gate`

/**
 * Records the intent to call, together with the right to: a slot where the provider is limited, nothing where it is paused or broken. Without the right
 * nothing is recorded.
 */
export async function insertAttempt(
  db: Queryable,
  fence: Fence,
  attempt: { id: string; outputIndex: number; callNumber: number },
): Promise<Permission> {
  const [row] = await db.query<{ passes: boolean; slot: number | null; blocked: Blocked; waitMs: number | null }>({
    name: 'generations.insertAttempt',
    values: [fence.generationId, fence.token, attempt.id, attempt.outputIndex, attempt.callNumber],
    text: intentText,
  })
  if (row === undefined) return { outcome: 'lost' }
  const { passes, slot, blocked, waitMs } = row
  return passes ? { outcome: 'granted', slot } : { outcome: 'blocked', blocked, waitMs }
}

/** Waits for whoever is ending the generation, and sees what became of it. */
const heldSession = (id: string) => `held as materialized (select * from generation_sessions where id = ${id}::uuid for key share)`

/**
 * Keeps the provider's answer with what it cost, and gives the slot back. Not fenced: what was paid for is worth knowing, whoever learns it. False where
 * somebody asks after the call meanwhile: then its end is that of a task (`endTask`).
 */
export async function recordResult(db: Queryable, call: EndedCall, result: ImageResult | VideoResult): Promise<boolean> {
  const rows = await db.query({
    name: 'generations.recordResult',
    values: [json(result), ...outcomeValues(call)],
    text: `/* generations.recordResult */
      with ${heldSession('$6')}, ${callOutcome(2)},
      known as (
        update provider_attempts a set state = 'succeeded', result = $1::jsonb, failure_reason = null, failure_message = null, finished_at = now()
        from held where a.id = $5::uuid and a.generation_id = held.id and a.state in ('intent', 'unknown') and a.next_poll_at is null returning a.*),
      ${logEnded('known', 'held')}
      select 1 from known`,
  })
  return rows.length === 1
}

export interface FailureRecord {
  readonly state: 'failed' | 'unknown'
  readonly reason: string
  readonly message: string
}

/** Keeps how a call failed, gives the slot back, and notes what that says about the provider. False as of `recordResult`. */
export async function recordFailure(db: Queryable, call: EndedCall, { state, reason, message }: FailureRecord): Promise<boolean> {
  const rows = await db.query({
    name: 'generations.recordFailure',
    values: [state, reason, message, ...outcomeValues(call)],
    text: `/* generations.recordFailure */
      with ${heldSession('$8')}, ${callOutcome(4)},
      known as (
        update provider_attempts a set state = $1, failure_reason = $2, failure_message = $3, result = null, finished_at = now()
        from held where a.id = $7::uuid and a.generation_id = held.id and a.next_poll_at is null returning a.*),
      ${logEnded('known', 'held')}
      select 1 from known`,
  })
  return rows.length === 1
}

/**
 * What was got with a call turned out to be worth nothing. Fenced, and so nothing when the lease was lost: whoever has it fetches the same result and may have
 * delivered it by now.
 */
export async function spoilResult(db: Queryable, { generationId, token }: Fence, attemptId: string, { state, reason, message }: FailureRecord): Promise<void> {
  await db.query({
    name: 'generations.spoilResult',
    values: [attemptId, state, reason, message, generationId, token],
    text: `/* generations.spoilResult */
      with held as materialized (
        select * from generation_sessions where id = $5::uuid and lease_token = $6 and status = 'running' for no key update),
      known as (
        update provider_attempts a set state = $2, failure_reason = $3, failure_message = $4, result = null, finished_at = now()
        from held where a.id = $1::uuid and a.generation_id = held.id returning a.*),
      ${logEnded('known', 'held')}
      select 1 from known`,
  })
}

/** Calls that an earlier worker had begun and whose answer nobody will ever see. Where the provider can be asked what became of them, it is. */
export async function markInterrupted(db: Queryable, { generationId, token }: Fence, kind: string): Promise<void> {
  await db.query({
    name: 'generations.markInterrupted',
    values: [generationId, token, kind === 'video'],
    text: `/* generations.markInterrupted */
      with known as (
        update provider_attempts set state = 'unknown', failure_reason = 'outcome_unknown',
          failure_message = 'the worker died during the call', finished_at = now(), next_poll_at = case when $3::boolean then now() end
        where generation_id = $1::uuid and lease_token < $2::int and state = 'intent' returning *),
      ${logEnded('known')}
      select 1 from known`,
  })
}

/** When a generation ends while calls are under way, nobody waits for their answers any more. A video that is being made is looked at at once: to stop it. */
export async function closeAttempts(tx: Queryable, generationId: string, kind: string): Promise<void> {
  await tx.query({
    name: 'generations.closeAttempts',
    values: [generationId, kind === 'video'],
    text: `/* generations.closeAttempts */
      with known as (
        update provider_attempts set state = 'unknown', failure_reason = 'outcome_unknown',
          failure_message = 'the generation ended during the call', finished_at = now(), next_poll_at = case when $2::boolean then now() end
        where generation_id = $1::uuid and state = 'intent' returning *),
      ${logEnded('known')}
      select 1 from known`,
  })
  if (kind !== 'video') return
  await tx.query(sql`
    /* generations.hurryTasks */
    update provider_attempts set next_poll_at = now() where generation_id = ${generationId} and next_poll_at > now()`)
}

export function listAttempts(db: Queryable, generationId: string): Promise<Attempt[]> {
  return db.query<Attempt>(sql`
    /* generations.listAttempts */
    select id, output_index as "outputIndex", call_number as "callNumber", state, result, failure_reason as "failureReason",
      next_poll_at is not null as "isAskedAfter", provider_task_id as "taskId", model,
      started_at as "startedAt", finished_at as "finishedAt"
    from provider_attempts where generation_id = ${generationId} order by call_number`)
}

export interface NewOutput {
  readonly id: string
  /** The call that made it; null where nobody knows. */
  readonly attemptId: string | null
  readonly index: number
  readonly objectKey: string
  readonly contentType: string
  readonly bytes: number
  readonly width: number
  readonly height: number
  readonly sha256: string
  readonly transferMs: number
  /** Of a video. */
  readonly durationSeconds?: number
  readonly posterKey?: string | null
  readonly billedUnits?: number
}

/** Makes a stored output visible, with its event. False when the lease was lost or the output exists. */
export async function insertOutput(db: Queryable, fence: Fence, output: NewOutput, event: object): Promise<boolean> {
  const rows = await db.query(sql`
    /* generations.insertOutput */
    with s as (
      update generation_sessions set event_seq = event_seq + 1, storage_status = 'stored'
      where id = ${fence.generationId} and lease_token = ${fence.token} and status = 'running'
        and not exists (select from generation_outputs where generation_id = ${fence.generationId} and output_index = ${output.index})
      returning id, event_seq, lease_token, coalesce(route -> -1 ->> 'model', model) as model),
    event as (
      insert into generation_events (generation_id, seq, kind, data) select id, event_seq, 'output', ${json(event)}::jsonb from s)
    insert into generation_outputs (id, generation_id, output_index, state, lease_token, object_key, content_type, bytes, width, height,
      sha256, transfer_ms, duration_seconds, poster_key, billed_units, attempt_id, model)
    select ${output.id}::uuid, id, ${output.index}::int, 'stored', lease_token, ${output.objectKey}::text, ${output.contentType}::text,
      ${output.bytes}::bigint, ${output.width}::int, ${output.height}::int, ${output.sha256}::text, ${output.transferMs}::int,
      ${output.durationSeconds ?? null}::real, ${output.posterKey ?? null}::text, ${output.billedUnits ?? null}::int, ${output.attemptId}::uuid, model
    from s returning 1`)
  return rows.length === 1
}

/** Records that an output will not come, with its event. False when the lease was lost or it is decided already. */
export async function insertFailedOutput(
  db: Queryable,
  fence: Fence,
  failed: { id: string; index: number; code: string; message: string },
): Promise<boolean> {
  const event = { failure: { index: failed.index, code: failed.code, message: failed.message } }
  const rows = await db.query(sql`
    /* generations.insertFailedOutput */
    with s as (
      update generation_sessions set event_seq = event_seq + 1
      where id = ${fence.generationId} and lease_token = ${fence.token} and status = 'running'
        and not exists (select from generation_outputs where generation_id = ${fence.generationId} and output_index = ${failed.index})
      returning id, event_seq, lease_token),
    event as (
      insert into generation_events (generation_id, seq, kind, data) select id, event_seq, 'output', ${json(event)}::jsonb from s)
    insert into generation_outputs (id, generation_id, output_index, state, lease_token, error_code, error_message)
    select ${failed.id}::uuid, id, ${failed.index}::int, 'failed', lease_token, ${failed.code}::text, ${failed.message}::text
    from s returning 1`)
  return rows.length === 1
}

export function listOutputs(db: Queryable, generationIds: string[]): Promise<OutputRow[]> {
  return db.query<OutputRow>(sql`
    /* generations.listOutputs */
    select id, generation_id as "generationId", output_index as index, state, content_type as "contentType", bytes, width, height,
      duration_seconds as "durationSeconds", poster_key is not null as "hasPoster", billed_units as "billedUnits",
      attempt_id as "attemptId", model, transfer_ms as "transferMs", error_code as "errorCode", error_message as "errorMessage", created_at as "createdAt"
    from generation_outputs where generation_id = any(${generationIds}::uuid[]) order by generation_id, output_index`)
}

export interface AssetRow {
  readonly id: string
  readonly objectKey: string
  readonly posterKey: string | null
  readonly contentType: string
  readonly bytes: bigint
  readonly sha256: string
}

/** A stored output, if its generation belongs to the account and it has not been removed. */
export async function getAsset(db: Queryable, id: string, accountId: string): Promise<AssetRow | undefined> {
  const [row] = await db.query<AssetRow>(sql`
    /* generations.getAsset */
    select o.id, o.object_key as "objectKey", o.poster_key as "posterKey", o.content_type as "contentType", o.bytes, o.sha256
    from generation_outputs o join generation_sessions s on s.id = o.generation_id
    where o.id = ${id} and o.state = 'stored' and s.account_id = ${accountId} and s.outputs_removed_at is null`)
  return row
}

/** The stored outputs of a generation, in order, if it belongs to the account and they have not been removed. */
export function listAssets(db: Queryable, generationId: string, accountId: string): Promise<(AssetRow & { index: number; createdAt: Date })[]> {
  return db.query(sql`
    /* generations.listAssets */
    select o.id, o.output_index as "index", o.object_key as "objectKey", o.content_type as "contentType", o.bytes, o.sha256, o.created_at as "createdAt"
    from generation_outputs o join generation_sessions s on s.id = o.generation_id
    where o.generation_id = ${generationId} and o.state = 'stored' and s.account_id = ${accountId} and s.outputs_removed_at is null order by o.output_index`)
}
