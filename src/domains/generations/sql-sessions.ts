import { json, type Queryable, sql } from '#platform/db'
import type { Accepted, EventRow, GenerationPhase, GenerationStatus, Session, Timing } from './model.ts'
import { sessionColumns } from './sql-columns.ts'

/** Locks the row of a generation that may still end; undefined when it has ended, or the token is not the newest. */
export async function lockOpen(tx: Queryable, id: string, token: number | null): Promise<Session | undefined> {
  const [row] = await tx.query<Session>({
    name: 'generations.lockOpen',
    values: [id, token],
    text: `/* generations.lockOpen */
      select ${sessionColumns} from generation_sessions s
      where s.id = $1::uuid and s.status in ('queued', 'running') and ($2::int is null or s.lease_token = $2) for update`,
  })
  return row
}

export interface Ending {
  readonly id: string
  readonly status: GenerationStatus
  readonly captured: bigint
  readonly released: bigint
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly timing: Timing
}

/** The last write: state, money, timing and event. The token goes up, so a worker still busy with it writes nothing more. */
export async function endSession(tx: Queryable, ending: Ending): Promise<number> {
  const data = {
    status: ending.status,
    credits: { captured: Number(ending.captured), released: Number(ending.released) },
    error: ending.errorCode === null ? null : { code: ending.errorCode, message: ending.errorMessage },
  }
  const [row] = await tx.query<{ seq: number }>(sql`
    /* generations.endSession */
    with ended as (
      update generation_sessions set status = ${ending.status}, phase = null, credits_captured = ${ending.captured},
        credits_released = ${ending.released}, error_code = ${ending.errorCode}, error_message = ${ending.errorMessage},
        timing_breakdown = ${json(ending.timing)}::jsonb, lease_token = lease_token + 1, lease_expires_at = null,
        finished_at = now(), event_seq = event_seq + 1
      where id = ${ending.id} returning id, event_seq)
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'status', ${json(data)}::jsonb from ended returning seq`)
  return row!.seq
}

/** Says what a running generation is doing. Does nothing when the token is not the newest or nothing changed. */
export async function setPhase(db: Queryable, id: string, token: number, phase: GenerationPhase): Promise<boolean> {
  const rows = await db.query(sql`
    /* generations.setPhase */
    with s as (
      update generation_sessions set phase = ${phase}, event_seq = event_seq + 1
      where id = ${id} and lease_token = ${token} and status = 'running' and phase is distinct from ${phase}
      returning id, event_seq)
    insert into generation_events (generation_id, seq, kind, data)
    select id, event_seq, 'progress', jsonb_build_object('status', 'running', 'phase', ${phase}::text) from s returning 1`)
  return rows.length === 1
}

/** With what its account has bought, which decides how long outputs are kept. */
export type OwnSession = Session & { readonly plan: string }

const ownColumns = `${sessionColumns}, (select a.plan from accounts a where a.id = s.account_id) as plan`

/** Undefined for one of another account, and for one that its owner deleted. */
export async function getSession(db: Queryable, id: string, accountId: string): Promise<OwnSession | undefined> {
  const [row] = await db.query<OwnSession>({
    name: 'generations.getSession',
    values: [id, accountId],
    text: `/* generations.getSession */
      select ${ownColumns} from generation_sessions s where s.id = $1::uuid and s.account_id = $2::uuid and s.deleted_at is null`,
  })
  return row
}

/** What the first answer to the request told. */
export async function getAccepted(db: Queryable, id: string, accountId: string): Promise<Accepted | undefined> {
  const [row] = await db.query<Accepted>(sql`
    /* generations.getAccepted */
    select id, kind, case priority when 0 then 'interactive' else 'bulk' end as priority, model, coalesce((accepted->>'simulated')::boolean, simulated) as simulated, metadata, price_credits as "priceCredits", created_at as "createdAt",
      retried_from as "retriedFrom",
      case when accepted is null then input else accepted->'input' end as input,
      coalesce((accepted->>'outputsWanted')::int, outputs_wanted) as "outputsWanted",
      case when accepted is null then width else (accepted->>'width')::int end as width,
      case when accepted is null then height else (accepted->>'height')::int end as height,
      coalesce(units, (accepted->>'outputsWanted')::int, outputs_wanted) * price_credits as "creditsHeld"
    from generation_sessions where id = ${id} and account_id = ${accountId}`)
  return row
}

export interface ListQuery {
  readonly accountId: string
  readonly kind: string | null
  readonly status: string | null
  readonly model: string | null
  /** Part of the prompt. */
  readonly search: string | null
  /** Continues after this generation. */
  readonly afterId: string | null
  readonly limit: number
}

export function listSessions(db: Queryable, query: ListQuery): Promise<OwnSession[]> {
  const pattern = query.search === null ? null : `%${query.search.replaceAll(/[\\%_]/g, '\\$&')}%`
  return db.query<OwnSession>({
    name: 'generations.listSessions',
    values: [query.accountId, query.kind, query.status, query.model, pattern, query.afterId, query.limit],
    text: `/* generations.listSessions */
      select ${ownColumns} from generation_sessions s
      where s.account_id = $1::uuid and s.deleted_at is null and ($2::text is null or s.kind = $2) and ($3::text is null or s.status = $3)
        and ($4::text is null or s.model = $4) and ($5::text is null or s.input->>'prompt' ilike $5)
        and ($6::uuid is null or s.id < $6)
      order by s.id desc limit $7`,
  })
}

export function listEvents(db: Queryable, id: string, afterSeq: number): Promise<EventRow[]> {
  return db.query<EventRow>(sql`
    /* generations.listEvents */
    select seq, kind, data from generation_events where generation_id = ${id} and seq > ${afterSeq} order by seq limit 200`)
}

export async function listOverdue(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    /* generations.listOverdue */
    select id from generation_sessions where status in ('queued', 'running') and deadline_at < now()
    order by deadline_at limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** What was accepted to be simulated at these providers and has been waiting for so long. */
export async function listLeftBehind(db: Queryable, line: { kind: string; providers: readonly string[]; waitingSeconds: number }, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    /* generations.listLeftBehind */
    select id from generation_sessions
    where status = 'queued' and kind = ${line.kind} and provider = any(${[...line.providers]}::text[]) and simulated
      and coalesce(reopened_at, created_at) <= now() - make_interval(secs => ${line.waitingSeconds})
    order by id limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** Which of these uploads are named by generations that have not ended. */
export async function listNamedUploads(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    /* generations.listNamedUploads */
    select distinct named.id from generation_sessions s, lateral (
      select s.input->>'firstFrame' as id union all select s.input->>'lastFrame'
      union all select json_array_elements_text(coalesce(s.input->'referenceImages', '[]'::json))) named
    where s.status in ('queued', 'running') and named.id = any(${[...ids]}::text[])`)
  return rows.map(({ id }) => id)
}

/** Which of these generations have not ended. */
export async function listOpen(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    /* generations.listOpen */
    select id from generation_sessions where id = any(${ids}::uuid[]) and status in ('queued', 'running')`)
  return rows.map(({ id }) => id)
}

export async function deleteExpiredKeys(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query(sql`
    /* generations.deleteExpiredKeys */
    delete from idempotency_keys where (account_id, key) in (
      select account_id, key from idempotency_keys where expires_at < now() limit ${limit}) returning 1`)
  return rows.length
}

/** The database's clock, which all instants of a generation are told by. */
export async function readClock(db: Queryable): Promise<Date> {
  const [row] = await db.query<{ now: Date }>(sql`/* generations.readClock */ select clock_timestamp() as now`)
  return row!.now
}

/** How long the last hundred generations by the model took, in the middle; null when there were none. */
export async function readMedianMs(db: Queryable, model: string): Promise<number | null> {
  const [row] = await db.query<{ median: number | null }>(sql`
    /* generations.readMedianMs */
    select round(percentile_cont(0.5) within group (order by extract(epoch from finished_at - began_at) * 1000))::int as median
    from (select coalesce(reopened_at, created_at) as began_at, finished_at from generation_sessions
      where model = ${model} and status = 'succeeded' order by id desc limit 100) as latest`)
  return row?.median ?? null
}
