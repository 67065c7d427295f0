/**
 * Videos that are being made at a provider. What is asked after is a row of provider_attempts with `next_poll_at`; nobody holds a lease for it, so it outlives every
 * process. Rows are locked in the order generation, attempt, slot.
 */
import { callOutcome, type EndedCall, outcomeValues } from '#domains/capacity'
import { forgetCalls } from '#domains/spending'
import { json, type Queryable, sql } from '#platform/db'
import type { VideoResult } from '#platform/providers'
import type { GenerationPhase, GenerationStatus } from './model.ts'
import { logEnded } from './sql-ended-calls.ts'
import type { Fence } from './sql-work.ts'

/** How long one that looks at a task has it to itself. Asking twice harms nothing. */
const TAKEN_SECONDS = 8
/** When nobody who simulates has asked after a simulated task for so long, whoever took their place with a key is given it, to end it. */
const LEFT_SECONDS = 60
/** A slot whose task nobody can tell of any more: about as long as the longest task takes. */
const UNKNOWN_SLOT_SECONDS = 30 * 60

/**
 * What the caller needs to know after a write that leaves a generation to its task: `parked` when it did, `seq` being the event's number. Not parked: the
 * generation has ended meanwhile, or somebody else has it.
 */
const park = (token: string, phase: string, status: string) => `
  parked as (
    update generation_sessions g set lease_owner = null, lease_expires_at = 'infinity', lease_token = g.lease_token + 1, phase = ${phase},
      provider_status = ${status}, event_seq = g.event_seq + 1
    from s, a where g.id = s.id and g.lease_token = ${token} and g.status = 'running' returning g.id, g.event_seq, g.phase, g.provider_status),
  event as (
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'progress', jsonb_build_object('status', 'running', 'phase', phase, 'providerStatus', provider_status, 'progress', null) from parked)
  select event_seq as seq from parked`

const lockSession = (id: string) => `s as materialized (select id from generation_sessions where id = ${id}::uuid for update)`

export interface BegunTask {
  readonly taskId: string
  readonly providerStatus: string
  readonly pollInSeconds: number
}

/**
 * Keeps the id of the task that a submit began, and leaves the generation to it; the slot stays taken. Not fenced as far as the task goes: it is there, whoever
 * learns of it. The event's number; undefined when the generation is no longer the caller's.
 */
export async function recordTask(db: Queryable, call: EndedCall, token: number, { taskId, providerStatus, pollInSeconds }: BegunTask): Promise<number | undefined> {
  const values = [...outcomeValues({ ...call, slot: null }), token, taskId, providerStatus, pollInSeconds]
  const [row] = await db.query<{ seq: number }>({
    name: 'generations.recordTask',
    values,
    text: `/* generations.recordTask */
      with ${lockSession('$5')},
      a as (
        update provider_attempts set state = 'submitted', provider_task_id = $10, task_status = $11, failure_reason = null, failure_message = null, finished_at = null,
          -- Its provider may have told of it before it answered.
          next_poll_at = case when hinted_task_id is null then now() + make_interval(secs => $12) else now() end
        from s where provider_attempts.id = $4::uuid and generation_id = s.id and state in ('intent', 'unknown') returning provider_attempts.id),
      ${forgetCalls('a')},
      ${callOutcome(1)},
      ${park('$9', "'waiting_provider'", '$11')}`,
  })
  return row?.seq
}

/** Keeps that nobody knows what became of a submit, and leaves the generation to whoever asks the provider. As `recordTask`. */
export async function recordLostSubmit(db: Queryable, call: EndedCall, token: number, failure: { reason: string; message: string }): Promise<number | undefined> {
  const [row] = await db.query<{ seq: number }>({
    name: 'generations.recordLostSubmit',
    values: [...outcomeValues({ ...call, slot: null }), token, failure.reason, failure.message],
    text: `/* generations.recordLostSubmit */
      with ${lockSession('$5')},
      a as (
        update provider_attempts set state = 'unknown', failure_reason = $10, failure_message = $11, finished_at = now(), next_poll_at = now()
        from s where provider_attempts.id = $4::uuid and generation_id = s.id and state in ('intent', 'unknown') returning provider_attempts.id),
      ${forgetCalls('a')},
      ${callOutcome(1)},
      ${park('$9', "'outcome_unknown'", 'null')}`,
  })
  return row?.seq
}

/** Leaves a generation to what is asked after already. Undefined when that has ended meanwhile, or the lease was lost. */
export async function leaveToTask(db: Queryable, { generationId, token }: Fence, attemptId: string): Promise<number | undefined> {
  const [row] = await db.query<{ seq: number }>({
    name: 'generations.leaveToTask',
    values: [generationId, token, attemptId],
    text: `/* generations.leaveToTask */
      with ${lockSession('$1')},
      -- Locked, so that one that was just ended is seen.
      a as materialized (
        select id, state, task_status from provider_attempts where id = $3::uuid and generation_id = (select id from s) and next_poll_at is not null for update),
      ${park('$2', "case a.state when 'unknown' then 'outcome_unknown' else 'waiting_provider' end", 'a.task_status')}`,
  })
  return row?.seq
}

/** Something at a provider that is to be asked after now. */
export interface DueTask {
  readonly attemptId: string
  readonly generationId: string
  readonly accountId: string
  /** `unknown`: a submit whose answer was lost. */
  readonly state: 'submitted' | 'unknown'
  readonly taskId: string | null
  /** What a callback said about a submit whose answer was lost. */
  readonly hintedTaskId: string | null
  readonly taskStatus: string | null
  readonly provider: string
  readonly providerModel: string
  readonly model: string
  readonly status: GenerationStatus
  readonly progress: number | null
  readonly stopOutcome: string | null
  readonly startedAt: Date
  readonly ageSeconds: number
  readonly goneSeconds: number | null
  /** Until when this look at it has it to itself: exact, in the database's words. */
  readonly takenUntil: string
  /** Whether it is simulated, and nobody who simulates asks after it any more. The vendor knows nothing of it. */
  readonly isLeft: boolean
}

export interface Askable {
  readonly providers: readonly string[]
  /** Those of them that are simulated here: of what was accepted for the vendor itself they know nothing, and would say so; nor does the vendor of theirs. */
  readonly simulated: readonly string[]
}

/** When to ask next, after so many seconds; where somebody wanted it asked after since it was taken (a callback, a cancellation), that stands. */
const putOff = (takenUntil: string, seconds: string) => `case when next_poll_at = ${takenUntil}::timestamptz then now() + make_interval(secs => ${seconds}) else next_poll_at end`

/** Takes what is due at these providers, for as long as it takes to ask. Any number of processes may do it: each is taken by one. */
export async function takeDueTasks(db: Queryable, { providers, simulated }: Askable, limit: number): Promise<DueTask[]> {
  return db.query<DueTask>({
    name: 'generations.takeDueTasks',
    values: [providers, limit, TAKEN_SECONDS, simulated, LEFT_SECONDS],
    text: `/* generations.takeDueTasks */
      with due as materialized (
        select a.id, a.generation_id from provider_attempts a join generation_sessions s on s.id = a.generation_id
        where a.next_poll_at <= now() and coalesce(a.provider, s.provider) = any($1::text[])
          and (s.simulated = (coalesce(a.provider, s.provider) = any($4::text[])) or (s.simulated and a.next_poll_at <= now() - make_interval(secs => $5)))
        order by a.next_poll_at limit $2 for update of a skip locked),
      taken as (
        update provider_attempts a set next_poll_at = now() + make_interval(secs => $3), polls = polls + 1 from due where a.id = due.id returning a.*)
      select t.id as "attemptId", s.id as "generationId", s.account_id as "accountId", t.state, t.provider_task_id as "taskId", t.hinted_task_id as "hintedTaskId", t.task_status as "taskStatus",
        coalesce(t.provider, s.provider) as provider, coalesce(t.provider_model, s.provider_model) as "providerModel", s.model, s.status, s.provider_progress as progress, t.stop_outcome as "stopOutcome", t.started_at as "startedAt",
        extract(epoch from now() - t.started_at)::float as "ageSeconds", extract(epoch from now() - t.gone_since)::float as "goneSeconds",
        t.next_poll_at::text as "takenUntil",
        s.simulated and coalesce(t.provider, s.provider) <> all($4::text[]) as "isLeft"
      from taken t join generation_sessions s on s.id = t.generation_id`,
  })
}

/**
 * Has the task of a call asked after now, because its provider says that it has changed; of a submit whose answer was lost or is still on its way, keeps which task it
 * is said to be. False when it is another task than the call's, or nothing is asked after any more.
 */
export async function noteCallback(db: Queryable, attemptId: string, taskId: string): Promise<boolean> {
  const rows = await db.query(sql`
    /* generations.noteCallback */
    update provider_attempts set next_poll_at = case when next_poll_at is not null then now() end,
      hinted_task_id = case when provider_task_id is null then ${taskId} end
    where id = ${attemptId} and (next_poll_at is not null or state = 'intent') and coalesce(provider_task_id, ${taskId}) = ${taskId} returning 1`)
  return rows.length === 1
}

/** The calls of a generation that are asked after. */
export async function listAskedAfter(db: Queryable, generationId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    /* generations.listAskedAfter */
    select id from provider_attempts where generation_id = ${generationId} and next_poll_at is not null order by id`)
  return rows.map(({ id }) => id)
}

/** Puts off the next question. */
export async function askLater(db: Queryable, { attemptId, takenUntil }: Pick<DueTask, 'attemptId' | 'takenUntil'>, seconds: number): Promise<void> {
  await db.query({
    name: 'generations.askLater', values: [attemptId, takenUntil, seconds],
    text: `/* generations.askLater */
      update provider_attempts set next_poll_at = ${putOff('$2', '$3')} where id = $1::uuid and next_poll_at is not null`,
  })
}

/** Puts off every question to a provider that wants fewer of them, a little apart. What was to be asked later anyway stays. */
export async function quietDown(db: Queryable, provider: string, seconds: number): Promise<void> {
  await db.query(sql`
    /* generations.quietDown */
    update provider_attempts a set next_poll_at = now() + make_interval(secs => ${seconds} * (1 + random() * 0.1))
    from generation_sessions s
    where s.id = a.generation_id and s.kind = 'video' and coalesce(a.provider, s.provider) = ${provider} and a.next_poll_at < now() + make_interval(secs => ${seconds})`)
}

export interface TaskNews {
  readonly providerStatus: string
  readonly progress: number | null
  readonly nextInSeconds: number
  /** The provider says that it does not know the task. */
  readonly isGone: boolean
}

/** Keeps what the provider tells of a task that goes on. The event's number when there is something new to tell. */
export async function noteTask(db: Queryable, { attemptId, generationId, takenUntil }: Pick<DueTask, 'attemptId' | 'generationId' | 'takenUntil'>, news: TaskNews): Promise<number | undefined> {
  const [row] = await db.query<{ seq: number }>({
    name: 'generations.noteTask',
    values: [generationId, attemptId, news.providerStatus, news.progress, news.nextInSeconds, news.isGone, takenUntil],
    text: `/* generations.noteTask */
      with ${lockSession('$1')},
      a as (
        update provider_attempts set task_status = $3, next_poll_at = ${putOff('$7', '$5')},
          gone_since = case when $6::boolean then coalesce(gone_since, now()) end
        from s where provider_attempts.id = $2::uuid and next_poll_at is not null returning provider_attempts.id),
      told as (
        update generation_sessions g set provider_status = $3, provider_progress = $4::real, event_seq = g.event_seq + 1
        from s, a where g.id = s.id and g.status = 'running' and g.lease_owner is null
          and (g.provider_status, g.provider_progress) is distinct from ($3, $4::real)
        returning g.id, g.event_seq, g.phase)
      insert into generation_events (generation_id, seq, kind, data)
      select id, event_seq, 'progress', jsonb_build_object('status', 'running', 'phase', phase, 'providerStatus', $3::text, 'progress', $4::real) from told returning seq`,
  })
  return row?.seq
}

/** Keeps the id of the task that was found for a lost submit. It is asked after at once. False when another call has that task. */
export async function recordFound(db: Queryable, attemptId: string, taskId: string, providerStatus: string): Promise<boolean> {
  const rows = await db.query(sql`
    /* generations.recordFound */
    update provider_attempts set state = 'submitted', provider_task_id = ${taskId}, task_status = ${providerStatus}, failure_reason = null, failure_message = null,
      finished_at = null, next_poll_at = now()
    where id = ${attemptId} and state = 'unknown' and next_poll_at is not null
      and not exists (select from provider_attempts other where other.provider_task_id = ${taskId}) returning 1`)
  return rows.length === 1
}

/** Keeps what came of stopping a task. It is asked after at once: it may have ended before. */
export async function recordStop(db: Queryable, attemptId: string, outcome: string): Promise<void> {
  await db.query({
    name: 'generations.recordStop', values: [attemptId, outcome],
    text: '/* generations.recordStop */ update provider_attempts set stop_outcome = $2, next_poll_at = now() where id = $1::uuid and next_poll_at is not null',
  })
}

export type TaskEnd =
  | { readonly state: 'succeeded'; readonly result: VideoResult; readonly providerStatus: string }
  | { readonly state: 'failed' | 'unknown'; readonly reason: string; readonly message: string; readonly providerStatus: string | null }

/**
 * Keeps how a task ended and gives its slot back; where the generation was left to it, it goes to the lane, where it is taken before what waits. Of an
 * end that is not known, the slot lapses by itself after the longest time a task may take.
 *
 * Safe to repeat: a task ends once. True when this call was it.
 */
export async function endTask(db: Queryable, { attemptId, generationId }: Pick<DueTask, 'attemptId' | 'generationId'>, end: TaskEnd): Promise<{ ended: boolean; seq: number | null }> {
  const failed = end.state === 'succeeded' ? null : end
  const phase: GenerationPhase = failed === null ? 'storing' : 'retrying'
  const [row] = await db.query<{ seq: number | null }>({
    name: 'generations.endTask',
    values: [
      generationId, attemptId, end.state, end.state === 'succeeded' ? json(end.result) : null, failed?.reason ?? null, failed?.message.slice(0, 1_000) ?? null,
      end.providerStatus, phase, UNKNOWN_SLOT_SECONDS,
    ],
    text: `/* generations.endTask */
      with s as materialized (select * from generation_sessions where id = $1::uuid for update),
      a as (
        update provider_attempts set state = $3, result = $4::jsonb, failure_reason = $5, failure_message = $6, task_status = coalesce($7, task_status),
          next_poll_at = null, finished_at = now()
        from s where provider_attempts.id = $2::uuid and next_poll_at is not null returning provider_attempts.*),
      ${logEnded('a', 's')},
      freed as (
        update provider_slots p set attempt_id = null, generation_id = null, lease_token = null, expires_at = null
        from a where p.attempt_id = a.id and $3 <> 'unknown'),
      lapsing as (
        update provider_slots p set generation_id = null, lease_token = null, expires_at = now() + make_interval(secs => $9)
        from a where p.attempt_id = a.id and $3 = 'unknown'),
      queued as (
        update generation_sessions g set status = 'queued', phase = $8, lease_expires_at = null, lease_token = g.lease_token + 1,
          provider_status = coalesce($7, g.provider_status), event_seq = g.event_seq + 1
        from s, a where g.id = s.id and g.status = 'running' and g.lease_owner is null and g.lease_expires_at = 'infinity' and a.call_number > g.calls_outdated
        returning g.id, g.kind, g.priority, g.event_seq),
      event as (
        insert into generation_events (generation_id, seq, kind, data)
        select id, event_seq, 'status', jsonb_build_object('status', 'queued', 'phase', $8::text, 'reason', 'the provider has ended its task', 'providerStatus', $7::text) from queued),
      message as (
        insert into outbox (queue, payload, priority) select kind, jsonb_build_object('generationId', id), priority from queued)
      select queued.event_seq as seq from a left join queued on true`,
  })
  return { ended: row !== undefined, seq: row?.seq ?? null }
}

/**
 * Calls that began more than so long ago and that nobody has asked after for `unaskedSeconds`: every process that could is gone, or has lost its key. What is still asked
 * after is for whoever asks.
 */
export function listForsaken(db: Queryable, { ageSeconds, unaskedSeconds }: { ageSeconds: number; unaskedSeconds: number }, limit: number): Promise<Pick<DueTask, 'attemptId' | 'generationId'>[]> {
  return db.query<Pick<DueTask, 'attemptId' | 'generationId'>>(sql`
    /* generations.listForsaken */
    select id as "attemptId", generation_id as "generationId" from provider_attempts
    where next_poll_at <= now() - make_interval(secs => ${unaskedSeconds}) and started_at <= now() - make_interval(secs => ${ageSeconds})
    order by next_poll_at limit ${limit}`)
}

/** A fresh address for what was made. */
export async function replaceResult(db: Queryable, attemptId: string, result: VideoResult): Promise<void> {
  await db.query(sql`
    /* generations.replaceResult */
    update provider_attempts set result = ${json(result)}::jsonb where id = ${attemptId} and state = 'succeeded'`)
}
