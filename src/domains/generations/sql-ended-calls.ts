import { billedFailures, logCalls } from '#domains/spending'

const FAILURES = billedFailures.map((reason) => `'${reason}'`).join(', ')

/** What a vendor tells is kept as far as it can be meant. What it does not tell stays unknown: `greatest` alone would make a 0 of it. */
const meant = (value: string, max: number) => `(case when ${value} is not null then least(greatest((${value})::numeric, 0), ${max}) end)`
const usage = (name: string, max: number) => meant(`a.result -> 'usage' ->> '${name}'`, max)

/**
 * Whether an attempt (`a`) has ended in a way that may be billed. What is still asked after has not ended.
 */
export const isBillable = `(a.provider is not null and a.next_poll_at is null
  and (a.state in ('succeeded', 'unknown') or (a.state = 'failed' and a.failure_reason in (${FAILURES}))))`

/**
 * CTEs that keep what calls cost (`spending`), in the statement that ends them. `attempts` is the CTE with their rows as they are now, `sessions` what their generations
 * are read from: where somebody else may be ending the generation at this moment, a CTE that has its row locked.
 */
export const logEnded = (attempts: string, sessions = 'generation_sessions') => `
  ended as materialized (
    select a.id as attempt_id, a.generation_id, a.output_index, s.account_id, a.kind, s.model as asked_model, a.model, a.provider, a.provider_model, s.simulated,
      case a.state when 'succeeded' then 'succeeded' else a.failure_reason end as outcome,
      case a.kind when 'image' then coalesce(${usage('images', 100)}::int, 1) end as images,
      -- Of the image that was made, else of what was asked for; another model may have other defaults.
      case a.kind when 'image' then coalesce(${meant(`a.result ->> 'width'`, 99_999)} * ${meant(`a.result ->> 'height'`, 99_999)}, case when s.served_input is null then s.width::bigint * s.height end) end::bigint as pixels,
      case when a.kind = 'image' and json_typeof(s.input -> 'referenceImages') = 'array' then json_array_length(s.input -> 'referenceImages') else 0 end as input_images,
      case a.kind when 'video' then coalesce(${usage('seconds', 86_400)}, ${meant(`a.result ->> 'durationSeconds'`, 86_400)}, s.units) end as seconds,
      ${usage('inputTextTokens', 1e12)}::bigint as tokens_in, ${usage('inputImageTokens', 1e12)}::bigint as image_tokens_in, ${usage('tokens', 1e12)}::bigint as tokens_out,
      coalesce(s.served_input, s.input) ->> 'resolution' as rate,
      ${isBillable} as billable, s.status in ('succeeded', 'failed', 'cancelled') as is_over,
      exists (select from generation_outputs o where o.generation_id = a.generation_id and o.output_index = a.output_index and o.state = 'stored') as is_delivered
    from ${attempts} a join ${sessions} s on s.id = a.generation_id),
  ${logCalls}`
