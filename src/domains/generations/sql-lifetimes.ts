import { type Queryable, sql } from '#platform/db'
import type { GenerationStatus } from './model.ts'

/** Where the stored outputs of a generation are, with their posters. `g` is the row of the generation. */
const objectKeysOf = (g: string) => `array(
  select key from generation_outputs o, unnest(array[o.object_key, o.poster_key]) as key
  where o.generation_id = ${g}.id and o.state = 'stored' and key is not null)`

export interface Deletion {
  readonly isDeleted: boolean
  readonly status: GenerationStatus
  readonly seq: number
  /** What was to be seen of it, and is in the storage until somebody removes it. */
  readonly objectKeys: string[]
}

/** Deletes a generation that has ended; `isDeleted` is false for one that has not. Undefined when the account has none of the id (any more). */
export async function deleteSession(db: Queryable, id: string, accountId: string): Promise<Deletion | undefined> {
  const [row] = await db.query<Deletion>({
    name: 'generations.deleteSession',
    values: [id, accountId],
    text: `/* generations.deleteSession */
      with found as materialized (
        select id, status, event_seq, outputs_removed_at is null as has_outputs from generation_sessions
        where id = $1::uuid and account_id = $2::uuid and deleted_at is null for update),
      gone as (
        update generation_sessions s set deleted_at = now(), outputs_removed_at = coalesce(s.outputs_removed_at, now())
        from found where s.id = found.id and found.status in ('succeeded', 'failed', 'cancelled') returning s.id)
      select gone.id is not null as "isDeleted", found.status, found.event_seq as seq,
        case when found.has_outputs then ${objectKeysOf('found')} else '{}' end as "objectKeys"
      from found left join gone on gone.id = found.id`,
  })
  return row
}

/** A page of the accounts of a plan, in the order of their ids. */
export async function listAccountsOfPlan(db: Queryable, plan: string, after: string | null, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    /* generations.listAccountsOfPlan */
    select id from accounts where plan = ${plan} and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`)
  return rows.map(({ id }) => id)
}

export interface Expired {
  readonly id: string
  readonly accountId: string
  readonly status: GenerationStatus
  readonly seq: number
  readonly objectKeys: string[]
}

/**
 * Removes the outputs of generations of these accounts that ended longer ago than that, those of each account that ended first, `limit` at most. Their objects are the caller's to
 * remove. What another process is at is left to it.
 */
export function expireOutputs(db: Queryable, accountIds: readonly string[], days: number, limit: number): Promise<Expired[]> {
  return db.query<Expired>({
    name: 'generations.expireOutputs',
    values: [accountIds, days, limit],
    text: `/* generations.expireOutputs */
      with expired as materialized (
        select s.id from unnest($1::uuid[]) as account (id) cross join lateral (
          select g.id from generation_sessions g
          where g.account_id = account.id and g.finished_at < now() - make_interval(hours => 24 * $2::int)
            and g.outputs_removed_at is null and g.status in ('succeeded', 'cancelled') and (g.credits_captured > 0 or g.waived)
          order by g.finished_at limit $3) s
        limit $3),
      locked as materialized (
        select id from generation_sessions where id = any(array(select id from expired)) and outputs_removed_at is null order by id for update skip locked),
      gone as (
        update generation_sessions s set outputs_removed_at = now(), outputs_kept_days = $2::int
        from locked where s.id = locked.id returning s.id, s.account_id, s.status, s.event_seq)
      select id, account_id as "accountId", status, event_seq as seq, ${objectKeysOf('gone')} as "objectKeys" from gone`,
  })
}

/** An object of the storage, as its key says. */
export interface NamedObject {
  readonly key: string
  readonly generationId: string
  readonly token: number
}

/** What an object is: of a generation that this database does not know; or a leftover; else somebody needs it, or may. */
export type Belonging = 'stranger' | 'leftover' | 'needed'

/**
 * What each of the objects is, in their order. A leftover is an object of outputs that were removed, or one that no output points to and none ever will: its generation ended
 * `restSeconds` ago at least, so nobody has a lease, and every later lease has a higher token, hence other keys. It stays a leftover even if the generation is opened again right after.
 *
 * A token that was never given is not ours: this database may have been restored to a time before it.
 */
export async function sortObjects(db: Queryable, objects: readonly NamedObject[], restSeconds: number): Promise<Belonging[]> {
  const rows = await db.query<{ belonging: Belonging }>({
    name: 'generations.sortObjects',
    values: [objects.map(({ key }) => key), objects.map(({ generationId }) => generationId), objects.map(({ token }) => token), restSeconds],
    text: `/* generations.sortObjects */
      select case when s.id is null or object.token > s.lease_token then 'stranger'
        when s.outputs_removed_at is not null then 'leftover'
        when s.status in ('succeeded', 'failed', 'cancelled') and s.finished_at < now() - make_interval(secs => $4::int) and not exists (
          select from generation_outputs o where o.generation_id = s.id and o.state = 'stored' and object.key in (o.object_key, o.poster_key)) then 'leftover'
        else 'needed' end as belonging
      from unnest($1::text[], $2::uuid[], $3::bigint[]) with ordinality as object (key, generation_id, token, place)
      left join lateral (select * from generation_sessions g where g.id = object.generation_id limit 1) s on true
      order by object.place`,
  })
  return rows.map(({ belonging }) => belonging)
}

/** Where the collector of a folder stopped; null for the beginning. */
export async function getPosition(db: Queryable, folder: string): Promise<string | null> {
  const [row] = await db.query<{ afterKey: string | null }>(sql`
    /* generations.getPosition */ select after_key as "afterKey" from storage_collections where folder = ${folder}`)
  return row?.afterKey ?? null
}

export async function setPosition(db: Queryable, folder: string, afterKey: string | null): Promise<void> {
  await db.query(sql`
    /* generations.setPosition */
    insert into storage_collections (folder, after_key) values (${folder}, ${afterKey})
    on conflict (folder) do update set after_key = excluded.after_key, updated_at = now()`)
}
