import { type Queryable, sql } from '#platform/db'
import type { ProviderState } from './model.ts'

/** Everything known of providers, with what is in use now. */
export function listProviders(db: Queryable): Promise<ProviderState[]> {
  return db.query<ProviderState>(sql`
    /* capacity.listProviders */
    select c.provider, c.kind, c.concurrency_max as "concurrencyMax", c.limited_by as "limitedBy",
      case when c.concurrency_max is not null then (select count(*)::int from provider_slots p
        where p.provider = c.provider and p.kind = c.kind and p.attempt_id is not null and p.expires_at > now()) end as "inUse",
      coalesce(c.paused_until > now(), false) as paused,
      case when c.paused_until > now() and isfinite(c.paused_until) then c.paused_until end as "pausedUntil",
      case when c.paused_until > now() then c.pause_reason end as "pauseReason", case when c.paused_until > now() then c.paused_by end as "pausedBy",
      case when c.open_until is null then 'closed' when c.open_until > now() then 'open' else 'half_open' end as breaker,
      c.open_until as "openUntil", c.faults
    from provider_controls c order by c.provider, c.kind`)
}

/** Makes sure of the row. */
export async function insertControl(db: Queryable, provider: string, kind: string): Promise<void> {
  await db.query(sql`
    /* capacity.insertControl */
    insert into provider_controls (provider, kind) values (${provider}, ${kind}) on conflict (provider, kind) do nothing`)
}

/** The slots of a limit: those that are missing are made, those beyond it are taken by nobody any more. Locks them in their order. */
export async function setSlots(tx: Queryable, provider: string, kind: string, concurrencyMax: number | null): Promise<void> {
  await tx.query(sql`
    /* capacity.lockSlots */
    select slot from provider_slots where provider = ${provider} and kind = ${kind} order by slot for update`)
  await tx.query(sql`
    /* capacity.setSlots */
    insert into provider_slots (provider, kind, slot)
    select ${provider}, ${kind}, generate_series(1, ${concurrencyMax}::int) on conflict (provider, kind, slot) do nothing`)
  await tx.query(sql`
    /* capacity.enableSlots */
    update provider_slots set enabled = (slot <= ${concurrencyMax}::int)
    where provider = ${provider} and kind = ${kind} and enabled is distinct from coalesce(slot <= ${concurrencyMax}::int, enabled)`)
}

export async function getLimit(db: Queryable, provider: string, kind: string): Promise<{ concurrencyMax: number | null; limitedBy: string } | undefined> {
  const [row] = await db.query<{ concurrencyMax: number | null; limitedBy: string }>(sql`
    /* capacity.getLimit */
    select concurrency_max as "concurrencyMax", limited_by as "limitedBy" from provider_controls where provider = ${provider} and kind = ${kind}`)
  return row
}

/** False when there is no such provider. */
export async function setLimit(tx: Queryable, limit: { provider: string; kind: string; concurrencyMax: number | null; by: string }): Promise<boolean> {
  const rows = await tx.query(sql`
    /* capacity.setLimit */
    update provider_controls set concurrency_max = ${limit.concurrencyMax}, limited_by = ${limit.by}, updated_at = now()
    where provider = ${limit.provider} and kind = ${limit.kind} returning 1`)
  return rows.length === 1
}

export async function setPause(tx: Queryable, pause: { provider: string; kind: string | null; by: string; reason: string }): Promise<number> {
  const rows = await tx.query(sql`
    /* capacity.setPause */
    update provider_controls set paused_until = 'infinity', paused_by = ${pause.by}, pause_reason = ${pause.reason}, updated_at = now()
    where provider = ${pause.provider} and (${pause.kind}::text is null or kind = ${pause.kind}) returning 1`)
  return rows.length
}

/** Ends a pause, whoever made it, and lets the next call try at once where the breaker is open. */
export async function clearPause(tx: Queryable, provider: string, kind: string | null): Promise<number> {
  const rows = await tx.query(sql`
    /* capacity.clearPause */
    update provider_controls set paused_until = null, paused_by = null, pause_reason = null, refusals = 0,
      open_until = case when open_until is not null then least(open_until, now()) end, updated_at = now()
    where provider = ${provider} and (${kind}::text is null or kind = ${kind}) returning 1`)
  return rows.length
}
