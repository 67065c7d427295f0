/** The log of calls that were billed, or may have been. Written by the statements that end calls, so that neither is ever there without the other. */
import { type Queryable, sql } from '#platform/db'

/** Ways for a call to end that a vendor may bill, besides success. Every other one is a definite "not made". */
export const billedFailures = ['outcome_unknown', 'bad_response', 'content_output', 'bad_output', 'output_gone'] as const

const learnt = ['images', 'seconds', 'tokens_in', 'image_tokens_in', 'tokens_out', 'nominal_micro_usd']

/**
 * CTEs that keep what the calls of the CTE `ended` cost. Its rows: attempt_id, generation_id, output_index, account_id, kind, asked_model, model, provider,
 * provider_model, simulated, outcome, images, pixels (of one), input_images, seconds, tokens_in, image_tokens_in, tokens_out, rate; `billable`; `is_over`, whether the
 * generation has ended, and `is_delivered`, whether somebody has that output already.
 *
 * Safe to repeat: a call has one row, which the latest word about it decides, except that it stays simulated or not: its generation may have gone to the other since.
 * A call that was not made after all has none.
 */
export const logCalls = `
  unlogged as (delete from provider_usage_logs l using ended where l.attempt_id = ended.attempt_id and not ended.billable),
  logged as (
    insert into provider_usage_logs as l (attempt_id, generation_id, output_index, account_id, kind, asked_model, model, provider, provider_model, simulated, outcome,
      images, seconds, tokens_in, image_tokens_in, tokens_out, cost_micro_usd, nominal_micro_usd, wasted, waste_reason)
    select attempt_id, generation_id, output_index, account_id, kind, asked_model, model, provider, provider_model, simulated, outcome,
      images, seconds, tokens_in, image_tokens_in, tokens_out, case when simulated then 0 else coalesce(cost, 0) end, cost, reason is not null, reason
    from (
      select ended.*, provider_call_cost(provider, provider_model, rate, images, pixels, input_images, seconds, tokens_in, image_tokens_in, tokens_out) as cost,
        case when outcome <> 'succeeded' then outcome when is_over then case when is_delivered then 'duplicate' else 'late' end end as reason
      from ended where billable) calls
    -- Of a result that was worth nothing the usage is known already; what was not known is known now.
    on conflict (attempt_id) do update set outcome = excluded.outcome, ${learnt.map((name) => `${name} = case when excluded.outcome = 'succeeded' then excluded.${name} else l.${name} end`).join(', ')},
      cost_micro_usd = case when excluded.outcome <> 'succeeded' then l.cost_micro_usd when l.simulated then 0 else coalesce(excluded.nominal_micro_usd, 0) end,
      wasted = excluded.wasted and l.credits_captured = 0, waste_reason = case when l.credits_captured = 0 then excluded.waste_reason end)`

/** A CTE that forgets the calls of the CTE `attempts` (id): what was given up turns out to be going on, and is written down when it ends. */
export const forgetCalls = (attempts: string) => `
  forgotten as (delete from provider_usage_logs l using ${attempts} where l.attempt_id = ${attempts}.id)`

/** An output that somebody has, with what was captured for it. */
export interface DeliveredCall {
  readonly attemptId: string
  readonly outputIndex: number
  readonly credits: bigint
}

/**
 * Completes the log of a generation that ends: what was captured for each call, and which were for nothing. In the transaction that settles it. Safe to repeat:
 * what counts is the latest end.
 */
export async function settleCalls(tx: Queryable, generationId: string, delivered: readonly DeliveredCall[]): Promise<void> {
  await tx.query(sql`
    /* spending.settleCalls */
    update provider_usage_logs l set settled = true, credits_captured = coalesce(x.credits, 0), wasted = x.reason is not null, waste_reason = x.reason
    from (
      select c.attempt_id, d.credits, case when d.attempt_id is not null then null when c.outcome <> 'succeeded' then c.outcome
        when c.output_index = any(${delivered.map(({ outputIndex }) => outputIndex)}::int[]) then 'duplicate' else 'late' end as reason
      from provider_usage_logs c
      left join unnest(${delivered.map(({ attemptId }) => attemptId)}::uuid[], ${delivered.map(({ credits }) => String(credits))}::bigint[]) d (attempt_id, credits)
        on d.attempt_id = c.attempt_id
      where c.generation_id = ${generationId}) x
    where l.attempt_id = x.attempt_id`)
}
