import { json, type Queryable, sql } from '#platform/db'
import type { Letter, LetterFilter, LetterGroup, LetterState } from './model.ts'

/** `d` is the table's alias, `$1` the filter as JSON. The open letters, which are what is looked at all day, have an index. */
const matches = `
  ($1::jsonb->>'state' is null or d.state = $1::jsonb->>'state') and ($1::jsonb->>'queue' is null or d.queue = $1::jsonb->>'queue')
  and ($1::jsonb->>'model' is null or d.model = $1::jsonb->>'model') and ($1::jsonb->>'provider' is null or d.provider = $1::jsonb->>'provider')
  and ($1::jsonb->>'code' is null or d.code = $1::jsonb->>'code')
  and ($1::jsonb->>'since' is null or d.failed_at >= ($1::jsonb->>'since')::timestamptz)`

/** Letters that no running batch has to do with. */
const untaken = `not exists (select from dead_letter_batches b where b.id = d.batch_id and b.state = 'running')`

export { matches as matchesFilter }

const letterColumns = `d.id, d.generation_id as "generationId", d.account_id as "accountId", d.queue, d.model, d.provider,
  case when d.generation_id is null then d.payload::json when s.deleted_at is null then s.input end as payload, d.attempts, d.code, d.reason, d.credits, d.released,
  d.state, d.failed_at as "failedAt", d.resolved_at as "resolvedAt", d.resolved_by as "resolvedBy", d.resolution, d.batch_id as "batchId", d.refusal`

export interface LettersQuery {
  readonly filter: LetterFilter
  /** Continues after the letter with this id. */
  readonly after: string | null
  readonly limit: number
}

/** The newest first. */
export function listLetters(db: Queryable, { filter, after, limit }: LettersQuery): Promise<Letter[]> {
  return db.query<Letter>({
    name: `deadLetters.listLetters.${filter.state ?? 'all'}`,
    values: [json(filter), after, limit],
    // The state is spelt out, so that the index of the open ones can be used.
    text: `/* deadLetters.listLetters */
      select ${letterColumns} from dead_letters d left join generation_sessions s on s.id = d.generation_id
      where ${stateText(filter.state)} and ${matches} and ($2::uuid is null or d.id < $2::uuid)
      order by d.id desc limit $3`,
  })
}

/** Constant text per state: one of three words of ours, never what a caller sent. */
function stateText(state: LetterState | undefined): string {
  return state === 'open' ? `d.state = 'open'` : state === 'retried' ? `d.state = 'retried'` : state === 'discarded' ? `d.state = 'discarded'` : 'true'
}

export async function getLetter(db: Queryable, id: string): Promise<Letter | undefined> {
  const [row] = await db.query<Letter>({
    name: 'deadLetters.getLetter',
    values: [id],
    text: `/* deadLetters.getLetter */
      select ${letterColumns} from dead_letters d left join generation_sessions s on s.id = d.generation_id where d.id = $1::uuid`,
  })
  return row
}

/** What belongs together: the same failure of the same thing. The largest groups first, `limit` at most. */
export function listGroups(db: Queryable, filter: LetterFilter, limit: number): Promise<LetterGroup[]> {
  return db.query<LetterGroup>({
    name: `deadLetters.listGroups.${filter.state ?? 'all'}`,
    values: [json(filter), limit],
    text: `/* deadLetters.listGroups */
      select d.code, d.queue, d.provider, d.model, (array_agg(d.reason order by d.id desc))[1] as reason, count(*)::int as count,
        sum(d.credits)::bigint as credits, count(distinct d.account_id)::int as accounts, min(d.failed_at) as "firstAt", max(d.failed_at) as "lastAt"
      from dead_letters d where ${stateText(filter.state)} and ${matches}
      group by d.code, d.queue, d.provider, d.model order by count(*) desc, max(d.failed_at) desc limit $2`,
  })
}

/** Locks the letter for whoever is about to resolve it. */
export async function lockLetter(tx: Queryable, id: string): Promise<Pick<Letter, 'id' | 'generationId' | 'accountId' | 'state' | 'credits' | 'code'> | undefined> {
  const [row] = await tx.query<Letter>(sql`
    /* deadLetters.lockLetter */
    select id, generation_id as "generationId", account_id as "accountId", state, credits, code from dead_letters where id = ${id} for update`)
  return row
}

export interface Resolving {
  readonly id: string
  readonly state: Exclude<LetterState, 'open'>
  readonly by: string
  readonly resolution: string
}

export async function resolveLetter(tx: Queryable, { id, state, by, resolution }: Resolving): Promise<void> {
  await tx.query(sql`
    /* deadLetters.resolveLetter */
    update dead_letters set state = ${state}, resolved_at = now(), resolved_by = ${by}, resolution = ${resolution}, refusal = null
    where id = ${id} and state = 'open'`)
}

/** The open letters that could be tried again, by account in the order they would be: what each would have to hold. */
export function listCosts(db: Queryable, filter: LetterFilter): Promise<{ accountId: string; credits: bigint[] }[]> {
  return db.query<{ accountId: string; credits: bigint[] }>({
    name: 'deadLetters.listCosts',
    values: [json(filter)],
    text: `/* deadLetters.listCosts */
      select d.account_id as "accountId", array_agg(d.credits order by d.id) as credits from dead_letters d
      where d.state = 'open' and d.generation_id is not null and d.batch_id is null and ${matches} group by d.account_id`,
  })
}

export async function countUnretriable(db: Queryable, filter: LetterFilter): Promise<number> {
  const [row] = await db.query<{ count: number }>({
    name: 'deadLetters.countUnretriable',
    values: [json(filter)],
    text: `/* deadLetters.countUnretriable */
      select count(*)::int as count from dead_letters d where d.state = 'open' and d.generation_id is null and ${matches}`,
  })
  return row!.count
}

/** Deletes what matches, except what a batch is about to try again, if it is exactly that many; else answers how many there are and deletes nothing. */
export async function deleteLetters(tx: Queryable, filter: LetterFilter, confirmed: number): Promise<{ count: number; deleted: number }> {
  const [row] = await tx.query<{ count: number; deleted: number }>({
    name: 'deadLetters.deleteLetters',
    values: [json(filter), confirmed],
    text: `/* deadLetters.deleteLetters */
      with doomed as (select d.id from dead_letters d where ${matches} and ${untaken} order by d.id for update),
      gone as (
        delete from dead_letters where id in (select id from doomed) and (select count(*) from doomed) = $2::int returning 1)
      select (select count(*) from doomed)::int as count, (select count(*) from gone)::int as deleted`,
  })
  return row!
}

export async function countOpen(db: Queryable): Promise<number> {
  const [row] = await db.query<{ open: number }>(sql`/* deadLetters.countOpen */ select count(*)::int as open from dead_letters where state = 'open'`)
  return row!.open
}
