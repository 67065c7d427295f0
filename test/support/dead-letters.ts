/** Generations that fail for good, by the product's own hand: past their deadline, with everything they tried having failed. */
import { reserve } from '#domains/credits'
import { sweepDeadlines } from '#domains/generations'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { Realtime } from '#platform/realtime'

export const DEADLINE_SECONDS = 900

export interface Failing {
  readonly accountId: string
  readonly outputs: number
  readonly model?: string
  /** False leaves it running and overdue, for `endOverdue`. */
  readonly fails?: boolean
}

/** Accepted, worked on, and failed. Of one that does not fail the letter's id is empty. */
export async function failedGeneration(db: Db, { accountId, outputs, model = 'seedream4', fails = true }: Failing): Promise<{ id: string; letterId: string }> {
  const id = newId()
  await db.transaction(async (tx) => {
    await reserve(tx, { id, accountId, generationId: id, amount: BigInt(outputs), deadlineSeconds: 3_600 })
    await tx.query(sql`
      insert into generation_sessions (id, account_id, user_id, kind, model, provider, provider_model, simulated, input, outputs_wanted, price_credits,
        price_version, reservation_id, credits_held, created_at, deadline_at, event_seq, status, attempts, lease_token, lease_expires_at, started_at)
      values (${id}, ${accountId}, ${accountId}, 'image', ${model}, 'bytedance', 'm', true, ${JSON.stringify({ prompt: 'a fox', n: outputs, size: '1K' })}::json,
        ${outputs}, 1, 1, ${id}, ${outputs}, now() - interval '1000 seconds', now() - interval '1000 seconds' + make_interval(secs => ${DEADLINE_SECONDS}), 2,
        'running', 1, 1, now() + interval '1 hour', now())`)
    await tx.query(sql`
      insert into generation_events (generation_id, seq, kind, data)
      values (${id}, 1, 'status', '{"status":"queued"}'), (${id}, 2, 'status', '{"status":"running"}')`)
    await tx.query(sql`insert into outbox (queue, payload, published_at) values ('image', jsonb_build_object('generationId', ${id}::uuid), now())`)
    await tx.query(sql`
      insert into provider_attempts (id, generation_id, output_index, call_number, lease_token, state, failure_reason, finished_at)
      select gen_random_uuid(), ${id}, n - 1, n, 1, 'failed', 'provider_fault', now() from generate_series(1, ${outputs}::int) n`)
    await tx.query(sql`
      insert into generation_outputs (id, generation_id, output_index, state, lease_token, error_code, error_message)
      select gen_random_uuid(), ${id}, n - 1, 'failed', 1, 'provider.failed', 'x' from generate_series(1, ${outputs}::int) n`)
  })
  if (!fails) return { id, letterId: '' }
  await endOverdue(db)
  const [letter] = await db.query<{ id: string }>(sql`select id from dead_letters where generation_id = ${id} and state = 'open'`)
  return { id, letterId: letter!.id }
}

/** Ends everything past its deadline. */
export async function endOverdue(db: Db): Promise<void> {
  await sweepDeadlines(db, new Realtime(db, () => undefined))
}

/** Makes an open generation overdue. */
export async function letItBeLate(db: Db, id: string): Promise<void> {
  await db.query(sql`update generation_sessions set deadline_at = now() - interval '1 second' where id = ${id} and status in ('queued', 'running')`)
}

export interface SessionState {
  readonly status: string
  readonly deadlineSeconds: number
  readonly outputs: number
  readonly messages: number
  readonly events: readonly Record<string, unknown>[]
}

export async function stateOf(db: Db, id: string): Promise<SessionState> {
  const [row] = await db.query<SessionState>(sql`
    select s.status, round(extract(epoch from s.deadline_at - coalesce(s.reopened_at, s.created_at)))::int as "deadlineSeconds",
      (select count(*)::int from generation_outputs o where o.generation_id = s.id) as outputs,
      (select count(*)::int from outbox m where m.payload ->> 'generationId' = s.id::text) as messages,
      (select json_agg(e.data order by e.seq) from generation_events e where e.generation_id = s.id) as events
    from generation_sessions s where s.id = ${id}`)
  return row!
}
