import { json, type Queryable, sql } from '#platform/db'
import type { LaneControl, StartRates, Worker } from './model.ts'

/** A worker that has not beaten for this long is lost. */
export const LOST_SECONDS = 20
/** And after this long forgotten. */
const FORGOTTEN_SECONDS = 600

/** A condition: the lane is not paused, and the worker is not to end. Both arguments are expressions for text; `null` for no worker in particular. */
export const workerMayTake = (lane: string, worker: string) => `
  not exists (select from lane_controls l where l.lane = ${lane} and l.paused)
  and not exists (select from workers w where w.id = (${worker})::uuid and w.draining)`

/** An expression: how many workers died without a word in the last ten minutes, as far as it is known. */
export const lostWorkers = `(select count(*) from workers w where w.beat_at < now() - interval '${LOST_SECONDS} seconds')`

export interface Beat {
  readonly id: string
  readonly version: string
  readonly host: string
  readonly pid: number
  readonly lanes: Readonly<Record<string, number>>
  readonly memoryBytes: number
  readonly eventLoopLagMs: number
  readonly startRates: StartRates
}

/** Makes or renews the row of a worker. Whether it is to end is not the worker's to write. */
export async function upsertWorker(db: Queryable, beat: Beat): Promise<void> {
  await db.query(sql`
    /* workers.upsertWorker */
    insert into workers (id, version, host, pid, lanes, memory_bytes, event_loop_lag_ms, start_rates)
    values (${beat.id}, ${beat.version}, ${beat.host}, ${beat.pid}, ${json(beat.lanes)}::jsonb, ${beat.memoryBytes}, ${beat.eventLoopLagMs},
      ${json(beat.startRates)}::jsonb)
    on conflict (id) do update set lanes = excluded.lanes, memory_bytes = excluded.memory_bytes, event_loop_lag_ms = excluded.event_loop_lag_ms,
      start_rates = excluded.start_rates, beat_at = now()`)
}

export async function deleteWorker(db: Queryable, id: string): Promise<void> {
  await db.query(sql`/* workers.deleteWorker */ delete from workers where id = ${id}`)
}

/** Removes workers that died without a word; all but one where the caller knows it is alone. */
export async function deleteGone(db: Queryable, { allBut }: { allBut?: string } = {}): Promise<number> {
  const rows = await db.query(sql`
    /* workers.deleteGone */
    delete from workers where beat_at < now() - make_interval(secs => ${FORGOTTEN_SECONDS}) or id <> ${allBut ?? null}::uuid returning 1`)
  return rows.length
}

/** Whether no other worker has beaten for `seconds`, and this one has been there for as long. */
export async function isOnlyWorker(db: Queryable, id: string, seconds: number): Promise<boolean> {
  const [row] = await db.query<{ only: boolean }>(sql`
    /* workers.isOnlyWorker */
    select exists (select from workers where id = ${id} and started_at <= now() - make_interval(secs => ${seconds}))
      and not exists (select from workers where id <> ${id} and beat_at > now() - make_interval(secs => ${seconds})) as only`)
  return row!.only
}

/** The newest first. */
export function listWorkers(db: Queryable, limit: number): Promise<Worker[]> {
  return db.query<Worker>(sql`
    /* workers.listWorkers */
    select id, version, host, pid, lanes, memory_bytes as "memoryBytes", event_loop_lag_ms as "eventLoopLagMs", start_rates as "startRates",
      started_at as "startedAt", beat_at as "beatAt",
      case when beat_at < now() - make_interval(secs => ${LOST_SECONDS}) then 'lost' when draining then 'draining' else 'running' end as state
    from workers order by started_at desc, id desc limit ${limit}`)
}

/** False when there is no such worker. */
export async function setDraining(tx: Queryable, id: string): Promise<boolean> {
  const rows = await tx.query(sql`/* workers.setDraining */ update workers set draining = true where id = ${id} returning 1`)
  return rows.length === 1
}


export function listLaneControls(db: Queryable): Promise<LaneControl[]> {
  return db.query<LaneControl>(sql`
    /* workers.listLaneControls */
    select lane, paused, concurrency_max as "concurrencyMax" from lane_controls order by lane`)
}

export async function isDraining(db: Queryable, id: string): Promise<boolean> {
  const [row] = await db.query<{ draining: boolean }>(sql`/* workers.isDraining */ select draining from workers where id = ${id}`)
  return row?.draining ?? false
}

/** What is left out stays as it is. */
export async function upsertLane(tx: Queryable, lane: string, by: string, change: { paused?: boolean; concurrencyMax?: number | null }): Promise<void> {
  const changesPlaces = change.concurrencyMax !== undefined
  await tx.query(sql`
    /* workers.upsertLane */
    insert into lane_controls (lane, paused, concurrency_max, updated_by)
    values (${lane}, ${change.paused ?? false}, ${change.concurrencyMax ?? null}, ${by})
    on conflict (lane) do update set paused = coalesce(${change.paused ?? null}::boolean, lane_controls.paused),
      concurrency_max = case when ${changesPlaces} then excluded.concurrency_max else lane_controls.concurrency_max end,
      updated_by = excluded.updated_by, updated_at = now()`)
}

export async function getLane(db: Queryable, lane: string): Promise<LaneControl> {
  const [row] = await db.query<LaneControl>(sql`
    /* workers.getLane */
    select lane, paused, concurrency_max as "concurrencyMax" from lane_controls where lane = ${lane}`)
  return row ?? { lane, paused: false, concurrencyMax: null }
}

/** Generations started a minute, by all workers that are alive; null where none can say. */
export async function readStartRate(db: Queryable, lane: string, provider: string): Promise<number | null> {
  const [row] = await db.query<{ rate: number | null }>(sql`
    /* workers.readStartRate */
    select sum((start_rates ->> ${`${lane}/${provider}`})::float) as rate from workers where beat_at > now() - make_interval(secs => ${LOST_SECONDS})`)
  return row?.rate ?? null
}
