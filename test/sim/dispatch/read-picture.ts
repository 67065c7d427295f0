import { type Db, sql } from '#platform/db'
import { type Batch, type Generation, type Letter, letterKey, type Picture, type Provider } from './picture.ts'

interface Row extends Pick<Picture, 'accounts' | 'outbox'> {
  readonly generations: Record<string, Generation> | null
  readonly keys: Record<string, string> | null
  readonly provider: Provider
  readonly letters: (Letter & { readonly id: string })[]
  readonly batches: Record<string, Batch> | null
}

export interface Read {
  readonly picture: Omit<Picture, 'tickets'>
  /** Letters by the model's names, in the order in which they were written. */
  readonly letterIds: ReadonlyMap<string, string>
}

/** Everything that belongs to the provider and the accounts of a run. */
export async function readPicture(db: Db, { provider, accounts }: { provider: string; accounts: readonly string[] }): Promise<Read> {
  const [row] = await db.query<Row>(sql`
    /* sim.readWork */
    with mine as materialized (select * from generation_sessions where provider = ${provider}),
    outputs as (
      select generation_id, json_object_agg(output_index, json_build_object('state', state, 'token', lease_token)) as them
      from generation_outputs where generation_id in (select id from mine) group by generation_id),
    calls as (
      select generation_id, json_object_agg(id, json_build_object('index', output_index, 'number', call_number, 'token', lease_token, 'state', state)) as them
      from provider_attempts where generation_id in (select id from mine) group by generation_id)
    select
      (select json_object_agg(a.id, json_build_object(
        'available', coalesce((select sum(remaining) from credit_lots where account_id = a.id), 0),
        'held', coalesce((select sum(held) from credit_lots where account_id = a.id), 0),
        'captured', coalesce((select sum(captured) from credit_lots where account_id = a.id), 0))) from unnest(${accounts}::uuid[]) a (id)) as accounts,
      (select json_object_agg(m.id, json_build_object('account', account_id, 'priority', priority,
        'asked', coalesce((accepted->>'outputsWanted')::int, outputs_wanted), 'wanted', outputs_wanted, 'status', status, 'token', lease_token,
        'owner', case when status = 'running' then lease_owner end, 'lapsed', coalesce(lease_expires_at <= now(), false),
        'late', finished_at is null and deadline_at < now(), 'attempts', attempts, 'crashes', crashes, 'waived', waived, 'held', credits_held,
        'captured', credits_captured, 'released', credits_released, 'error', error_code, 'events', event_seq,
        'outputs', coalesce(outputs.them, '{}'), 'calls', coalesce(calls.them, '{}')))
        from mine m left join outputs on outputs.generation_id = m.id left join calls on calls.generation_id = m.id) as generations,
      (select json_object_agg(account_id || ' ' || key, generation_id) from idempotency_keys where account_id = any(${accounts}::uuid[])) as keys,
      (select json_build_object('limit', concurrency_max,
        'pause', case when paused_until = 'infinity' then 'operator' when paused_until > now() then 'timed' end, 'refusals', refusals,
        'faults', faults, 'faultOf', last_fault_of, 'breaker', case when open_until is null then 'closed' when open_until > now() then 'open' else 'trying' end,
        'openings', openings, 'probe', probe_id, 'probeLapsed', coalesce(probe_until <= now(), false),
        'lanePaused', exists (select from lane_controls where lane = 'image' and paused),
        'slots', (select coalesce(json_agg(json_build_object('slot', slot, 'enabled', enabled, 'attempt', attempt_id, 'generation', generation_id,
          'token', lease_token, 'lapsed', coalesce(expires_at <= now(), false)) order by slot), '[]') from provider_slots p where p.provider = c.provider))
        from provider_controls c where provider = ${provider}) as provider,
      (select coalesce(json_agg(json_build_object('id', id, 'about', coalesce(generation_id::text, payload #>> '{}'), 'message', generation_id is null,
        'code', code, 'credits', credits, 'released', released, 'state', state, 'batch', batch_id, 'refusal', refusal) order by id), '[]')
        from dead_letters where provider = ${provider} or (generation_id is null and starts_with(payload #>> '{}', ${provider}))) as letters,
      (select json_object_agg(id, json_build_object('waived', waived, 'total', total, 'state', state, 'retried', retried, 'unpayable', unpayable,
        'skipped', skipped, 'credits', credits)) from dead_letter_batches where filter->>'provider' = ${provider}) as batches,
      (select coalesce(json_agg(id order by id), '[]') from (
        select (payload->>'generationId')::uuid as id from outbox where published_at is null and payload->>'generationId' in (select id::text from mine)) o) as outbox`)
  const letters: Record<string, Letter> = {}
  const letterIds = new Map<string, string>()
  for (const { id, ...letter } of row!.letters) {
    const key = letterKey(letter.about, letters)
    letters[key] = letter
    letterIds.set(key, id)
  }
  const { accounts: balances, generations, keys, provider: gate, batches, outbox } = row!
  return { picture: { accounts: balances, generations: generations ?? {}, keys: keys ?? {}, provider: gate, letters, batches: batches ?? {}, outbox }, letterIds }
}
