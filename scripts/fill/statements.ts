/**
 * The statements that fill a database, in order; each makes all rows of a table at once.
 *
 * The books they make balance. Per person: three lots (one spent, one that expires, one that does not), seven generations that were paid for
 * with the first lot, each with hold, journal line and event, one in four with a call and an output; so ten journal lines. One person in a
 * hundred has a generation under way that holds credits of the second lot, and an unsent message; one in five owes a credit.
 *
 * Ids are made like the product's own, ordered by time, and from numbers, so that tables refer to each other without a look-up.
 */
const GENERATIONS_EACH = 7
const PRICE = 4

/** Time of the n-th thing of `total`, spread over the year that ends at `$end`. */
function time(n: string, total: string): string {
  return `(timestamptz '$end' - interval '365 days' + (${n}) * (interval '365 days' / greatest(${total}, 1)))`
}

const FUNCTIONS = `
  create function pg_temp.fill_id(kind int, n bigint, at timestamptz) returns uuid language sql immutable parallel safe as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8000' || lpad(to_hex(n), 12, '0'))::uuid $$;
  create function pg_temp.person_at(n bigint, people bigint) returns timestamptz language sql stable parallel safe as $$
    select ${time('n', 'people')} $$;
  create function pg_temp.person(n bigint, people bigint) returns uuid language sql stable parallel safe as $$
    select pg_temp.fill_id(1, n, pg_temp.person_at(n, people)) $$;
  create function pg_temp.lot(n bigint, place int, people bigint) returns uuid language sql stable parallel safe as $$
    select pg_temp.fill_id(2, n * 3 + place, pg_temp.person_at(n, people)) $$;`

/** What has ended, once for all tables that tell of it. The n-th generation is the n-th person's, and again from the start. */
const ENDED = `
  create temp table ended as
  select n, pg_temp.person(n % $people, $people) as account_id, pg_temp.lot(n % $people, 0, $people) as lot_id, at, pg_temp.fill_id(3, n, at) as id
  from generate_series(0, $people::bigint * ${GENERATIONS_EACH} - 1) n, lateral (select ${time('n', `$people::bigint * ${GENERATIONS_EACH}`)} as at) t;
  create temp table open as
  select n, pg_temp.person(n, $people) as account_id, pg_temp.lot(n, 1, $people) as lot_id, at, pg_temp.fill_id(4, n, at) as id
  from generate_series(0, $people::bigint - 1, 100) n, lateral (select now() - (n % 600) * interval '1 second' as at) t;`

const PEOPLE = `
  insert into auth_users (id, name, email, created_at)
  select pg_temp.person(n, $people), 'Person ' || n, 'person' || n || '@example.com', pg_temp.person_at(n, $people)
  from generate_series(0, $people::bigint - 1) n;
  insert into auth_sessions (id, user_id, token, expires_at)
  select pg_temp.fill_id(5, n, now()), pg_temp.person(n, $people), 'token' || n, now() + interval '20 days'
  from generate_series(0, $people::bigint - 1) n;`

const LOTS = `
  insert into credit_lots (id, account_id, source, spend_rank, granted, remaining, held, captured, owed, drained, closed, expires_at, created_at)
  select pg_temp.lot(n, place, $people), pg_temp.person(n, $people), source, rank, granted, granted - held - captured, held, captured, owed,
    granted = held + captured, granted = captured, expires_at, pg_temp.person_at(n, $people)
  from generate_series(0, $people::bigint - 1) n,
    lateral (values
      (0, 'welcome', 0, ${GENERATIONS_EACH * PRICE}, 0, ${GENERATIONS_EACH * PRICE}, case when n % 5 = 0 then 1 else 0 end, 'infinity'::timestamptz),
      (1, 'subscription', 0, 1000, case when n % 100 = 0 then ${PRICE} else 0 end, 0, 0, now() + interval '30 days'),
      (2, 'purchase', 1, 500, 0, 0, 0, 'infinity')) as l (place, source, rank, granted, held, captured, owed, expires_at);`

const DEBTS = `
  insert into credit_revocations (id, account_id, lot_id, amount, revoked, claimed, owed, reason, actor)
  select pg_temp.fill_id(10, n, now()), pg_temp.person(n, $people), pg_temp.lot(n, 0, $people), 1, 0, 0, 1, 'a clawback', 'system'
  from generate_series(0, $people::bigint - 1, 5) n;
  insert into credit_debts (id, account_id, lot_id, owed)
  select pg_temp.fill_id(11, n, now()), pg_temp.person(n, $people), pg_temp.lot(n, 0, $people), 1 from generate_series(0, $people::bigint - 1, 5) n;`

const HOLDS = `
  insert into credit_reservations (id, account_id, generation_id, amount, lot_ids, lot_amounts, status, captured, released, deadline_at, created_at, settled_at)
  select id, account_id, id, ${PRICE}, array[lot_id], array[${PRICE}], 'captured', ${PRICE}, 0, at + interval '1 hour', at, at + interval '9 seconds' from ended
  union all
  select id, account_id, id, ${PRICE}, array[lot_id], array[${PRICE}], 'held', 0, 0, at + interval '2 hours', at, null from open;`

const JOURNAL = `
  insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reason, actor, created_at)
  select pg_temp.fill_id(6, n * 3 + place, at), pg_temp.person(n, $people), 'grant', amount, array[pg_temp.lot(n, place, $people)], array[amount],
    'a grant', 'system', at
  from generate_series(0, $people::bigint - 1) n, lateral (select pg_temp.person_at(n, $people) as at) t,
    lateral (values (0, ${GENERATIONS_EACH * PRICE}), (1, 1000), (2, 500)) l (place, amount);
  insert into credit_transactions (id, account_id, kind, amount, lot_ids, lot_amounts, reservation_id, generation_id, reason, actor, created_at)
  select pg_temp.fill_id(9, n, at + interval '9 seconds'), account_id, 'capture', -${PRICE}, array[lot_id], array[-${PRICE}], id, id, 'an image', 'system',
    at + interval '9 seconds' from ended;`

const SESSIONS = `
  insert into generation_sessions (id, account_id, user_id, kind, model, provider, provider_model, simulated, input, outputs_wanted, width, height,
    price_credits, price_version, reservation_id, credits_held, credits_captured, status, attempts, lease_token, lease_expires_at, deadline_at,
    created_at, started_at, finished_at)
  select id, account_id, account_id, 'image', 'seedream4', 'bytedance', 'seedream-4-0', true, '{"prompt":"a lighthouse in a storm","n":4,"size":"2048x2048"}'::json,
    4, 2048, 2048, 1, 1, id, ${PRICE}, ${PRICE}, 'succeeded', 1, 2, null, at + interval '1 hour', at, at, at + interval '9 seconds' from ended
  union all
  select id, account_id, account_id, 'image', 'seedream4', 'bytedance', 'seedream-4-0', true, '{"prompt":"a lighthouse in a storm","n":4,"size":"2048x2048"}'::json,
    4, 2048, 2048, 1, 1, id, ${PRICE}, 0, case when n % 200 = 0 then 'queued' else 'running' end, 1, 1,
    case when n % 200 = 0 then null else now() + interval '20 seconds' end, at + interval '1 hour', at, at, null from open;`

const HISTORY = `
  insert into provider_attempts (id, generation_id, output_index, call_number, lease_token, state, result, started_at, finished_at, kind, model, provider, provider_model)
  select pg_temp.fill_id(7, n, at), id, 0, 1, 1, 'succeeded', '{}'::jsonb, at, at + interval '8 seconds', 'image', 'seedream4', 'bytedance', 'seedream-4-0'
  from ended where n % 4 = 0;
  insert into provider_usage_logs (attempt_id, generation_id, output_index, account_id, kind, asked_model, model, provider, provider_model, simulated, outcome, images,
    cost_micro_usd, nominal_micro_usd, settled, credits_captured, wasted, created_at)
  select pg_temp.fill_id(7, n, at), id, 0, account_id, 'image', 'seedream4', 'seedream4', 'bytedance', 'seedream-4-0', true, 'succeeded', 1, 0, 30000, true, ${PRICE}, false,
    at + interval '8 seconds' from ended where n % 4 = 0;
  insert into generation_outputs (id, generation_id, output_index, state, lease_token, object_key, content_type, bytes, sha256, created_at, attempt_id)
  select pg_temp.fill_id(8, n, at), id, 0, 'stored', 1, 'o/' || n, 'image/png', 1000, 'none', at, pg_temp.fill_id(7, n, at) from ended where n % 4 = 0;
  insert into generation_events (generation_id, seq, kind, data, created_at)
  select id, 1, 'status', '{"status":"queued"}'::jsonb, at from ended union all select id, 1, 'status', '{"status":"queued"}', at from open;`

const MESSAGES = `
  insert into outbox (queue, payload, created_at, published_at)
  select 'image', jsonb_build_object('generationId', id), day.at, day.at
  from (select * from ended order by n desc limit $people::bigint * 4) newest, lateral (select now() - interval '1 minute' * (n % 1400) as at) day order by day.at;
  insert into outbox (queue, payload) select 'image', jsonb_build_object('generationId', id) from open;
  insert into idempotency_keys (account_id, key, request_hash, generation_id, expires_at)
  select account_id, 'key' || n, 'hash', id, now() + interval '1 minute' * (n % 1440) from ended where n % ${GENERATIONS_EACH} = 0
  order by n % 1440;`

const UPLOADS = `
  insert into uploads (id, account_id, object_key, content_type, bytes, width, height, sha256, source_sha256, created_at, last_used_at)
  select pg_temp.fill_id(12, n, at), pg_temp.person(n % $people, $people), 'uploads/' || n, 'image/png', 1000, 640, 480, 'none', 'source' || n, at, at
  from generate_series(0, $people::bigint * 3 - 1) n, lateral (select now() - (n % 20) * interval '1 day' as at) t;`

/** `$people` is how many, `$end` when the newest of what has ended happened. */
export const fillings: readonly { readonly what: string; readonly text: string }[] = [
  { what: 'numbers', text: FUNCTIONS + ENDED },
  { what: 'people', text: PEOPLE },
  { what: 'lots', text: LOTS },
  { what: 'debts', text: DEBTS },
  { what: 'holds', text: HOLDS },
  { what: 'journal', text: JOURNAL },
  { what: 'generations', text: SESSIONS },
  { what: 'calls, outputs, events', text: HISTORY },
  { what: 'messages, keys', text: MESSAGES },
  { what: 'uploads', text: UPLOADS },
  { what: 'statistics', text: 'drop table ended, open; vacuum analyze;' },
]
