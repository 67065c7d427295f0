import type { Mutant } from './mutant.ts'

const HOLDS = 'src/domains/credits/sql-holds.ts'
const SETTLE = 'src/domains/credits/sql-settle.ts'
const LOTS = 'src/domains/credits/sql-lots.ts'
const tests = [
  'src/domains/credits/ledger.test.ts', 'src/domains/credits/operations.test.ts', 'src/domains/credits/races.test.ts', 'test/sim/ledger.sim.test.ts',
]

/** The index that refuses a second journal line for a capture. */
const oneCapture = {
  file: 'migrations/0002-credits.sql',
  find: 'create unique index idx_credit_transactions_one_capture',
  put: 'create index idx_credit_transactions_one_capture',
}

/** Faults of the ledger's own statements. */
export const ledgerMutants: readonly Mutant[] = [
  {
    name: 'a hold does not look whether the credits are there', file: HOLDS, tests,
    find: 'and remaining >= $4::bigint and not exists', put: 'and not exists',
  },
  {
    name: 'holds of one batch do not count each other', file: HOLDS, tests,
    find: 'r.running <= locked.remaining', put: 'r.amount <= locked.remaining',
    // With it the batch fails and is served one by one, which is right, only slow.
    without: {
      file: 'migrations/0005-ledger.sql',
      find: 'create domain credits as bigint check (value >= 0)', put: 'create domain credits as bigint check (value >= -1000000)',
    },
  },
  {
    name: 'a batch reads the lots without locking them', file: HOLDS, tests,
    find: 'order by l.account_id for update of l)', put: 'order by l.account_id)',
  },
  {
    name: 'a hold over several lots reads them without locking them', file: HOLDS, tests,
    find: 'limit $4::bigint for update)', put: 'limit $4::bigint)',
  },
  {
    name: 'purchased credits are spent like granted ones', file: HOLDS, tests,
    find: 'order by expires_at, spend_rank, id limit 1)\n      and', put: 'order by expires_at, id limit 1)\n      and',
  },
  {
    name: 'credits past their expiry are spent', file: HOLDS, tests,
    find: 'where account_id = $2::uuid and not drained and expires_at > now()\n        order', put: 'where account_id = $2::uuid and not drained\n        order',
  },
  {
    name: 'an empty lot is not marked as drained', file: HOLDS, tests,
    find: "const drained = `(${values.get('remaining')!} = 0)`", put: "const drained = 'false'",
  },
  {
    name: 'a repeated hold over several lots is made again', file: HOLDS, tests,
    find: 'on conflict (id) do nothing returning id)', put: 'on conflict (id) do update set amount = excluded.amount returning id)',
  },
  {
    name: 'a hold that has ended is ended again', file: SETTLE, tests,
    find: "where id = $1::uuid and status = 'held' and amount >= $2::bigint and cardinality", put: 'where id = $1::uuid and amount >= $2::bigint and cardinality',
  },
  {
    name: 'a batch ends holds that have ended', file: SETTLE, tests,
    find: "where r.status = 'held' and r.amount >= q.captured", put: 'where r.amount >= q.captured',
    // As above: with it most such batches fail.
    without: oneCapture,
  },
  {
    name: 'more is captured than was held', file: SETTLE, tests,
    find: 'and amount >= $2::bigint and cardinality', put: 'and cardinality',
  },
  {
    name: 'what a capture in part leaves over is not returned', file: SETTLE, tests,
    find: `captured = l.captured + $2::bigint, remaining = l.remaining + t.amount - $2::bigint,
      drained = (l.remaining + t.amount - $2::bigint = 0),
      closed = (l.remaining + t.amount - $2::bigint = 0 and l.held = t.amount)`,
    put: 'captured = l.captured + t.amount, closed = (l.remaining = 0 and l.held = t.amount)',
  },
  {
    name: 'a release forgets every lot but the first', file: SETTLE, tests,
    find: 'from part group by lot_id', put: 'from part where position = 1 group by lot_id',
  },
  {
    name: 'the last lots of a hold are captured first', file: SETTLE, tests,
    find: '(partition by s.id order by p.position)', put: '(partition by s.id order by p.position desc)',
  },
  {
    name: 'a capture writes its journal line twice', file: SETTLE, tests,
    find: `select $3::uuid, account_id, 'capture', -$2::bigint, lot_ids, array[-$2::bigint], id, generation_id, $4, $5 from lot where`,
    put: `select case when n = 1 then $3::uuid else gen_random_uuid() end, account_id, 'capture', -$2::bigint, lot_ids, array[-$2::bigint], id,
      generation_id, $4, $5 from lot, generate_series(1, 2) n where`,
    without: oneCapture,
  },
  {
    name: 'a small capture writes no journal line', file: SETTLE, tests,
    find: 'from lot where $2::bigint > 0)', put: 'from lot where $2::bigint > 1)',
  },
  {
    name: 'what comes back to a lot past its expiry is lost', file: SETTLE, tests,
    find: 'past and back > claimed as late', put: 'false and past as late',
  },
  {
    name: 'what comes back revives what had expired beside it', file: SETTLE, tests,
    find: 'case when late then remaining else 0 end as lapsed', put: '0::bigint as lapsed',
  },
  {
    name: 'a claim that was captured after all is owed by nobody', file: SETTLE, tests,
    find: 'from fate where debt > 0)', put: 'from fate where debt > 0 and false)',
  },
  {
    name: 'an expiry swallows what is held', file: LOTS, tests,
    find: "{ remaining: '0', expired: 'past.expired + past.remaining' }",
    put: "{ remaining: '0', held: '0', claimed: '0', expired: 'past.expired + past.remaining + past.held' }",
  },
  {
    name: 'an expiry writes no journal line', file: LOTS, tests,
    find: "array[-remaining], 'expired', 'system' from past)", put: "array[-remaining], 'expired', 'system' from past where false)",
  },
  {
    name: 'a clawback takes what is held', file: LOTS, tests,
    find: "revoked: 'f.revoked + f.taken', claimed: 'f.claimed + f.claim'", put: "revoked: 'f.revoked + f.taken + f.claim', held: 'f.held - f.claim'",
  },
  {
    name: 'a repeated clawback takes again', file: LOTS, tests,
    find: 'on conflict (id) do nothing\n    returning revoked', put: 'on conflict (id) do update set amount = excluded.amount\n    returning revoked',
  },
  {
    name: 'an update mixes the locked row with the row before', file: LOTS, tests,
    find: "{ remaining: 'part.remaining - part.taken'", put: "{ remaining: 'credit_lots.remaining - part.taken'",
  },
  {
    name: 'a refusal is believed the first time', file: 'src/domains/credits/take-from-lots.ts', tests: ['test/sim/waiting-hold.test.ts'],
    find: 'if (seen.earlier !== null || seen.available < amount) return', put: 'return',
  },
  {
    name: 'a grant forgets what it was for', file: 'src/domains/credits/grant.ts', tests,
    find: 'externalRef: input.externalRef ?? null', put: 'externalRef: null',
  },
  {
    name: 'a grant repays no debt', file: LOTS, tests,
    find: 'and repaid < owed order by id for update)', put: 'and repaid < 0 order by id for update)',
  },
  {
    name: 'a coalesced caller gets its neighbour\'s answer', file: 'src/lib/coalescer.ts', tests,
    find: 'resolve(outcomes[index] as Outcome)', put: 'resolve(outcomes[batch.length - 1 - index] as Outcome)',
  },
]
