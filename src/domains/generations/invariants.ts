import type { Invariant } from '#domains/credits'
import { isBillable } from './sql-ended-calls.ts'

/**
 * The laws between generations and the books: what was made is what was paid for. They hold in every snapshot, like those of the ledger. Those marked
 * late are about work that somebody should have done by now.
 */
export const generationInvariants: readonly Invariant[] = [
  {
    id: 'I-07',
    name: 'a generation and its hold tell the same',
    violations: `
      select s.id from generation_sessions s join credit_reservations r on r.id = s.reservation_id
      where (s.credits_captured, s.credits_released) is distinct from (r.captured, r.released) or s.account_id <> r.account_id`,
  },
  {
    id: 'I-08',
    name: 'a generation that has ended holds nothing',
    violations: `
      select s.id from generation_sessions s join credit_reservations r on r.generation_id = s.id
      where s.status in ('succeeded', 'failed', 'cancelled') and r.status = 'held'`,
  },
  {
    id: 'I-09',
    name: 'an open generation holds its price',
    violations: `
      select s.id from generation_sessions s left join credit_reservations r on r.id = s.reservation_id
      where s.status in ('queued', 'running') and not s.waived and (r.status, r.amount) is distinct from ('held', s.credits_held)`,
  },
  {
    id: 'I-10',
    name: 'exactly the stored outputs are paid for',
    violations: `
      select s.id from generation_sessions s left join (
        select generation_id, sum(coalesce(billed_units, 1)) as units from generation_outputs where state = 'stored' group by generation_id) o on o.generation_id = s.id
      where s.status in ('succeeded', 'failed', 'cancelled')
        and s.credits_captured <> case when s.waived then 0 else coalesce(s.charged_price_credits, s.price_credits) * coalesce(o.units, 0) end`,
  },
  {
    id: 'I-11',
    // With I-10: it has an output, or none.
    name: 'a succeeded generation has something that was paid for or is free, a failed one nothing',
    violations: `
      select id from generation_sessions where status in ('succeeded', 'failed') and not waived and (status = 'succeeded') <> (credits_captured > 0)
      union all
      select s.id from generation_sessions s left join (
        select distinct generation_id from generation_outputs where state = 'stored') o on o.generation_id = s.id
      where s.status in ('succeeded', 'failed') and s.waived and (s.status = 'succeeded') <> (o.generation_id is not null)`,
  },
  {
    id: 'I-13',
    name: 'a generation that waits has its message',
    violations: `
      select s.id from generation_sessions s left join (
        select distinct (payload ->> 'generationId')::uuid as generation_id from outbox where payload ? 'generationId') m on m.generation_id = s.id
      where s.status = 'queued' and m.generation_id is null`,
  },
  {
    id: 'I-24',
    name: 'a generation that has ended waits for no call',
    violations: `
      select a.id from provider_attempts a join generation_sessions s on s.id = a.generation_id
      where a.state = 'intent' and s.status in ('succeeded', 'failed', 'cancelled')`,
  },
  {
    id: 'I-25',
    name: 'a failed generation says why, and an open dead letter is of a failed generation',
    violations: `
      select id from generation_sessions where status = 'failed' and coalesce(error_code, '') = ''
      union all
      select d.id from dead_letters d left join generation_sessions s on s.id = d.generation_id
      where d.state = 'open' and d.generation_id is not null and s.status is distinct from 'failed'`,
  },
  {
    id: 'I-28',
    name: 'nobody pays more than was quoted',
    violations: `
      select id from generation_sessions
      where credits_captured > credits_held or credits_captured < 0
        or credits_held <> case when waived then 0 else coalesce(units, outputs_wanted) * price_credits end or waived <> (reservation_id is null)
        or charged_price_credits > price_credits or charged_price_credits < 1`,
  },
  {
    id: 'I-34',
    name: 'every hold belongs to a generation',
    violations: `
      select r.id from credit_reservations r left join generation_sessions s on s.id = r.generation_id where s.id is null`,
  },
  {
    id: 'I-40',
    name: 'of the holds of a generation only the latest is open or was captured',
    violations: `
      select r.id from credit_reservations r join generation_sessions s on s.id = r.generation_id
      where r.id is distinct from s.reservation_id and r.status <> 'released'`,
  },
  {
    id: 'I-35',
    name: 'a key points to a generation of its account',
    violations: `
      select k.generation_id as id from idempotency_keys k left join generation_sessions s on s.id = k.generation_id
      where s.account_id is distinct from k.account_id`,
  },
  {
    id: 'I-36',
    name: 'the events of a generation are numbered without gaps up to the newest',
    violations: `
      select s.id from generation_sessions s left join (
        select generation_id, count(*) as events, min(seq) as first, max(seq) as last from generation_events group by generation_id) e on e.generation_id = s.id
      where (s.event_seq, 1, s.event_seq) is distinct from (e.events, e.first, e.last)`,
  },
  {
    id: 'I-51',
    name: 'a running generation that nobody works on has a task that is asked after',
    violations: `
      select s.id from generation_sessions s left join (
        select distinct generation_id from provider_attempts where next_poll_at is not null) a on a.generation_id = s.id
      where s.status = 'running' and s.lease_expires_at = 'infinity' and a.generation_id is null`,
  },
  {
    id: 'I-52',
    name: 'what is asked after is at a provider or may be, and a slot without end belongs to it or to a call',
    violations: `
      select id from provider_attempts where (state = 'submitted') > (next_poll_at is not null) or (next_poll_at is not null and state not in ('submitted', 'unknown'))
      union all
      select p.attempt_id from provider_slots p left join provider_attempts a on a.id = p.attempt_id
      where p.attempt_id is not null and p.expires_at = 'infinity' and a.state is distinct from 'intent' and a.next_poll_at is null`,
  },
  {
    id: 'I-53',
    name: 'tasks are asked after in time',
    late: true,
    violations: `select id from provider_attempts where next_poll_at < now() - interval '5 minutes'`,
  },
  {
    id: 'I-60',
    name: 'every call that ended and may be billed is in the usage log, and no other that anybody knows of',
    violations: `
      select a.id from provider_attempts a left join provider_usage_logs l on l.attempt_id = a.id
      where a.provider is not null and (l.attempt_id is not null) <> ${isBillable}`,
  },
  {
    id: 'I-61',
    name: 'what was captured stands in the usage log, call by call',
    violations: `
      select s.id from generation_sessions s
      join (select generation_id, sum(credits_captured) as captured, bool_and(settled) as settled from provider_usage_logs group by generation_id) l on l.generation_id = s.id
      where s.status in ('succeeded', 'failed', 'cancelled') and l.captured <> s.credits_captured
        and not exists (select from generation_outputs o where o.generation_id = s.id and o.state = 'stored' and o.attempt_id is null)`,
  },
  {
    id: 'I-62',
    name: 'a call is wasted exactly when nobody has its output',
    violations: `
      select l.attempt_id as id from provider_usage_logs l join generation_sessions s on s.id = l.generation_id
      left join generation_outputs o on o.attempt_id = l.attempt_id and o.state = 'stored'
      where s.status in ('succeeded', 'failed', 'cancelled') and l.wasted <> (o.id is null)`,
  },
  {
    id: 'I-12',
    name: 'every running generation has a worker',
    late: true,
    violations: `select id from generation_sessions where status = 'running' and lease_expires_at < now() - interval '30 seconds'`,
  },
  {
    id: 'I-20',
    name: 'messages leave within a minute',
    late: true,
    violations: `select id from outbox where published_at is null and created_at < now() - interval '1 minute'`,
  },
  {
    id: 'I-37',
    name: 'no generation is open long past its deadline',
    late: true,
    violations: `
      select id from generation_sessions where status in ('queued', 'running') and deadline_at < now() - interval '5 minutes'`,
  },
]
