import { json, type Queryable, sql } from '#platform/db'
import type { ModelRow } from './model-change.ts'
import type { ModelPrice } from './sql.ts'

/** What was decided about models; nothing of those nobody decided about. */
export function listModelRows(db: Queryable): Promise<ModelRow[]> {
  return db.query<ModelRow>(sql`
    /* catalog.listModelRows */
    select model, version, enabled, move_queued as "moveQueued", changes, fallbacks, note, updated_by as "updatedBy", updated_at as "updatedAt" from catalog_models`)
}

/** Lets changes of the catalogue happen one after the other, so that each is judged by what the others left. Nobody who reads waits. */
export async function lockModels(tx: Queryable): Promise<void> {
  await tx.query(sql`/* catalog.lockModels */ lock table catalog_models in share row exclusive mode`)
}

/** Keeps a decision under the version that follows. The caller holds the lock and has compared the versions. */
export async function saveModelRow(tx: Queryable, row: Omit<ModelRow, 'updatedAt'>): Promise<void> {
  await tx.query(sql`
    /* catalog.saveModelRow */
    insert into catalog_models (model, version, enabled, move_queued, changes, fallbacks, note, updated_by)
    values (${row.model}, ${row.version}, ${row.enabled}, ${row.moveQueued}, ${json(row.changes)}::jsonb, ${row.fallbacks}::text[], ${row.note}, ${row.updatedBy})
    on conflict (model) do update set version = excluded.version, enabled = excluded.enabled, move_queued = excluded.move_queued, changes = excluded.changes,
      fallbacks = excluded.fallbacks, note = excluded.note, updated_by = excluded.updated_by, updated_at = now()`)
}

/** A version of a price, as an admin sees it. */
export interface PriceVersion extends ModelPrice {
  readonly withdrawnAt: Date | null
  readonly withdrawnBy: string | null
  /** By the database's clock. */
  readonly started: boolean
}

/** Every version of every price, also those taken back, the one that takes precedence first. */
export function listPriceVersions(db: Queryable): Promise<PriceVersion[]> {
  return db.query<PriceVersion>(sql`
    /* catalog.listPriceVersions */
    select model, version, unit, credits, rates, starts_at as "startsAt", withdrawn_at as "withdrawnAt", withdrawn_by as "withdrawnBy",
      starts_at <= clock_timestamp() as started
    from model_prices order by model, starts_at desc, version desc`)
}

export interface NewPrice {
  readonly credits: number
  readonly rates: Readonly<Record<string, number>>
  /** Null is at once. */
  readonly startsAt: Date | null
}

/** Adds the next version. Answers its number; undefined for a start that has passed. The caller holds the lock of the catalogue. */
export async function insertPrice(tx: Queryable, model: string, unit: 'image' | 'second', { credits, rates, startsAt }: NewPrice): Promise<number | undefined> {
  const [row] = await tx.query<{ version: number }>(sql`
    /* catalog.insertPrice */
    insert into model_prices (model, version, unit, credits, rates, starts_at)
    select ${model}::text, coalesce(max(version), 0) + 1, ${unit}::text, ${BigInt(credits)}::bigint, ${json(rates)}::jsonb, coalesce(${startsAt}::timestamptz, clock_timestamp())
    from model_prices where model = ${model}
    having ${startsAt}::timestamptz is null or ${startsAt}::timestamptz >= clock_timestamp()
    returning version`)
  return row?.version
}

/** Processes know a price for some seconds after it was taken back. One that is about to start might begin in some of them. */
const WITHDRAWN_BEFORE_SECONDS = 15

/** Takes back a price that has not started. False when it has or is about to, was taken back already, or is not there. */
export async function withdrawPrice(tx: Queryable, model: string, version: number, by: string): Promise<boolean> {
  const rows = await tx.query(sql`
    /* catalog.withdrawPrice */
    update model_prices set withdrawn_at = clock_timestamp(), withdrawn_by = ${by}
    where model = ${model} and version = ${version} and withdrawn_at is null and starts_at > clock_timestamp() + make_interval(secs => ${WITHDRAWN_BEFORE_SECONDS})
    returning 1`)
  return rows.length === 1
}
