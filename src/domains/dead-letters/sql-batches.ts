import { json, type Queryable, sql } from '#platform/db'
import type { Batch, LetterFilter } from './model.ts'
import { matchesFilter } from './sql-letters.ts'

const batchColumns = `id, filter, waived, state, total, retried, unpayable, skipped, credits, started_by as "startedBy", stopped_by as "stoppedBy",
  created_at as "createdAt", finished_at as "finishedAt"`

export interface NewBatch {
  readonly id: string
  readonly filter: LetterFilter
  readonly waived: boolean
  readonly startedBy: string
}

/**
 * Makes a batch of every open letter that matches and that no other batch has. Undefined when there is none. Two at one moment part the letters between
 * them: whoever comes second waits for the rows and finds them taken.
 */
export async function insertBatch(tx: Queryable, { id, filter, waived, startedBy }: NewBatch): Promise<Batch | undefined> {
  const [row] = await tx.query<Batch>({
    name: 'deadLetters.insertBatch',
    values: [json(filter), id, waived, startedBy],
    text: `/* deadLetters.insertBatch */
      with wanted as (
        select d.id from dead_letters d where d.state = 'open' and d.generation_id is not null and d.batch_id is null and ${matchesFilter}
        order by d.id for update of d),
      taken as (
        update dead_letters set batch_id = $2::uuid, refusal = null from wanted where dead_letters.id = wanted.id returning 1)
      insert into dead_letter_batches (id, filter, waived, total, started_by)
      select $2::uuid, $1::jsonb, $3::boolean, count(*)::int, $4 from taken having count(*) > 0
      returning ${batchColumns}`,
  })
  return row
}

/** The batch for this worker alone; undefined when it has ended, or somebody else is at it. */
export async function lockBatch(tx: Queryable, id: string): Promise<Batch | undefined> {
  const [row] = await tx.query<Batch>({
    name: 'deadLetters.lockBatch',
    values: [id],
    text: `/* deadLetters.lockBatch */
      select ${batchColumns} from dead_letter_batches where id = $1::uuid and state = 'running' for update skip locked`,
  })
  return row
}

/** The next letter of the batch; `busy` when the only ones left are being resolved by somebody at this moment. */
export async function nextLetter(tx: Queryable, batchId: string): Promise<{ id: string; generationId: string } | 'busy' | undefined> {
  const [row] = await tx.query<{ id: string; generationId: string }>(sql`
    /* deadLetters.nextLetter */
    select id, generation_id as "generationId" from dead_letters where batch_id = ${batchId} and state = 'open'
    order by id limit 1 for update skip locked`)
  if (row !== undefined) return row
  const left = await tx.query(sql`/* deadLetters.lettersLeft */ select 1 from dead_letters where batch_id = ${batchId} and state = 'open' limit 1`)
  return left.length === 1 ? 'busy' : undefined
}

/** Counts what became of one letter. */
export async function countOutcome(tx: Queryable, id: string, outcome: 'retried' | 'unpayable', credits: bigint): Promise<void> {
  await tx.query(sql`
    /* deadLetters.countOutcome */
    update dead_letter_batches set retried = retried + ${outcome === 'retried' ? 1 : 0}::int, unpayable = unpayable + ${outcome === 'unpayable' ? 1 : 0}::int,
      credits = credits + ${credits}
    where id = ${id}`)
}

/** Lets go of a letter that could not be tried again: another batch may have it. */
export async function refuseLetter(tx: Queryable, id: string, refusal: string): Promise<void> {
  await tx.query(sql`/* deadLetters.refuseLetter */ update dead_letters set batch_id = null, refusal = ${refusal} where id = ${id}`)
}

/** Ends a batch with nothing left. What is in no count was resolved by others. */
export async function finishBatch(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`
    /* deadLetters.finishBatch */
    update dead_letter_batches set state = 'done', finished_at = now(), skipped = total - retried - unpayable where id = ${id}`)
}

/** Stops a running batch and lets go of what it has not come to; undefined when it was not running. Waits for the letter that is under way. */
export async function stopRunning(tx: Queryable, id: string, by: string): Promise<Batch | undefined> {
  const [locked] = await tx.query(sql`
    /* deadLetters.stopRunning */
    select 1 from dead_letter_batches where id = ${id} and state = 'running' for update`)
  if (locked === undefined) return undefined
  const released = await tx.query(sql`
    /* deadLetters.releaseLetters */
    update dead_letters set batch_id = null where id in (
      select id from dead_letters where batch_id = ${id} and state = 'open' order by id for update) returning 1`)
  const [row] = await tx.query<Batch>({
    name: 'deadLetters.endStopped',
    values: [id, by, released.length],
    text: `/* deadLetters.endStopped */
      update dead_letter_batches set state = 'stopped', stopped_by = $2, finished_at = now(), skipped = greatest(0, total - retried - unpayable - $3::int)
      where id = $1::uuid returning ${batchColumns}`,
  })
  return row
}

export async function getBatch(db: Queryable, id: string): Promise<Batch | undefined> {
  const [row] = await db.query<Batch>({
    name: 'deadLetters.getBatch',
    values: [id],
    text: `/* deadLetters.getBatch */ select ${batchColumns} from dead_letter_batches where id = $1::uuid`,
  })
  return row
}

/** The newest first. */
export function listBatches(db: Queryable, { after, limit }: { readonly after: string | null; readonly limit: number }): Promise<Batch[]> {
  return db.query<Batch>({
    name: 'deadLetters.listBatches',
    values: [after, limit],
    text: `/* deadLetters.listBatches */
      select ${batchColumns} from dead_letter_batches where $1::uuid is null or id < $1::uuid order by id desc limit $2`,
  })
}

export async function listRunning(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`/* deadLetters.listRunning */ select id from dead_letter_batches where state = 'running' order by id`)
  return rows.map(({ id }) => id)
}
