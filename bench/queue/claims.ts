/** What it costs to take the next generation, with few and with very many waiting. */
import { newId } from '#lib/ids'
import { type Db, sql } from '#platform/db'
import { claimNext } from '../../src/domains/generations/sql-dispatch.ts'
import { median } from '../report.ts'

const ACCOUNTS = 10_000
const CLAIMS = 200
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Fills up to `waiting` and answers the median milliseconds of a claim, going around the accounts as a worker does. */
export async function measureClaims(db: Db, waiting: number): Promise<number> {
  await fillUp(db, waiting)
  await db.raw('vacuum analyze generation_sessions')
  const times: number[] = []
  let cursor = NOBODY
  // The first ones warm up: plans, and the pages they touch.
  for (let turn = -20; turn < CLAIMS; turn += 1) {
    const started = performance.now()
    const { session } = await claimNext(db, { lane: 'image', owner: newId(), providers: ['bytedance'], simulated: ['bytedance'], cursor, named: null, leaseSeconds: 3_600 })
    if (turn >= 0) times.push(performance.now() - started)
    if (session === undefined) throw new Error('nothing was claimed')
    cursor = session.accountId
  }
  return median(times)
}

/** Nobody pays for these: they are here to be in line. */
async function fillUp(db: Db, waiting: number): Promise<void> {
  const [row] = await db.query<{ count: number }>(sql`/* bench.countWaiting */ select count(*)::int as count from generation_sessions where status = 'queued'`)
  const missing = waiting - row!.count
  await db.query(sql`
    /* bench.addWaiting */
    insert into generation_sessions (id, account_id, user_id, kind, model, provider, provider_model, simulated, input, outputs_wanted, price_credits,
      price_version, reservation_id, credits_held, deadline_at)
    select id, account, account, 'image', 'seedream4', 'bytedance', 'bench', true, '{}', 1, 1, 1, id, 1, now() + interval '1 day'
    from (
      select new_uuid_by_time() as id, ('00000000-0000-7000-8000-' || lpad(to_hex((random() * ${ACCOUNTS}::int)::int), 12, '0'))::uuid as account
      from generate_series(1, ${missing}::int)) made`)
}
