import type { Mutant } from './mutant.ts'

const SQL = 'src/domains/generations/sql-lifetimes.ts'
const tests = ['src/domains/generations/lifetimes.test.ts']

/** Faults of what removes things: of what is taken for a leftover, deleted, and past its time. */
export const lifetimeMutants: readonly Mutant[] = [
  {
    name: 'the collector takes what a worker is just storing', file: SQL, tests,
    find: "when s.status in ('succeeded', 'failed', 'cancelled') and s.finished_at < now() - make_interval(secs => $4::int) and not exists (", put: 'when not exists (',
    // Elsewhere a worker goes on trying to store what is taken from it.
    titled: 'leftovers go an hour',
  },
  {
    name: 'the collector looks at no output', file: SQL, tests,
    find: "o.generation_id = s.id and o.state = 'stored' and object.key in (o.object_key, o.poster_key))", put: 'false)',
  },
  {
    name: 'the collector takes what it does not know for its own', file: SQL, tests,
    find: "when s.id is null or object.token > s.lease_token then 'stranger'", put: "when s.id is null or object.token > s.lease_token then 'leftover'",
  },
  {
    name: 'the collector always begins at the beginning', file: 'src/domains/generations/collect-outputs.ts', tests,
    find: 'const after = await getPosition(db, FOLDER)', put: 'const after = null',
  },
  {
    name: 'what its owner deleted can be opened again', file: 'src/domains/generations/reopen.ts', tests,
    find: 'if (isDeleted) throw new GenerationDeleted({})', put: '',
  },
  {
    name: 'the time of one plan is that of all', file: SQL, tests,
    find: 'select id from accounts where plan = ${plan} and (', put: "select id from accounts where plan <> ${`not-${plan}`} and (",
  },
  {
    name: 'removed outputs are forgotten instead of hidden', file: SQL, tests,
    find: 'returning s.id, s.account_id, s.status, s.event_seq)\n      select id,', put: "returning s.id, s.account_id, s.status, s.event_seq),\n      forgotten as (delete from generation_outputs o using gone where o.generation_id = gone.id)\n      select id,",
  },
]
