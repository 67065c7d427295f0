import { coverFromFirstLots, holdAccepted } from '#domains/credits'
import { json, type Queryable, sql } from '#platform/db'
import type { Priority } from './model.ts'

/** Everything a new generation is made of. `id` is also the id of its first hold. */
export interface NewSession {
  readonly id: string
  readonly accountId: string
  readonly userId: string
  readonly kind: 'image' | 'video'
  readonly priority: Priority
  readonly model: string
  readonly provider: string
  readonly providerModel: string
  readonly simulated: boolean
  readonly input: object
  readonly defaulted: readonly string[]
  readonly allowFallback: boolean
  readonly metadata: object
  readonly outputsWanted: number
  /** Null where an output is one unit. */
  readonly units: number | null
  readonly width: number | null
  readonly height: number | null
  readonly priceCredits: bigint
  readonly priceVersion: number
  readonly amount: bigint
  readonly deadlineSeconds: number
  readonly queue: string
  /** Which generation it repeats. */
  readonly retriedFrom: string | null
}

export interface IdempotencyKey {
  readonly key: string
  readonly requestHash: string
}

/** The hold outlives the generation's own deadline by this much: the sweeper ends the generation first. */
export const HOLD_GRACE_SECONDS = 900

/** One request of a batch, with the place it came in. */
export interface Ask {
  readonly session: NewSession
  readonly key: IdempotencyKey | null
}

/**
 * What became of it. Of all but `accepted` nothing was written. `uncovered`: the account's first lot does not pay for it. `in_flight`: a
 * transaction that has not ended is deciding about the key.
 */
export type AskOutcome = { readonly outcome: 'accepted'; readonly createdAt: Date } | { readonly outcome: 'key_taken' | 'in_flight' | 'uncovered' }

/** A transaction has the key while it decides about it. Nobody waits for a key, so that it cannot hold up a batch or its account. */
const tryKey = (accountId: string, key: string) => `pg_try_advisory_xact_lock(hashtextextended(${accountId}::text || ' ' || ${key}, 0))`

const asked = `
  asked as (
    select r.*, r.id as reservation_id, r.id as generation_id,
      now() + make_interval(secs => r.deadline_seconds) as session_deadline_at,
      now() + make_interval(secs => r.deadline_seconds + ${HOLD_GRACE_SECONDS}) as deadline_at
    from json_to_recordset($1::json) as r (
      position int, id uuid, account_id uuid, user_id uuid, kind text, priority smallint, model text, provider text, provider_model text, simulated boolean,
      input json, defaulted text[], allow_fallback boolean, metadata json, outputs_wanted int, units int, width int, height int, price_credits bigint, price_version int, amount bigint,
      queue text, deadline_seconds int, retried_from uuid, key text, request_hash text))`

/** Session, first event and message for every row of `accepted`. */
const sessionsOfAccepted = `
  session as (
    insert into generation_sessions (id, account_id, user_id, kind, priority, model, provider, provider_model, simulated, input, defaulted, allow_fallback, metadata,
      outputs_wanted, units, width, height, price_credits, price_version, reservation_id, credits_held, deadline_at, retried_from)
    select id, account_id, user_id, kind, priority, model, provider, provider_model, simulated, input, defaulted, allow_fallback, metadata,
      outputs_wanted, units, width, height, price_credits, price_version, reservation_id, amount, session_deadline_at, retried_from
    from accepted order by position
    returning id, created_at),
  event as (
    insert into generation_events (generation_id, seq, kind, data)
    select id, 1, 'status', '{"status":"queued"}' from accepted),
  message as (
    insert into outbox (queue, payload, priority)
    select queue, jsonb_build_object('generationId', id), priority from accepted order by position)`

const acceptText = `/* generations.accept */
  with ${asked},
  -- Set before anything is locked: nobody waits longer than this for the lots.
  bounded as materialized (select set_config('lock_timeout', $2, true)),
  tried as materialized (
    select asked.*, case when key is null then true else ${tryKey('account_id', 'key')} end as key_is_free from asked, bounded),
  request as (select * from tried where key_is_free),
  ${coverFromFirstLots},
  -- A key past its time is taken over.
  taken as (
    insert into idempotency_keys (account_id, key, request_hash, generation_id, expires_at)
    select account_id, key, request_hash, id, now() + interval '24 hours' from covered where key is not null
    on conflict (account_id, key) do update
      set request_hash = excluded.request_hash, generation_id = excluded.generation_id, expires_at = excluded.expires_at
      where idempotency_keys.expires_at <= now()
    returning generation_id),
  accepted as (select * from covered where key is null or id in (select generation_id from taken)),
  ${holdAccepted},
  ${sessionsOfAccepted}
  select tried.position, session.created_at as "createdAt",
    case when session.id is not null then 'accepted' when covered.id is not null then 'key_taken'
      when tried.key_is_free then 'uncovered' else 'in_flight' end as outcome
  from tried left join covered on covered.id = tried.id left join session on session.id = tried.id
  order by tried.position`

const acceptHeldText = `/* generations.acceptHeld */
  with ${asked}, accepted as (select * from asked), ${sessionsOfAccepted}
  select created_at as "createdAt" from session`

/**
 * Accepts requests in one statement, which is one transaction: key, hold, session, event and message of each, or nothing of it. Requests of one
 * account are served in the order given. No two of them may have the same account and key. Fails with SQLSTATE 55P03 when it had to wait longer
 * than `lockWaitMs` for the lots of one of them.
 *
 * The lots are locked before the keys, here and in every other path, so that two of them cannot wait for each other.
 */
export async function acceptBatch(db: Queryable, asks: readonly Ask[], lockWaitMs: number): Promise<AskOutcome[]> {
  const values = [json(asks.map(toRecord)), String(lockWaitMs)]
  return db.query<AskOutcome>({ name: 'generations.accept', text: acceptText, values })
}

/** The rest of accepting one request whose hold and key were made in this transaction. */
export async function acceptHeld(tx: Queryable, session: NewSession): Promise<Date> {
  const values = [json([toRecord({ session, key: null }, 0)])]
  const [row] = await tx.query<{ createdAt: Date }>({ name: 'generations.acceptHeld', text: acceptHeldText, values })
  return row!.createdAt
}

/**
 * Takes the right to decide about the key until the end of the transaction, and bounds how long its other statements wait for locks. `free`
 * also for no key.
 */
export async function lookAtKey(tx: Queryable, accountId: string, key: string | null, lockWaitMs: number): Promise<'free' | 'in_flight' | 'key_taken'> {
  const [row] = await tx.query<{ state: 'free' | 'in_flight' | 'key_taken' }>({
    name: 'generations.lookAtKey',
    values: [accountId, key, String(lockWaitMs)],
    text: `/* generations.lookAtKey */
      select set_config('lock_timeout', $3, true), case when $2::text is null then 'free'
        when exists (select from idempotency_keys where account_id = $1::uuid and key = $2::text and expires_at > now()) then 'key_taken'
        when ${tryKey('$1', '$2')} then 'free' else 'in_flight' end as state`,
  })
  return row!.state
}

/** Takes the key for this generation. False when it is taken. */
export async function insertKey(tx: Queryable, accountId: string, generationId: string, key: IdempotencyKey): Promise<boolean> {
  const rows = await tx.query(sql`
    /* generations.insertKey */
    insert into idempotency_keys (account_id, key, request_hash, generation_id, expires_at)
    values (${accountId}, ${key.key}, ${key.requestHash}, ${generationId}, now() + interval '24 hours')
    on conflict (account_id, key) do update
      set request_hash = excluded.request_hash, generation_id = excluded.generation_id, expires_at = excluded.expires_at
      where idempotency_keys.expires_at <= now()
    returning 1`)
  return rows.length === 1
}

export async function getKey(db: Queryable, accountId: string, key: string): Promise<{ requestHash: string; generationId: string } | undefined> {
  const [row] = await db.query<{ requestHash: string; generationId: string }>(sql`
    /* generations.getKey */
    select request_hash as "requestHash", generation_id as "generationId"
    from idempotency_keys where account_id = ${accountId} and key = ${key} and expires_at > now()`)
  return row
}

function toRecord({ session: s, key }: Ask, position: number): Record<string, unknown> {
  return {
    position,
    id: s.id,
    account_id: s.accountId,
    user_id: s.userId,
    kind: s.kind,
    priority: s.priority === 'interactive' ? 0 : 1,
    model: s.model,
    provider: s.provider,
    provider_model: s.providerModel,
    simulated: s.simulated,
    input: s.input,
    defaulted: s.defaulted,
    allow_fallback: s.allowFallback,
    metadata: s.metadata,
    outputs_wanted: s.outputsWanted,
    units: s.units,
    width: s.width,
    height: s.height,
    // Amounts are bounded by 2^53 - 1, so they are exact as JSON numbers.
    price_credits: Number(s.priceCredits),
    price_version: s.priceVersion,
    amount: Number(s.amount),
    queue: s.queue,
    deadline_seconds: s.deadlineSeconds,
    retried_from: s.retriedFrom,
    key: key?.key ?? null,
    request_hash: key?.requestHash ?? null,
  }
}
