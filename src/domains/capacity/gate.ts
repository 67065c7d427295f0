/**
 * The gate before a provider, as parts of the statements that begin and end a call: it costs no statement of its own.
 *
 * Rows are locked in the order slots, control, everywhere, so that no two statements wait for each other.
 */

/** Like the lease of the generation whose call has the slot, and beaten with it. */
export const SLOT_SECONDS = 30

/** Faults in a row that open the breaker, and how long it then stays open; each time it opens again, twice as long. */
export const FAULTS_MAX = 10
export const OPEN_SECONDS = { first: 15, longest: 300 }
/** A probe that says nothing for this long is given up. */
const PROBE_SECONDS = 60
/** The pause after a refusal without `Retry-After`; each further one without an answer in between, twice as long. */
export const PAUSE_SECONDS = { first: 1, longest: 60 }

const notPaused = '(c.paused_until is null or c.paused_until <= now())'
const notOpen = '(c.open_until is null or c.open_until <= now())'
const freeSlot = '(p.enabled and (p.attempt_id is null or p.expires_at <= now()))'

/**
 * Of the providers named in `names`, an expression for a text array, those of the kind at which a call could begin now, in the order of the names:
 * rows (provider, place). A provider nobody has told anything about is among them.
 */
export const openGates = (kind: string, names: string) => `
  select n.provider, n.place from unnest(${names}) with ordinality n (provider, place)
  left join provider_controls c on c.provider = n.provider and c.kind = ${kind}
  where ${notPaused} and ${notOpen} and (c.open_until is null or c.probe_until is null or c.probe_until <= now())
    and (c.concurrency_max is null or exists (
      select from provider_slots p where p.provider = c.provider and p.kind = c.kind and ${freeSlot}))`

/**
 * CTEs that take what a call needs, for the single row (provider, kind, generation_id, lease_token) of the CTE `caller`. `attempt` is the parameter with the call's id.
 * They end with `gate`, one row for each of `caller`: `passes`, `slot` (null without limit), and, where it does not pass, `blocked` and `wait_ms` (null
 * while nobody knows how long).
 */
export const gateOfCall = (attempt: string) => `
  control as materialized (
    select c.*, ${notPaused} as unpaused, ${notOpen} as unopened, c.open_until is not null as tripped
    from caller join provider_controls c on c.provider = caller.provider and c.kind = caller.kind),
  free as materialized (
    select p.provider, p.kind, p.slot from control c join provider_slots p on p.provider = c.provider and p.kind = c.kind
    where c.concurrency_max is not null and c.unpaused and c.unopened and ${freeSlot}
    order by p.slot limit 1 for update of p skip locked),
  -- After an outage one call tries. The row that is updated says whether it may, however many ask at once.
  probe as (
    update provider_controls c set probe_id = ${attempt}::uuid, probe_until = now() + interval '${PROBE_SECONDS} seconds'
    from control o
    where c.provider = o.provider and c.kind = o.kind and o.tripped and (o.concurrency_max is null or exists (select from free))
      and c.open_until <= now() and ${notPaused} and (c.probe_until is null or c.probe_until <= now())
    returning c.provider),
  slot as (
    update provider_slots p set attempt_id = ${attempt}::uuid, generation_id = caller.generation_id, lease_token = caller.lease_token,
      -- A video goes on being made whatever becomes of the caller: its slot is given back by name, when the task is known to have ended.
      expires_at = case when caller.kind = 'video' then 'infinity' else now() + interval '${SLOT_SECONDS} seconds' end
    from free, control c, caller
    where p.provider = free.provider and p.kind = free.kind and p.slot = free.slot and (not c.tripped or exists (select from probe))
    returning p.slot),
  gate as (
    select (select slot from slot) as slot,
      c.provider is null or (c.unpaused and c.unopened and (c.concurrency_max is null or exists (select from slot)) and (not c.tripped or exists (select from probe))) as passes,
      case when not c.unpaused then 'paused' when not c.unopened then 'open' when c.concurrency_max is not null and not exists (select from free) then 'full' else 'open' end as blocked,
      case when not c.unpaused and isfinite(c.paused_until) then extract(epoch from c.paused_until - now()) * 1000
        when c.unpaused and not c.unopened then extract(epoch from c.open_until - now()) * 1000 end::float as wait_ms
    from caller left join control c on true)`

/** What the end of a call says about its provider. `answered` is any answer that is neither a fault nor a refusal to take more; `none` says nothing. */
export type CallEffect = 'answered' | 'refused' | 'fault' | 'none'

/** By the port's reason for a failure. A vendor that says when to come back means everybody. */
export function effectOf({ reason, retryAfterSeconds }: { reason: string; retryAfterSeconds: number | null }): CallEffect {
  if (reason === 'rate' || (reason === 'provider_fault' && retryAfterSeconds !== null)) return 'refused'
  if (reason === 'provider_fault' || reason === 'network' || reason === 'outcome_unknown') return 'fault'
  return 'answered'
}

export interface EndedCall {
  readonly provider: string
  readonly kind: string
  readonly slot: number | null
  readonly attemptId: string
  readonly generationId: string
  readonly effect: CallEffect
  /** What the vendor asked for with a refusal. */
  readonly retryAfterSeconds: number | null
}

export function outcomeValues(call: EndedCall): unknown[] {
  return [call.provider, call.kind, call.slot, call.attemptId, call.generationId, call.effect, call.retryAfterSeconds, Math.random()]
}

/**
 * CTEs that give the slot back and note what the end of the call says about the provider. `first` is the number of the first of the
 * statement's parameters that are `outcomeValues`. Where there is nothing to note, nothing is written.
 */
export function callOutcome(first: number): string {
  const [provider, kind, slot, attempt, generation, effect, asTold, dice] = ['text', 'text', 'int', 'uuid', 'uuid', 'text', 'float', 'float'].map((type, index) => `$${first + index}::${type}`)
  // Coming back at once is no pause: it only uses up the tries of whoever was refused.
  const told = `nullif(${asTold}, 0)`
  const faults = `(case when c.last_fault_of is not distinct from ${generation} and c.faults > 0 then c.faults else c.faults + 1 end)`
  const openFor = (openings: string) => `now() + least(${OPEN_SECONDS.longest}, ${OPEN_SECONDS.first} * power(2, ${openings})) * interval '1 second'`
  // Later by up to a tenth, so that installations that were refused together do not come back together.
  const pausedTo = `now() + coalesce(${told}, least(${PAUSE_SECONDS.longest}, ${PAUSE_SECONDS.first} * power(2, least(c.refusals, 10)))) * (1 + ${dice} * 0.1) * interval '1 second'`
  // Calls that are refused together make one pause; only the vendor's own word can lengthen it.
  const pauses = `(${effect} = 'refused' and (c.paused_until is null or c.paused_until <= now() or (${told} is not null and c.paused_until < ${pausedTo})))`
  return `
  freed as (
    update provider_slots p set attempt_id = null, generation_id = null, lease_token = null, expires_at = null
    where p.provider = ${provider} and p.kind = ${kind} and p.slot = ${slot} and p.attempt_id = ${attempt} returning p.slot),
  noted as (
    update provider_controls c set
      faults = case when ${effect} = 'fault' then ${faults} when ${effect} = 'none' then c.faults else 0 end,
      last_fault_of = case when ${effect} = 'fault' then ${generation} else c.last_fault_of end,
      refusals = case when ${effect} = 'refused' then c.refusals + (c.paused_until is null or c.paused_until <= now())::int
        when ${effect} = 'answered' then 0 else c.refusals end,
      paused_until = case when ${pauses} then ${pausedTo} else c.paused_until end,
      pause_reason = case when ${pauses} then 'the provider takes no more at the moment' else c.pause_reason end,
      paused_by = case when ${pauses} then 'provider' else c.paused_by end,
      openings = case when ${effect} = 'answered' or ${effect} = 'refused' then 0 when ${effect} = 'fault' and c.probe_id = ${attempt} then c.openings + 1 else c.openings end,
      open_until = case when ${effect} = 'answered' or ${effect} = 'refused' then null
        when ${effect} = 'fault' and c.probe_id = ${attempt} then ${openFor('c.openings + 1')}
        when ${effect} = 'fault' and c.open_until is null and ${faults} >= ${FAULTS_MAX} then ${openFor('c.openings')}
        else c.open_until end,
      probe_until = case when c.probe_id = ${attempt} then null else c.probe_until end,
      probe_id = case when c.probe_id = ${attempt} then null else c.probe_id end,
      updated_at = now()
    where c.provider = ${provider} and c.kind = ${kind} and (select count(*) from freed) >= 0
      and (${effect} in ('refused', 'fault') or c.probe_id = ${attempt}
        or (${effect} = 'answered' and (c.faults > 0 or c.refusals > 0 or c.open_until is not null)))
    returning c.open_until)`
}
