import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkLaws, reserve, settle } from '#domains/credits'
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { flavours, openTestDatabase } from '#test/database'
import { lookAtDamage } from '#test/damage'
import { accountWith } from '#test/ledger'
import { generationInvariants } from './invariants.ts'

interface Planted {
  readonly law: string
  /** What somebody or something did to the database behind the program's back. `$name` stands for an id of the generations below. */
  readonly damage: string
  /** Which of the ids has to be named. */
  readonly named: string
}

const planted: readonly Planted[] = [
  { law: 'I-07', named: 'done', damage: `update credit_reservations set captured = 2, released = 0 where id = $done` },
  { law: 'I-07', named: 'done', damage: `update generation_sessions set account_id = gen_random_uuid() where id = $done` },
  { law: 'I-08', named: 'done', damage: `update credit_reservations set status = 'held', captured = 0, released = 0, settled_at = null where id = $done` },
  { law: 'I-09', named: 'open', damage: `delete from credit_reservations where id = $open` },
  { law: 'I-09', named: 'open', damage: `update credit_reservations set amount = 1, lot_amounts = array[1] where id = $open` },
  { law: 'I-10', named: 'done', damage: `delete from generation_outputs where generation_id = $done and state = 'stored'` },
  { law: 'I-10', named: 'failed', damage: `update generation_sessions set credits_captured = 1, credits_released = 1 where id = $failed` },
  { law: 'I-11', named: 'done', damage: `update generation_sessions set status = 'failed', error_code = 'x' where id = $done` },
  { law: 'I-11', named: 'failed', damage: `update generation_sessions set status = 'succeeded' where id = $failed` },
  { law: 'I-13', named: 'open', damage: `delete from outbox where payload ->> 'generationId' = $open` },
  { law: 'I-24', named: 'attempt', damage: `update generation_sessions set status = 'failed', error_code = 'x', finished_at = now(), credits_released = 2 where id = $open` },
  {
    law: 'I-25', named: 'failed', damage: `update generation_sessions set error_code = null where id = $failed`,
  },
  { law: 'I-25', named: 'letter', damage: `update generation_sessions set status = 'queued', error_code = null where id = $failed` },
  { law: 'I-40', named: 'before', damage: `update credit_reservations set status = 'held', released = 0, settled_at = null where id = $before` },
  { law: 'I-11', named: 'failed', damage: `update generation_sessions set status = 'succeeded', waived = true, credits_held = 0 where id = $failed` },
  {
    law: 'I-28', named: 'done', damage: `update generation_sessions set credits_captured = 3 where id = $done`,
  },
  { law: 'I-34', named: 'open', damage: `delete from generation_sessions where id = $open` },
  { law: 'I-35', named: 'open', damage: `update idempotency_keys set account_id = gen_random_uuid() where generation_id = $open` },
  { law: 'I-36', named: 'open', damage: `delete from generation_events where generation_id = $open and seq = 1` },
  { law: 'I-36', named: 'open', damage: `update generation_events set seq = 9 where generation_id = $open and seq = 2` },
  { law: 'I-51', named: 'open', damage: `update generation_sessions set status = 'running', lease_expires_at = 'infinity' where id = $open` },
  { law: 'I-52', named: 'attempt', damage: `update provider_attempts set state = 'submitted', provider_task_id = 't' where id = $attempt` },
  { law: 'I-52', named: 'attempt', damage: `update provider_attempts set next_poll_at = now() where id = $attempt` },
  {
    law: 'I-52', named: 'attempt', damage: `update provider_attempts set state = 'failed', failure_reason = 'x' where id = $attempt;
      insert into provider_slots (provider, kind, slot, attempt_id, expires_at) values ('x', 'video', 1, $attempt, 'infinity')`,
  },
  { law: 'I-53', named: 'attempt', damage: `update provider_attempts set state = 'unknown', failure_reason = 'x', next_poll_at = now() - interval '1 hour' where id = $attempt` },
  {
    law: 'I-12', named: 'open', damage: `update generation_sessions set status = 'running', lease_expires_at = now() - interval '1 hour' where id = $open`,
  },
  { law: 'I-20', named: '', damage: `update outbox set published_at = null, created_at = now() - interval '1 hour'` },
  { law: 'I-28', named: 'open', damage: `update generation_sessions set charged_price_credits = 2 where id = $open` },
  { law: 'I-60', named: 'made', damage: `delete from provider_usage_logs where attempt_id = $made` },
  { law: 'I-60', named: 'made', damage: `update provider_attempts set state = 'failed', failure_reason = 'network', result = null where id = $made` },
  { law: 'I-61', named: 'done', damage: `update provider_usage_logs set credits_captured = 2 where attempt_id = $made` },
  { law: 'I-61', named: 'done', damage: `update provider_usage_logs set credits_captured = 0, wasted = true, waste_reason = 'late' where attempt_id = $made` },
  { law: 'I-62', named: 'made', damage: `update provider_usage_logs set credits_captured = 0, wasted = true, waste_reason = 'late' where attempt_id = $made` },
  { law: 'I-62', named: 'made', damage: `update generation_outputs set attempt_id = gen_random_uuid() where attempt_id = $made` },
  { law: 'I-37', named: 'open', damage: `update generation_sessions set deadline_at = now() - interval '1 hour' where id = $open` },
]

/** One that waits, with a call under way; one that made one of two pictures; one that failed. Each of two credits. */
async function openGenerations(db: Db): Promise<Record<string, string>> {
  const ids = { open: newId(), done: newId(), failed: newId(), attempt: newId(), made: newId(), letter: newId(), before: newId() }
  const accountId = await accountWith(db, 100n)
  for (const id of [ids.open, ids.done, ids.failed]) await accept(db, accountId, id)
  await store(db, ids.done, ids.made)
  await end(db, ids.done, 'succeeded', 1n)
  await end(db, ids.failed, 'failed', 0n)
  await db.query(sql`insert into provider_attempts (id, generation_id, output_index, call_number, lease_token) values (${ids.attempt}, ${ids.open}, 0, 1, 1)`)
  await db.query(sql`
    insert into dead_letters (id, generation_id, account_id, queue, attempts, code, reason) values (${ids.letter}, ${ids.failed}, ${accountId}, 'image', 1, 'x', 'x')`)
  // What the failed one held before it was opened again.
  await db.transaction(async (tx) => {
    await reserve(tx, { id: ids.before, accountId, generationId: ids.failed, amount: 2n, deadlineSeconds: 3_600 })
    await settle(tx, { reservationId: ids.before, captured: 0n, reason: 'for a test', actor: 'system' })
  })
  return ids
}

async function accept(db: Db, accountId: string, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    await reserve(tx, { id, accountId, generationId: id, amount: 2n, deadlineSeconds: 3_600 })
    await tx.query(sql`
      insert into generation_sessions (id, account_id, user_id, kind, model, provider, provider_model, simulated, input, outputs_wanted,
        price_credits, price_version, reservation_id, credits_held, deadline_at, event_seq)
      values (${id}, ${accountId}, ${accountId}, 'image', 'seedream4', 'bytedance', 'm', true, '{}', 2, 1, 1, ${id}, 2, now() + interval '1 hour', 2)`)
    await tx.query(sql`insert into generation_events (generation_id, seq, kind, data) values (${id}, 1, 'status', '{}'), (${id}, 2, 'progress', '{}')`)
    await tx.query(sql`insert into outbox (queue, payload, published_at) values ('image', jsonb_build_object('generationId', ${id}::uuid), now())`)
    await tx.query(sql`
      insert into idempotency_keys (account_id, key, request_hash, generation_id, expires_at) values (${accountId}, ${id}, 'x', ${id}, now() + interval '1 day')`)
  })
}

async function store(db: Db, id: string, attemptId: string): Promise<void> {
  await db.query(sql`
    insert into provider_attempts (id, generation_id, output_index, call_number, lease_token, state, result, finished_at, kind, model, provider, provider_model)
    values (${attemptId}, ${id}, 0, 1, 1, 'succeeded', '{}', now(), 'image', 'seedream4', 'bytedance', 'm')`)
  await db.query(sql`
    insert into provider_usage_logs (attempt_id, generation_id, output_index, account_id, kind, asked_model, model, provider, provider_model, simulated, outcome, images,
      cost_micro_usd, settled, credits_captured, wasted)
    values (${attemptId}, ${id}, 0, ${newId()}, 'image', 'seedream4', 'seedream4', 'bytedance', 'm', true, 'succeeded', 1, 0, true, 1, false)`)
  await db.query(sql`
    insert into generation_outputs (id, generation_id, output_index, state, lease_token, object_key, content_type, bytes, sha256, attempt_id)
    values (${newId()}, ${id}, 0, 'stored', 1, 'k', 'image/png', 1, 'x', ${attemptId})`)
}

async function end(db: Db, id: string, status: 'succeeded' | 'failed', captured: bigint): Promise<void> {
  await db.transaction(async (tx) => {
    await settle(tx, { reservationId: id, captured, reason: 'for a test', actor: 'system' })
    await tx.query(sql`
      update generation_sessions set status = ${status}, finished_at = now(), credits_captured = ${captured}, credits_released = 2 - ${captured}::bigint,
        error_code = ${status === 'failed' ? 'provider.failed' : null} where id = ${id}`)
  })
}

for (const flavour of flavours) {
  describe(`on ${flavour}`, async () => {
    const db = await openTestDatabase(flavour)
    const ids = await openGenerations(db)

    test('generations as the program writes them break no law', async () => {
      const checks = await checkLaws(db, generationInvariants)
      assert.deepEqual(checks.filter(({ violations }) => violations > 0), [])
    })

    for (const { law, named, damage } of planted) {
      test(`${law} finds and names: ${damage.replaceAll(/\s+/g, ' ')}`, async () => {
        const checks = await lookAtDamage(db, damage, ids, (tx) => checkLaws(tx, generationInvariants))
        const found = checks.find(({ id }) => id === law)
        assert(found !== undefined && found.violations >= 1, `${law} found nothing; ${checks.filter(({ violations }) => violations > 0).map(({ id }) => id).join()} did`)
        if (named !== '') assert(found.ids.includes(ids[named]!), `${found.ids.join()} are named, not ${named}`)
      })
    }

    test('every law has been broken here', () => {
      assert.deepEqual(generationInvariants.filter(({ id }) => !planted.some(({ law }) => law === id)), [])
    })
  })
}
