/** How calls to providers went lately, from the calls themselves. */
import type { Queryable } from '#platform/db'

/** Refusals of what somebody asked for say nothing about the provider; refusals for coming too often are counted apart. */
const NEUTRAL = ['content_input', 'content_output', 'invalid', 'too_large', 'rate']

/** The calls of one stretch of time that ended. */
export interface CallFigures {
  readonly calls: number
  readonly succeeded: number
  /** By a fault of the provider, or with an answer nobody can say anything about. */
  readonly failed: number
  /** Refused for coming too often. */
  readonly limited: number
  /** Of those that succeeded, in milliseconds. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

export interface HealthRow {
  readonly provider: string
  readonly kind: string
  /** Null for all models of the provider together. */
  readonly model: string | null
  readonly five: CallFigures
  readonly hour: CallFigures
  readonly all: CallFigures
  readonly lastError: string | null
  readonly lastErrorAt: Date | null
}

const figures = (when: string) => `jsonb_build_object(
  'calls', count(*) filter (where ${when}), 'succeeded', count(*) filter (where ${when} and ok), 'failed', count(*) filter (where ${when} and bad),
  'limited', count(*) filter (where ${when} and reason = 'rate'),
  'p50Ms', round((percentile_cont(0.5) within group (order by ms) filter (where ${when} and ok))::numeric),
  'p95Ms', round((percentile_cont(0.95) within group (order by ms) filter (where ${when} and ok))::numeric))`

/** How far back, as text: with a parameter in its place a plan for all values would read the whole table. */
const stretches = { hour: '1 hour', day: '24 hours' } as const

/** The calls of a stretch; one that was stopped because nobody waited any more is none of them. */
const callsOf = (stretch: keyof typeof stretches) => `
  select provider, kind, model, finished_at, failure_reason as reason, extract(epoch from finished_at - started_at) * 1000 as ms,
    state = 'succeeded' as ok, state in ('failed', 'unknown') and failure_reason <> all($1::text[]) as bad
  from provider_attempts
  where finished_at > now() - interval '${stretches[stretch]}' and provider is not null and stop_outcome is distinct from 'cancelled'`

const healthText = (name: string, stretch: keyof typeof stretches) => `/* ${name} */
  with calls as (${callsOf(stretch)})
  select provider, kind, model, ${figures(`finished_at > now() - interval '5 minutes'`)} as five, ${figures(`finished_at > now() - interval '1 hour'`)} as hour,
    ${figures('true')} as all, (array_agg(reason order by finished_at desc) filter (where bad or reason = 'rate'))[1] as "lastError",
    max(finished_at) filter (where bad or reason = 'rate') as "lastErrorAt"
  from calls group by grouping sets ((provider, kind), (provider, kind, model)) order by provider, kind, model nulls first`

/** By provider and kind, and by model, over five minutes, an hour, and the last day. Reads the calls of that day once, by their index. */
export function readHealthOfDay(db: Queryable): Promise<HealthRow[]> {
  return db.query<HealthRow>({ name: 'generations.readHealthOfDay', values: [NEUTRAL], text: healthText('generations.readHealthOfDay', 'day') })
}

/** The same from the calls of the last hour alone: `all` is that hour. */
export function readHealthOfHour(db: Queryable): Promise<HealthRow[]> {
  return db.query<HealthRow>({ name: 'generations.readHealthOfHour', values: [NEUTRAL], text: healthText('generations.readHealthOfHour', 'hour') })
}

export interface HealthHour {
  readonly provider: string
  readonly kind: string
  readonly hour: Date
  readonly calls: number
  readonly failed: number
  readonly limited: number
}

/** The hours of the last day in which anything was called. */
export function readHealthHours(db: Queryable): Promise<HealthHour[]> {
  return db.query<HealthHour>({
    name: 'generations.readHealthHours',
    values: [NEUTRAL],
    text: `/* generations.readHealthHours */
      select provider, kind, date_trunc('hour', finished_at) as hour, count(*)::int as calls, (count(*) filter (where bad))::int as failed,
        (count(*) filter (where reason = 'rate'))::int as limited
      from (${callsOf('day')}) calls group by provider, kind, date_trunc('hour', finished_at)`,
  })
}
